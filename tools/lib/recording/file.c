// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks to a file. A block goes out in one system call, behind everything before it, so that a
 * recorder that is killed leaves a file whose blocks are whole but for the last. A lock keeps a
 * second recorder out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include "err.h"
#include "recording/file.h"

_Static_assert(sizeof(struct rec_head) == 16, "struct rec_head has holes");
_Static_assert(sizeof(struct rec_block) == 24, "struct rec_block has holes");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "recordings are little-endian");

/* Counters differ little between samples; more effort does not make them much smaller. */
#define LEVEL	3

/* A reader takes no block that becomes so many times as large; such a block is not compressed. */
#define MAX_RATIO	(REC_TIMES / 2)

/**
 * struct rec_writer - a recording being written
 * @fd: the file, which is locked
 * @path: the file
 * @fresh: there was no such file before
 * @started: what comes goes to the file; before that it goes to @held
 * @failed: something could not be written, which has been reported
 * @chain: @head_crc of the last block
 * @held: what the file will begin with
 * @zstd: for compression
 * @stored: a block's bytes, compressed
 */
struct rec_writer {
	int fd;
	char *path;
	bool fresh;
	bool started;
	bool failed;
	__u32 chain;
	struct buf held;
	ZSTD_CCtx *zstd;
	struct buf stored;
};

static bool write_all(struct rec_writer *w, struct iovec *iov, int nr)
{
	while (nr) {
		ssize_t done = writev(w->fd, iov, nr);

		if (done < 0) {
			if (errno == EINTR)
				continue;
			err_errno("%s: cannot be written", w->path);
			w->failed = true;
			return false;
		}
		for (; nr && (size_t)done >= iov->iov_len; nr--)
			done -= iov++->iov_len;
		if (nr) {
			iov->iov_base = (char *)iov->iov_base + done;
			iov->iov_len -= done;
		}
	}
	return true;
}

static void free_writer(struct rec_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	ZSTD_freeCCtx(w->zstd);
	buf_free(&w->held);
	buf_free(&w->stored);
	free(w->path);
	free(w);
}

/* Return: false if it cannot be had for this recorder alone, which has been reported */
static bool open_file(struct rec_writer *w)
{
	/* No reader is waited for, if this is a pipe; a file that is there is kept until the start. */
	const int flags = O_RDWR | O_APPEND | O_NONBLOCK | O_CLOEXEC;
	struct stat st;

	w->fd = open(w->path, flags | O_CREAT | O_EXCL, 0644);
	w->fresh = w->fd >= 0;
	if (w->fd < 0 && errno == EEXIST)
		w->fd = open(w->path, flags);
	if (w->fd < 0 || fstat(w->fd, &st)) {
		err_errno("%s: cannot be created", w->path);
		return false;
	}
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) {
		err("%s: not a regular file; a recording has to be one", w->path);
		return false;
	}
	if (!flock(w->fd, LOCK_EX | LOCK_NB))
		return true;
	if (errno == EWOULDBLOCK)
		err("%s: another mshvtop is recording into it; choose another file", w->path);
	else
		err_errno("%s: cannot be locked", w->path);
	w->fresh = false;
	return false;
}

/**
 * rec_create() - begin a recording
 * @path: the file; one that is there stays as it is until rec_start()
 *
 * Return: the writer, or NULL, which has been reported.
 */
struct rec_writer *rec_create(const char *path)
{
	struct rec_head head = { .magic = REC_MAGIC, .format = REC_FORMAT };
	struct rec_writer *w = calloc(1, sizeof(*w));

	if (!w)
		goto err_memory;
	w->fd = -1;
	w->path = strdup(path);
	w->zstd = ZSTD_createCCtx();
	if (!w->path || !w->zstd)
		goto err_memory;
	if (!open_file(w))
		goto err_abandon;
	if (getrandom(&head.seed, sizeof(head.seed), 0) != sizeof(head.seed)) {
		err_errno("random numbers");
		goto err_abandon;
	}
	w->chain = head.seed;
	buf_bytes(&w->held, &head, sizeof(head));
	return w;
err_memory:
	err("out of memory");
	if (!w)
		return NULL;
err_abandon:
	rec_abandon(w);
	return NULL;
}

