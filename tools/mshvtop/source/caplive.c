// SPDX-License-Identifier: GPL-2.0
/*
 * Capabilities of the live source. The driver is asked when the screen is opened, not in each
 * interval: what it can do changes only with the hypervisor, and a question is an event, too.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "source/caplive.h"
#include "err.h"

#define DEVICE	"/dev/mshv"

/**
 * struct caplive - the BPF programs and the driver's answer
 * @watch: the programs
 * @wanted: the programs are attached
 * @host: the driver's answer
 */
struct caplive {
	struct capwatch *watch;
	bool wanted;
	struct hostcaps host;
};

/**
 * caplive_open() - load the programs, attached to nothing
 *
 * Return: the handle, or NULL, which has been reported.
 */
struct caplive *caplive_open(void)
{
	struct caplive *c = calloc(1, sizeof(*c));

	if (!c) {
		err("out of memory");
		return NULL;
	}
	c->watch = capwatch_load();
	if (c->watch)
		return c;
	free(c);
	return NULL;
}

/*
 * Without a hypervisor, or with a driver that lacks the ioctl, there is no answer; counted uses are
 * shown all the same.
 */
static void ask(struct caplive *c)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	c->host = (struct hostcaps) { 0 };
	if (fd < 0)
		return;
	hostcaps_get(fd, &c->host);
	close(fd);
}

/**
 * caplive_want() - attach or detach the programs
 * @c: the programs
 * @wanted: false: the programs are detached, and keep their counts
 *
 * Return: false if they cannot be attached, which has been reported.
 */
bool caplive_want(struct caplive *c, bool wanted)
{
	if (wanted == c->wanted)
		return true;
	c->wanted = wanted;
	if (!wanted) {
		capwatch_stop(c->watch);
		return true;
	}
	ask(c);
	return capwatch_start(c->watch);
}

/**
 * caplive_read() - what was counted so far, if it is wanted
 * @c: the programs
 * @sample: gets it; valid until the next reading
 */
void caplive_read(struct caplive *c, struct sample *sample)
{
	if (!c->wanted)
		return;
	if (!c->host.told)
		ask(c);
	sample->caps = &c->host;
	sample->cap_rows = capwatch_read(c->watch, &sample->nr_cap_rows);
	sample->lost_tallies += capwatch_lost(c->watch);
}

/**
 * caplive_programs() - the programs, for what they cost
 * @c: the programs
 */
struct bpf_object *caplive_programs(const struct caplive *c)
{
	return capwatch_programs(c->watch);
}

/**
 * caplive_close() - detach and free everything
 * @c: the programs, or NULL
 */
void caplive_close(struct caplive *c)
{
	if (!c)
		return;
	capwatch_close(c->watch);
	free(c);
}
