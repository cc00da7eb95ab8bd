// SPDX-License-Identifier: GPL-2.0
/* mshvtop: command line, source and model, then the view that was asked for. */
#include <locale.h>
#include <string.h>
#include <unistd.h>
#include "privileges.h"
#include "compare/diff.h"
#include "err.h"
#include "frames.h"
#include "live.h"
#include "options.h"

/* A recording is played at this rate unless told otherwise. */
#define REPLAY_SECONDS	1.0

static int show(struct source *source, struct model *m, const struct options *options)
{
	struct tui_options tui = {
		.interval = options->delay_given ? options->delay :
			    source->recorded ? REPLAY_SECONDS : 0,
		.color = options->color,
		.filter = options->filter,
		.slow_ns = options->slow_ns,
	};

	if (options->batch)
		return frames_run(source, m, options);
	if (!source->recorded && !caps_drop())
		return EXIT_RUNTIME;
	return live_run(source, m, &tui);
}

/* What the source looks at from the start; a screen asks for more while it is shown. */
static unsigned int wanted(const struct source *source, const struct options *options)
{
	if (options->mode == MODE_RECORD)
		return (source->details ? WANT_RECORDED : 0) | WANT_SETS;
	return options->batch && options->batch_details ? WANT_RECORDED : 0;
}

static int run(struct source *source, const struct options *options)
{
	int status = EXIT_RUNTIME;
	struct sample first;
	struct model *m;

	if (source->want && !source->want(source, wanted(source, options), options->slow_ns))
		return EXIT_RUNTIME;
	if (!source->read(source, &first))
		return EXIT_RUNTIME;
	if (options->mode == MODE_RECORD)
		return record_run(source, &first, options);
	m = model_new(source, &first);
	if (m) {
		status = show(source, m, options);
		model_free(m);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct source *source;
	int status, at;

	/* Not LC_NUMERIC: numbers are written with a point. */
	setlocale(LC_CTYPE, "");
	err_set_program("mshvtop");
	at = options_find_mode(argc, argv);
	if (at && !strcmp(argv[at], "diff")) {
		memmove(&argv[2], &argv[1], (at - 1) * sizeof(argv[0]));
		argv[1] = (char *)"mshvtop diff";
		return diff_main(argc - 1, argv + 1);
	}
	options_parse(&options, argc, argv);
	if (options.mode != MODE_RECORD && !options.batch &&
	    !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))) {
		err("standard input and output: not a terminal; use -b, --json or --csv");
		return EXIT_USAGE;
	}
	if (options.mode == MODE_REPLAY)
		source = source_rec_open(options.file, &options.range);
	else
		source = source_live_open(options.debug, options.details);
	if (!source)
		return EXIT_RUNTIME;
	status = run(source, &options);
	if (source->damaged)
		status = EXIT_RUNTIME;
	source->close(source);
	return status;
}
