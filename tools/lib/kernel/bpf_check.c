// SPDX-License-Identifier: GPL-2.0
/* Looks at privileges, BTF, module and events before anything is loaded. Changes nothing. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/btf.h>
#include "kernel/bpf_check.h"
#include "kernel/event_args.h"
#include "privileges.h"
#include "err.h"
#include "num.h"

#define MODULE		"mshv"
#define MODULE_BTF	"/sys/kernel/btf/" MODULE
#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define KERNEL_BTF	"/sys/kernel/btf/vmlinux"
#define MODULE_SYSFS	"/sys/module/" MODULE
#define LINUX_DRIVER_BTF "/sys/kernel/btf/" BPF_LINUX_DRIVER
#define DEVICE_SYSFS	"/sys/class/misc/mshv"

/**
 * bpf_linux_driver() - whether the driver is Linux's own
 *
 * Return: true if /dev/mshv exists and is not our module's.
 */
bool bpf_linux_driver(void)
{
	return access(MODULE_SYSFS, F_OK) && !access(DEVICE_SYSFS, F_OK);
}

/**
 * bpf_linux_function() - whether the kernel or Linux's own driver has a function
 * @name: its name
 *
 * Return: true if it is in their BTF.
 */
bool bpf_linux_function(const char *name)
{
	struct btf *kernel = btf__parse(KERNEL_BTF, NULL), *driver = NULL;
	bool there = kernel && btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC) >= 0;

	if (kernel && !there)
		driver = btf__parse_split(LINUX_DRIVER_BTF, kernel);
	there = there || (driver && btf__find_by_name_kind(driver, name, BTF_KIND_FUNC) >= 0);
	btf__free(driver);
	btf__free(kernel);
	return there;
}

static bool check_btf(const char *event)
{
	if (!access(MODULE_BTF, F_OK))
		return true;
	if (bpf_linux_driver()) {
		err("%s: Linux's own driver, %s, has no such event; load %s instead", event,
		    BPF_LINUX_DRIVER, MODULE);
		return false;
	}
	if (!access(MODULE_SYSFS, F_OK) && !access(KERNEL_BTF, F_OK))
		err("%s: not found: the %s module was built without BTF; build it where pahole is",
		    MODULE_BTF, MODULE);
	else if (access("/sys/kernel", F_OK))
		err("/sys: not mounted; mount -t sysfs nodev /sys");
	else if (access(KERNEL_BTF, F_OK))
		err("%s: not found: this kernel has no BTF; use one with CONFIG_DEBUG_INFO_BTF",
		    KERNEL_BTF);
	else
		err("%s: not found: the %s module is not loaded; modprobe %s", MODULE_BTF, MODULE,
		    MODULE);
	return false;
}

/* What the programs for our driver expect */
static const struct {
	const char *event;
	const char *arguments;
} expected[] = {
#define MSHV_ARGUMENTS(event, names) { #event, names },
#include <mshv/arguments.def>
#undef MSHV_ARGUMENTS
};

static const char *expected_arguments(const char *event)
{
	unsigned int i;

	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (!strcmp(expected[i].event, event))
			return expected[i].arguments;
	return "";
}

/* Each argument has to stand where the programs take it from. */
static bool check_arguments(const struct event_args *e, const char *event)
{
	const char *names = expected_arguments(event);
	int index, found;
	char name[32];

	for (index = 0; *names; index++) {
		size_t length = strcspn(names, " ");

		snprintf(name, sizeof(name), "%.*s", (int)length, names);
		found = event_args_find(e, event, name);
		if (found < 0)
			err("%s: the %s module's event of this name has no argument %s; load the "
			    "module that came with this program", event, MODULE, name);
		else if (found != index)
			err("%s: argument %s is the module's number %d, not %d; load the %s module "
			    "that came with this program", event, name, found + 1, index + 1,
			    MODULE);
		if (found != index)
			return false;
		names += length + (names[length] == ' ');
	}
	return true;
}

static bool check_events(const char * const *events, unsigned int nr)
{
	struct event_args *e = event_args_open(MODULE);
	unsigned int i;
	bool ok = e;

	for (i = 0; ok && i < nr; i++) {
		ok = event_args_has(e, events[i]);
		if (!ok)
			err("%s: the %s module has no such event; load the module that came with "
			    "this program", events[i], MODULE);
		ok = ok && check_arguments(e, events[i]);
	}
	event_args_free(e);
	return ok;
}

/**
 * bpf_privileged() - whether this process may look into a driver
 *
 * Return: true if so; otherwise the missing privilege has been reported.
 */
bool bpf_privileged(void)
{
	if (caps_have_admin())
		return true;
	err("CAP_SYS_ADMIN: not held, but needed for a module's events; run as root");
	return false;
}

/**
 * bpf_check() - whether programs on the driver's events can be loaded here
 * @events: the events
 * @nr: how many
 *
 * Return: true if so; otherwise what is missing has been reported.
 */
bool bpf_check(const char * const *events, unsigned int nr)
{
	return bpf_privileged() && check_btf(events[0]) && check_events(events, nr);
}

/**
 * bpf_say_not_loaded() - report that the kernel does not load programs
 * @what: the programs
 * @error: errno
 */
void bpf_say_not_loaded(const char *what, int error)
{
	FILE *file = fopen(LOCKDOWN, "re");
	char modes[64] = "", *mode;

	if (file && !fgets(modes, sizeof(modes), file))
		modes[0] = '\0';
	if (file)
		fclose(file);
	/* The mode in force is in brackets. */
	mode = strchr(modes, '[');
	if (mode && strchr(mode, ']') && strncmp(mode, "[none]", strlen("[none]")))
		err("%s: the kernel does not load them: %s; it is locked down (%s: %.*s), which may be "
		    "why; --debug shows more", what, strerror(error), LOCKDOWN,
		    (int)(strchr(mode, ']') - mode - 1), mode + 1);
	else
		err("%s: the kernel does not load them: %s; --debug shows why", what,
		    strerror(error));
}

/**
 * bpf_parameter() - a number that the driver was loaded with
 * @name: the parameter
 * @value: its value, at least 1
 *
 * Return: false if the driver has no such parameter, which has been reported.
 */
bool bpf_parameter(const char *name, unsigned int *value)
{
	char path[128], text[32] = "";
	__u64 number;
	FILE *file;

	snprintf(path, sizeof(path), MODULE_SYSFS "/parameters/%s", name);
	file = fopen(path, "re");
	if (!file) {
		err("%s: %s; load the %s module that came with this program", path,
		    strerror(errno), MODULE);
		return false;
	}
	if (fgets(text, sizeof(text), file))
		text[strcspn(text, "\n")] = '\0';
	fclose(file);
	if (!num_parse_u64(text, 1, UINT32_MAX, &number)) {
		err("%s: '%s' is not a positive number", path, text);
		return false;
	}
	*value = number;
	return true;
}

/**
 * bpf_watched() - what is watched: the driver, and the hypervisor if it is ours
 * @name: the result
 * @size: of @name
 */
void bpf_watched(char *name, size_t size)
{
	snprintf(name, size, MODULE "%s", access("/sys/module/softhv", F_OK) ? "" : "+softhv");
}
