// SPDX-License-Identifier: GPL-2.0
/* JSON that came from outside. JSON may have any character in its texts, as \u001b. */
#include <stdlib.h>
#include <string.h>
#include "json_clean.h"
#include "text.h"

static bool clean_text(json_t *value)
{
	const char *text = json_string_value(value);
	size_t length = json_string_length(value);
	char *clean;
	bool ok;

	if (text_is_clean(text))
		return true;
	clean = malloc(TEXT_ROOM(length));
	if (!clean)
		return false;
	text_clean(clean, TEXT_ROOM(length), text, length);
	ok = !json_string_set(value, clean);
	free(clean);
	return ok;
}

/**
 * json_clean() - make all texts in a value fit to be shown
 * @value: the value, which is changed; keys of objects stay
 *
 * Return: false without memory.
 */
bool json_clean(json_t *value)
{
	const char *key;
	json_t *part;
	bool ok = true;
	size_t i;

	if (json_is_string(value))
		return clean_text(value);
	json_object_foreach(value, key, part)
		ok = json_clean(part) && ok;
	json_array_foreach(value, i, part)
		ok = json_clean(part) && ok;
	return ok;
}