/**
 * rec_start() - replace what is in the file by what was written so far
 * @w: the writer, which writes to the file from now on
 *
 * Return: false if that failed, which has been reported.
 */
bool rec_start(struct rec_writer *w)
{
	struct iovec iov = { .iov_base = w->held.data, .iov_len = w->held.size };
	struct stat st;

	if (w->held.failed) {
		err("out of memory");
		w->failed = true;
		return false;
	}
	if (fstat(w->fd, &st) || (S_ISREG(st.st_mode) && ftruncate(w->fd, 0))) {
		err_errno("%s: cannot be emptied", w->path);
		w->failed = true;
		return false;
	}
	w->started = true;
	if (!write_all(w, &iov, 1))
		return false;
	buf_free(&w->held);
	return true;
}

static bool put_block(struct rec_writer *w, struct rec_block *head, const void *data)
{
	struct iovec iov[2] = {
		{ head, sizeof(*head) }, { (void *)(uintptr_t)data, head->stored },
	};

	head->crc = crc32(0, data, head->stored);
	head->head_crc = crc32(w->chain, (const Bytef *)head, offsetof(struct rec_block, head_crc));
	w->chain = head->head_crc;
	if (w->started)
		return write_all(w, iov, 2);
	buf_bytes(&w->held, head, sizeof(*head));
	buf_bytes(&w->held, data, head->stored);
	return true;
}

/**
 * rec_write() - add a block
 * @w: the writer
 * @type: what it is
 * @flags: REC_FLAG_KEY, REC_FLAG_SKIP
 * @raw: its bytes, as they are before compression
 *
 * Return: false if that failed, which has been reported.
 */
bool rec_write(struct rec_writer *w, enum rec_type type, unsigned int flags, const struct buf *raw)
{
	struct rec_block head = {
		.magic = REC_BLOCK_MAGIC, .type = type, .flags = flags, .raw = raw->size,
	};
	size_t size;

	if (w->failed)
		return false;
	buf_clear(&w->stored);
	if (raw->failed || raw->size > REC_MAX_BYTES) {
		err("%s: a block of %zu bytes has no room", w->path, raw->size);
		return false;
	}
	if (w->stored.capacity < ZSTD_compressBound(raw->size)) {
		buf_free(&w->stored);
		w->stored.capacity = ZSTD_compressBound(raw->size);
		w->stored.data = malloc(w->stored.capacity);
		if (!w->stored.data) {
			buf_free(&w->stored);
			err("out of memory");
			return false;
		}
	}
	size = ZSTD_compressCCtx(w->zstd, w->stored.data, w->stored.capacity, raw->data, raw->size,
				 LEVEL);
	if (ZSTD_isError(size)) {
		err("%s: %zu bytes cannot be compressed: %s", w->path, raw->size,
		    ZSTD_getErrorName(size));
		return false;
	}
	if (raw->size / MAX_RATIO > size) {
		head.stored = raw->size;
		return put_block(w, &head, raw->data);
	}
	head.flags |= REC_FLAG_ZSTD;
	head.stored = size;
	return put_block(w, &head, w->stored.data);
}

/**
 * rec_close() - end a recording and free the writer
 * @w: the writer
 *
 * Return: false if the file is not whole, which has been reported.
 */
bool rec_close(struct rec_writer *w)
{
	bool ok = !w->failed && (w->started || rec_start(w));

	if (close(w->fd) && ok) {
		err_errno("%s: cannot be written", w->path);
		ok = false;
	}
	w->fd = -1;
	free_writer(w);
	return ok;
}

/**
 * rec_abandon() - free the writer
 * @w: the writer; a file that was not started is as it was before
 */
void rec_abandon(struct rec_writer *w)
{
	if (w->fresh && !w->started)
		unlink(w->path);
	free_writer(w);
}
