// SPDX-License-Identifier: GPL-2.0
/*
 * as_thread FILE TEXT: writes the text to the file in a thread that has a name of its own, as VMMs'
 * threads that run VPs have.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *text;
static int fd;

static void *write_text(void *failed)
{
	pthread_setname_np(pthread_self(), "vp:0");
	*(bool *)failed = write(fd, text, strlen(text)) < 0;
	return NULL;
}

int main(int argc, char **argv)
{
	bool failed = true;
	pthread_t thread;

	if (argc != 3) {
		fprintf(stderr, "usage: as_thread FILE TEXT\n");
		return 2;
	}
	fd = open(argv[1], O_WRONLY);
	text = argv[2];
	if (fd >= 0 && !pthread_create(&thread, NULL, write_text, &failed))
		pthread_join(thread, NULL);
	if (failed)
		perror(argv[1]);
	return failed;
}
