// SPDX-License-Identifier: GPL-2.0
/*
 * What is read as text: snapshots of capabilities, settings, rules, names. The first byte of an input
 * says which it is.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "caps/snapshot.h"
#include "compare/diff.h"
#include "config.h"
#include "err.h"
#include "num.h"
#include "text.h"
#include "../../tools/mshvcaps/mshvcaps.h"

static FILE *nowhere;
static char dir[64], path[96];

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	nowhere = fopen("/dev/null", "w");
	snprintf(dir, sizeof(dir), "/dev/shm/mshv-fuzz-text.%d", getpid());
	mkdir(dir, 0700);
	setenv("XDG_CONFIG_HOME", dir, 1);
	snprintf(path, sizeof(path), "%s/mshvtop", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/mshvtop/config", dir);
	stderr = nowhere;
	return 0;
}

static void snapshot(const char *text, size_t size)
{
	json_t *o = snapshot_parse(text, size);
	struct hostcaps caps;
	int status;

	if (!o)
		return;
	snapshot_hostcaps(o, &caps);
	status = diff_migrate(nowhere, o, o, 0);
	/* What a host has may be unknown, but it never lacks what it says that it has. */
	if (status != EXIT_OK && status != EXIT_NO && status != EXIT_UNKNOWN)
		abort();
	diff_snapshots(nowhere, o, o);
	json_decref(o);
}

static void settings(const char *text, size_t size)
{
	struct tui_settings s;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, size) != (ssize_t)size)
		abort();
	close(fd);
	config_load(&s);
	if (!(s.interval == 0 || (s.interval >= TUI_MIN_INTERVAL && s.interval <= TUI_MAX_INTERVAL)))
		abort();
	unlink(path);
}

static void words(const char *text, size_t size)
{
	char *word = strndup(text, size), room[512];
	struct diff_rule rule;
	double seconds;
	__u64 value;

	if (!word)
		abort();
	if (num_parse_seconds(word, 0.5, 2, &seconds) && !(seconds >= 0.5 && seconds <= 2))
		abort();
	if (num_parse_u64(word, 3, 5, &value) && (value < 3 || value > 5))
		abort();
	diff_rule_parse(&rule, word);
	text_clean(room, sizeof(room), text, size);
	if (!text_is_clean(room) || text_columns(room) > strlen(room))
		abort();
	free(word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;

	if (!size)
		return 0;
	switch (data[0] % 3) {
	case 0:
		snapshot(text, size - 1);
		break;
	case 1:
		settings(text, size - 1);
		break;
	default:
		words(text, size - 1);
	}
	return 0;
}
