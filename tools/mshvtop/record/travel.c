// SPDX-License-Identifier: GPL-2.0
/*
 * A model goes forward only: what it shows of a sample depends on those before. So going back is to
 * begin again and to go forward, in large steps first, as only the last one has to be small.
 */
#include "record/sample.h"
#include "record/travel.h"

/* Samples before the one gone to that are all taken: partitions that come and go in them are seen. */
#define SMALL_STEPS	REC_KEY_EVERY

static bool take(struct model *m, struct source *source, unsigned long n)
{
	struct sample sample;

	source->seek(source, n);
	return source->read(source, &sample) && model_update(m, &sample);
}

/**
 * travel_to() - show another sample of a recording
 * @m: a model of it; nothing that was found in it before is valid any more
 * @source: the recording
 * @n: which sample; the first one, 0, has no interval
 *
 * Return: false if that failed, which has been reported.
 */
bool travel_to(struct model *m, struct source *source, unsigned long n)
{
	struct sample first;
	unsigned long i;

	if (source->next && n >= source->next) {
		for (i = source->next; i <= n; i++)
			if (!take(m, source, i))
				return false;
		return true;
	}
	source->seek(source, 0);
	if (!source->read(source, &first) || !model_restart(m, &first))
		return false;
	for (i = 1; i <= n; i += i + SMALL_STEPS < n ? REC_KEY_EVERY : 1)
		if (!take(m, source, i))
			return false;
	return true;
}
