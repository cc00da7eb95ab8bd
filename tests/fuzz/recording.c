// SPDX-License-Identifier: GPL-2.0
/*
 * A recording of any blocks, through all readers there are. An input is a list of blocks: type, flags
 * and length in two bytes, then the block's bytes, which are compressed and given their checksums
 * here, because no mutation would get past these. An input that begins with the magic is a file as it
 * is.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "caps/snapshot.h"
#include "err.h"
#include "model/model.h"
#include "recording/file.h"
#include "record/travel.h"
#include "source/source.h"
#include "text.h"
#include "view/view.h"
#include "../../tools/mshvtrace/recorded.h"

#define MAX_SAMPLES	64

static FILE *nowhere;
static char path[64];

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	nowhere = fopen("/dev/null", "w");
	snprintf(path, sizeof(path), "/dev/shm/mshv-fuzz.%d", getpid());
	/* Messages are not what is looked for; the sanitizers' go to a descriptor of their own. */
	stderr = nowhere;
	return 0;
}

static bool write_file(const uint8_t *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && write(fd, data, size) == (ssize_t)size;

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool write_blocks(const uint8_t *data, size_t size)
{
	struct rec_writer *w = rec_create(path);
	struct buf b = { 0 };
	bool ok = w;

	while (ok && size >= 4) {
		size_t length = data[2] | data[3] << 8;

		if (length > size - 4)
			length = size - 4;
		buf_clear(&b);
		buf_bytes(&b, data + 4, length);
		ok = rec_write(w, data[0], (data[1] & 3 ? REC_FLAG_KEY : 0) |
			       (data[1] & 4 ? REC_FLAG_SKIP : 0), &b);
		data += 4 + length;
		size -= 4 + length;
	}
	buf_free(&b);
	return w && rec_close(w) && ok;
}

/* What is shown of a model, in each format */
static void show(struct source *source, struct model *m)
{
	static const struct row_filter everything;
	const struct view_before beginning = { 0 };
	const struct view_details details = {
		.source = source, .filter = &everything, .before = &beginning,
	};

	view_text(nowhere, m, &everything, 120);
	view_text_details(nowhere, m, &details, 120);
	view_json(nowhere, m, &everything);
	view_json_details(nowhere, m, &details);
	view_csv(nowhere, m, &everything);
	view_csv_details(nowhere, m, &details);
}

static void check_names(const struct model *m)
{
	unsigned int i;

	if (!text_is_clean(m->source) || !text_is_clean(m->kernel))
		abort();
	for (i = 0; i < m->nr_partitions; i++)
		if (!text_is_clean(m->partitions[i]->vmm) ||
		    (i && m->partitions[i]->id < m->partitions[i - 1]->id))
			abort();
}

static void read_all(void)
{
	static const struct rec_range all_of_it;
	struct source *source = source_rec_open(path, &all_of_it);
	unsigned long n = 0, nr;
	struct sample sample;
	struct model *m = NULL;
	__u64 before_ns = 0;

	if (!source)
		return;
	nr = source->nr_samples;
	while (n < MAX_SAMPLES && source->read(source, &sample)) {
		if (n && sample.time_ns <= before_ns)
			abort();
		before_ns = sample.time_ns;
		if (!m)
			m = model_new(source, &sample);
		else if (!model_update(m, &sample))
			abort();
		if (!m)
			abort();
		check_names(m);
		show(source, m);
		n++;
	}
	/* The whole file was read when it was opened, so nothing that is wrong comes later. */
	if (n < MAX_SAMPLES && n != nr)
		abort();
	if (m && n > 2 && !travel_to(m, source, 1))
		abort();
	model_free(m);
	source->close(source);
}

static bool take(void *data, const struct mshv_trace_record *r, const struct rec_slow *slow)
{
	unsigned int i;

	(void)data;
	(void)r;
	for (i = 0; i < slow->event.nr_stack; i++)
		if (!text_is_clean(slow->place[i]))
			abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct stream_options options = { .kinds = -1U };
	bool as_it_is = size >= strlen(REC_MAGIC) && !memcmp(data, REC_MAGIC, strlen(REC_MAGIC));
	__u64 lost;

	if (as_it_is ? write_file(data, size) : write_blocks(data, size)) {
		read_all();
		recorded_read(path, &options, take, NULL, &lost);
		json_decref(snapshot_load(path));
	}
	unlink(path);
	return 0;
}
