// SPDX-License-Identifier: GPL-2.0
/*
 * The list of capabilities (include/mshv/caps.def) as tables: which are in this build, what the
 * list says of each, and a file for each under /sys/class/misc/mshv/caps. The only file that
 * depends on what is left out of a build (MSHV_DROP_CAPS); it decides nothing else.
 */
#include <linux/device.h>
#include <linux/kconfig.h>
#include <linux/sysfs.h>
#include "caps/caps.h"

/* The list and the header for VMMs have the same numbers, without gaps. */
#define MSHV_CAP(id, name, ...)		static_assert(MSHV_CAP_##name == (id));
#define MSHV_CAP_REMOVED(id, name, ...)	static_assert(MSHV_CAP_##name == (id));
#define MSHV_CAP_STATE(value, name)	static_assert(MSHV_CAP_STATE_##name == (value));
#define MSHV_CAP_REASON(value, name, text) static_assert(MSHV_CAP_REASON_##name == (value));
#define MSHV_CAP_SOURCE(value, name)	static_assert(MSHV_CAP_SOURCE_##name == (value));
#define MSHV_CAP_KIND(value, name)	static_assert(MSHV_CAP_KIND_##name == (value));
#include <mshv/caps.def>

enum {
	MSHV_CAPS_LISTED = 0
#define MSHV_CAP(...)	+ 1
#include <mshv/caps.def>
};

static_assert(MSHV_CAPS_LISTED == MSHV_NR_CAPS);

/* MSHV_DROP_name is 1 for each capability that is left out. */
#define MSHV_CAP_IN_BUILD(name)	(!__is_defined(MSHV_DROP_##name))

/* By distance from MSHV_CAP_FIRST; NULL: left out */
const struct mshv_cap * const mshv_caps[MSHV_NR_CAPS] = {
#define MSHV_CAP(id, name, ...) \
	[(id) - MSHV_CAP_FIRST] = MSHV_CAP_IN_BUILD(name) ? &mshv_cap_##name : NULL,
#include <mshv/caps.def>
};

enum mshv_cap_class {
	MSHV_CAP_CLASS_BASE,
	MSHV_CAP_CLASS_OPTIONAL,
	MSHV_CAP_CLASS_OPTIN,
};

/* What is base is in every build. */
#define MSHV_CAP(id, name, kind, class, ...) \
	static_assert(MSHV_CAP_IN_BUILD(name) || MSHV_CAP_CLASS_##class != MSHV_CAP_CLASS_BASE);
#include <mshv/caps.def>

static const struct {
	u8 kind;
	u8 class;
	u8 source;
} mshv_cap_facts[MSHV_NR_CAPS] = {
#define MSHV_CAP(id, name, kind, class, source, doc)	\
	[(id) - MSHV_CAP_FIRST] = {			\
		MSHV_CAP_KIND_##kind, MSHV_CAP_CLASS_##class, MSHV_CAP_SOURCE_##source },
#include <mshv/caps.def>
};

/**
 * mshv_cap_source() - on whom a capability depends
 * @index: less than MSHV_NR_CAPS
 *
 * Return: MSHV_CAP_SOURCE_*.
 */
u32 mshv_cap_source(u32 index)
{
	return mshv_cap_facts[index].source;
}

/**
 * mshv_cap_kind() - what a capability is
 * @index: less than MSHV_NR_CAPS
 *
 * Return: MSHV_CAP_KIND_*.
 */
u32 mshv_cap_kind(u32 index)
{
	return mshv_cap_facts[index].kind;
}

/**
 * mshv_cap_is_base() - tell whether everybody has a capability without asking
 * @index: less than MSHV_NR_CAPS
 */
bool mshv_cap_is_base(u32 index)
{
	return mshv_cap_facts[index].class == MSHV_CAP_CLASS_BASE;
}

/**
 * mshv_cap_is_optin() - tell whether a capability does nothing until it is enabled
 * @index: less than MSHV_NR_CAPS
 */
bool mshv_cap_is_optin(u32 index)
{
	return mshv_cap_facts[index].class == MSHV_CAP_CLASS_OPTIN;
}

static ssize_t mshv_cap_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const states[] = {
#define MSHV_CAP_STATE(value, name) [value] = #name,
#include <mshv/caps.def>
	};
	struct dev_ext_attribute *file = container_of(attr, struct dev_ext_attribute, attr);
	u32 reason;
	u64 value;

	return sysfs_emit(buf, "%s\n",
			  states[mshv_cap_state((uintptr_t)file->var, &reason, &value)]);
}

static struct dev_ext_attribute mshv_cap_files[] = {
#define MSHV_CAP(id, name, ...)						\
	{ __ATTR(name, 0444, mshv_cap_show, NULL), (void *)((id) - MSHV_CAP_FIRST) },
#include <mshv/caps.def>
};

static struct attribute *mshv_cap_attrs[] = {
#define MSHV_CAP(id, name, ...) &mshv_cap_files[(id) - MSHV_CAP_FIRST].attr.attr,
#include <mshv/caps.def>
	NULL
};

static const struct attribute_group mshv_cap_group = {
	.name = "caps",
	.attrs = mshv_cap_attrs,
};

/* For the device */
const struct attribute_group *mshv_caps_groups[] = { &mshv_cap_group, NULL };
