// SPDX-License-Identifier: GPL-2.0
/* mshvtop: command line, source and model, then the view that was asked for. */
#include <locale.h>
#include <unistd.h>
#include "batch.h"
#include "caps.h"
#include "err.h"
#include "options.h"
#include "tui.h"

static int show(struct source *source, struct model *m, const struct options *options)
{
	struct tui_options tui = {
		.interval = options->delay,
		.color = options->color,
		.filter = options->filter,
	};

	if (options->batch)
		return batch_run(source, m, options);
	if (!caps_drop())
		return EXIT_RUNTIME;
	return tui_run(source, m, &tui);
}

int main(int argc, char **argv)
{
	struct options options;
	int status = EXIT_RUNTIME;
	struct source *source;
	struct sample first;
	struct model *m;

	/* Not LC_NUMERIC: numbers are written with a point. */
	setlocale(LC_CTYPE, "");
	err_set_program("mshvtop");
	options_parse(&options, argc, argv);
	if (!options.batch && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))) {
		err("standard input and output: not a terminal; use -b or --json");
		return EXIT_USAGE;
	}
	source = source_live_open(options.debug);
	if (!source)
		return EXIT_RUNTIME;
	if (source->read(source, &first)) {
		m = model_new(source, &first);
		if (m) {
			status = show(source, m, &options);
			model_free(m);
		}
	}
	source->close(source);
	return status;
}
