/* SPDX-License-Identifier: GPL-2.0 */
/* A recording for tests, in a file of its own. Including it takes cmocka.h before it. */
#ifndef TESTS_RECORDING_FILE_H
#define TESTS_RECORDING_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "source/source.h"

static const struct rec_range all_of_it;
static char path[64];

/* Return: lines of messages; @source gets the source */
static inline unsigned int open_counting(const struct rec_range *range, struct source **source)
{
	char messages[] = "/tmp/test_damage_said.XXXXXX", text[4096];
	int said = mkstemp(messages), kept = dup(STDERR_FILENO);
	unsigned int lines = 0;
	ssize_t i, got;

	assert_true(said >= 0);
	dup2(said, STDERR_FILENO);
	*source = source_rec_open(path, range);
	dup2(kept, STDERR_FILENO);
	close(kept);
	got = pread(said, text, sizeof(text), 0);
	for (i = 0; i < got; i++)
		lines += text[i] == '\n';
	close(said);
	unlink(messages);
	return lines;
}

#endif /* TESTS_RECORDING_FILE_H */
