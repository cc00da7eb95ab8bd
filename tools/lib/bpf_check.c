// SPDX-License-Identifier: GPL-2.0
/* Looks at privileges, BTF, module and events before anything is loaded. Changes nothing. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/btf.h>
#include "bpf_check.h"
#include "privileges.h"
#include "err.h"
#include "num.h"

#define MODULE		"mshv"
#define MODULE_BTF	"/sys/kernel/btf/" MODULE
#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define KERNEL_BTF	"/sys/kernel/btf/vmlinux"
#define MODULE_SYSFS	"/sys/module/" MODULE
/* Linux's own driver, which may be built in */
#define LINUX_DRIVER	"mshv_root"
#define LINUX_DRIVER_BTF "/sys/kernel/btf/" LINUX_DRIVER
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
		    LINUX_DRIVER, MODULE);
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

static bool check_events(const char * const *events, unsigned int nr)
{
	struct btf *kernel = btf__parse(KERNEL_BTF, NULL);
	struct btf *module = kernel ? btf__parse_split(MODULE_BTF, kernel) : NULL;
	char name[64];
	unsigned int i;
	bool ok = true;

	if (!module) {
		err_errno("%s: cannot be read", kernel ? MODULE_BTF : KERNEL_BTF);
		btf__free(kernel);
		return false;
	}
	for (i = 0; ok && i < nr; i++) {
		snprintf(name, sizeof(name), "btf_trace_%s", events[i]);
		ok = btf__find_by_name_kind(module, name, BTF_KIND_TYPEDEF) >= 0;
		if (!ok)
			err("%s: the %s module has no such event; load the module that came with "
			    "this program", events[i], MODULE);
	}
	btf__free(module);
	btf__free(kernel);
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
