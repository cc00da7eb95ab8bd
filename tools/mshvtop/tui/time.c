// SPDX-License-Identifier: GPL-2.0
/* When the view takes a sample, and which: intervals, pauses, the way through a recording. */
#include <stdio.h>
#include <sys/timerfd.h>
#include "err.h"
#include "record/travel.h"
#include "tui/priv.h"
#include "tui/tui.h"

static struct timespec to_timespec(double seconds)
{
	struct timespec t = { .tv_sec = seconds };

	t.tv_nsec = (seconds - t.tv_sec) * 1e9;
	return t;
}

/**
 * tui_set_timer() - set the clock of the interval
 * @tui: the view
 * @first: seconds to the next expiration, others are an interval apart; 0 stops it
 */
void tui_set_timer(struct tui *tui, double first)
{
	struct itimerspec spec = {
		.it_value = to_timespec(first),
		.it_interval = to_timespec(tui->shown.interval),
	};

	timerfd_settime(tui->timer_fd, 0, &spec, NULL);
}

/**
 * tui_update() - go on to the source's next sample
 * @tui: the view
 */
void tui_update(struct tui *tui)
{
	struct sample sample;

	tui->message[0] = '\0';
	/* By now the screen was drawn, so it is known which columns are seen. */
	tui_ask(tui);
	if (!tui->source->read(tui->source, &sample)) {
		tui->shown.ended = true;
		term_last_error(tui->message, sizeof(tui->message));
		if (tui->message[0])
			tui->status = EXIT_RUNTIME;
		tui_set_timer(tui, 0);
		return;
	}
	if (!model_update(tui->model, &sample)) {
		tui->status = EXIT_RUNTIME;
		tui->quit = true;
		return;
	}
	tui_take(tui);
}

/**
 * tui_toggle_pause() - stand still, or go on with an update
 * @tui: the view
 */
void tui_toggle_pause(struct tui *tui)
{
	if (tui->shown.ended)
		return;
	tui->shown.paused = !tui->shown.paused;
	tui_set_timer(tui, tui->shown.paused ? 0 : tui->shown.interval);
	if (!tui->shown.paused)
		tui_update(tui);
}

/**
 * tui_step_live() - one interval more, which ends now; then stand still
 * @tui: the view
 */
void tui_step_live(struct tui *tui)
{
	if (tui->shown.ended)
		return;
	tui->shown.paused = true;
	tui_set_timer(tui, 0);
	tui_update(tui);
}

/**
 * tui_step() - go to another interval of a recording, and stand still there
 * @tui: the view
 * @by: intervals on, or back if negative
 */
void tui_step(struct tui *tui, long by)
{
	long last = tui->source->nr_samples - 1, to = (long)tui->source->next - 1 + by;

	if (to > last)
		to = last;
	if (to < 1)
		to = last ? 1 : 0;
	tui->shown.ended = false;
	tui->shown.paused = true;
	tui_set_timer(tui, 0);
	if (!travel_to(tui->model, tui->source, to)) {
		tui->status = EXIT_RUNTIME;
		tui->quit = true;
		return;
	}
	tui->shown.ended = to == last;
}

/**
 * tui_change_interval() - let the intervals be longer or shorter
 * @tui: the view
 * @longer: which
 */
void tui_change_interval(struct tui *tui, bool longer)
{
	static const double steps[] = { TUI_MIN_INTERVAL, 0.2, 0.5, 1, 2, 5, 10, 20, 30,
					TUI_MAX_INTERVAL };
	const int nr = sizeof(steps) / sizeof(steps[0]);
	double interval = tui->shown.interval;
	int i;

	if (longer) {
		for (i = 0; i < nr - 1 && steps[i] <= interval; i++)
			;
	} else {
		for (i = nr - 1; i > 0 && steps[i] >= interval; i--)
			;
	}
	tui->shown.interval = steps[i];
	if (!tui->shown.paused && !tui->shown.ended)
		tui_set_timer(tui, steps[i]);
}
