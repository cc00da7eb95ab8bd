// SPDX-License-Identifier: GPL-2.0
/* The live screens, which begin as the user left them the last time. */
#include <string.h>
#include "config.h"
#include "live.h"

/**
 * live_run() - show a model on the terminal until the user ends it
 * @source: brings the model up to date
 * @model: made from the source's first sample
 * @options: what the command line says of the view; it comes before what is remembered
 *
 * Return: exit status; what went wrong has been reported.
 */
int live_run(struct source *source, struct model *model, const struct tui_options *options)
{
	struct tui_settings before, settings;
	int status;

	config_load(&before);
	settings = before;
	status = tui_run(source, model, options, &settings);
	if (memcmp(&settings, &before, sizeof(settings)))
		config_save(&settings);
	return status;
}
