/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What --help looks like: without argp's note on arguments of long options, which is three lines of
 * a screen, so that all of the help is seen at once.
 */
#ifndef MSHV_HELP_H
#define MSHV_HELP_H

#include <argp.h>
#include <stdbool.h>
#include <stdlib.h>

/**
 * help_parse() - argp_parse() with a short --help, unless the user says how help is to look
 * @argp: as for argp_parse(), like the others
 * @argc: likewise
 * @argv: likewise
 * @flags: likewise
 * @input: likewise
 *
 * The environment is left as it was, for a command that is run.
 */
static inline void help_parse(const struct argp *argp, int argc, char **argv, unsigned int flags,
			      void *input)
{
	bool ours = !getenv("ARGP_HELP_FMT");

	if (ours)
		setenv("ARGP_HELP_FMT", "no-dup-args-note", 1);
	argp_parse(argp, argc, argv, flags, NULL, input);
	if (ours)
		unsetenv("ARGP_HELP_FMT");
}

#endif /* MSHV_HELP_H */
