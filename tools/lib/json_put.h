/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON put together without a check at each step. The first failure, which can only be for lack of
 * memory, clears the caller's @ok, and the caller throws the whole object away. A value that is put
 * into a container belongs to the container.
 */
#ifndef MSHV_JSON_PUT_H
#define MSHV_JSON_PUT_H

#include <stdbool.h>
#include <jansson.h>
#include <linux/types.h>

static inline void put(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (json_object_set_new(object, key, value))
		*ok = false;
}

static inline void append(json_t *array, json_t *value, bool *ok)
{
	if (json_array_append_new(array, value))
		*ok = false;
}

static inline void put_number(json_t *object, const char *key, __u64 value, bool *ok)
{
	put(object, key, json_integer(value), ok);
}

static inline void put_text(json_t *object, const char *key, const char *value, bool *ok)
{
	put(object, key, json_string(value), ok);
}

#endif /* MSHV_JSON_PUT_H */
