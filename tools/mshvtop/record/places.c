// SPDX-License-Identifier: GPL-2.0
/* Few names, which come again and again: a list is looked through. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "record/places.h"

/**
 * rec_place() - the number of a name
 * @places: the names, of which it becomes one
 * @name: the name, shorter than SYMBOL_SIZE
 *
 * Return: its number; one that has no name if there is no room.
 */
__u64 rec_place(struct rec_places *places, const char *name)
{
	char (*grown)[SYMBOL_SIZE];
	unsigned int i;

	for (i = 0; i < places->nr; i++)
		if (!strcmp(places->name[i], name))
			return i;
	if (places->nr == REC_MAX_PLACES)
		return REC_MAX_PLACES;
	grown = reallocarray(places->name, places->nr + 1, sizeof(*grown));
	if (!grown)
		return REC_MAX_PLACES;
	places->name = grown;
	snprintf(grown[places->nr], SYMBOL_SIZE, "%s", name);
	return places->nr++;
}

/**
 * rec_place_name() - the name of a number
 * @places: the names
 * @place: from rec_place()
 * @text: the result, SYMBOL_SIZE bytes
 */
void rec_place_name(const struct rec_places *places, __u64 place, char *text)
{
	snprintf(text, SYMBOL_SIZE, "%s", place < places->nr ? places->name[place] : "?");
}

/**
 * rec_places_free() - free the names
 * @places: the names, which are none afterwards
 */
void rec_places_free(struct rec_places *places)
{
	free(places->name);
	memset(places, 0, sizeof(*places));
}
