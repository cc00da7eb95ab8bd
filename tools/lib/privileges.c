// SPDX-License-Identifier: GPL-2.0
/*
 * POSIX capabilities of this process, by capget() and capset() directly, which need no library for
 * this little. A user id is not changed: files that root's tools write stay root's.
 */
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>
#include "privileges.h"
#include "err.h"

#define WORDS	_LINUX_CAPABILITY_U32S_3

/*
 * Capabilities that are kept: to read the programs' run-time statistics, and the descriptors of any
 * process
 */
static const unsigned int kept[] = { CAP_BPF, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH };

static bool get(struct __user_cap_header_struct *header, struct __user_cap_data_struct *data)
{
	header->version = _LINUX_CAPABILITY_VERSION_3;
	header->pid = 0;
	if (!syscall(SYS_capget, header, data))
		return true;
	err_errno("capabilities: cannot be read");
	return false;
}

/**
 * caps_have_admin() - whether CAP_SYS_ADMIN is held
 *
 * The kernel demands CAP_SYS_ADMIN for reading the BTF of modules. For programs that need no
 * module's BTF, CAP_BPF and CAP_PERFMON are enough.
 *
 * Return: true if so.
 */
bool caps_have_admin(void)
{
	struct __user_cap_data_struct data[WORDS];
	struct __user_cap_header_struct header;

	return get(&header, data) &&
	       data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN);
}

/**
 * caps_drop() - give up the capabilities that only setting up needs
 *
 * Keeps CAP_BPF, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH where they are held. Files of other users
 * can not be written afterwards.
 *
 * Return: false if that fails, which has been reported.
 */
bool caps_drop(void)
{
	struct __user_cap_data_struct data[WORDS];
	struct __user_cap_header_struct header;
	__u32 keep[WORDS] = { 0 };
	unsigned int i;

	if (!get(&header, data))
		return false;
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		keep[CAP_TO_INDEX(kept[i])] |= CAP_TO_MASK(kept[i]);
	for (i = 0; i < WORDS; i++) {
		data[i].effective &= keep[i];
		data[i].permitted &= keep[i];
		data[i].inheritable = 0;
	}
	if (!syscall(SYS_capset, &header, data))
		return true;
	err_errno("capabilities: cannot be given up");
	return false;
}

/**
 * caps_drop_all() - give up all capabilities
 *
 * Return: false if that fails.
 */
bool caps_drop_all(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[WORDS] = { 0 };

	return !syscall(SYS_capset, &header, none);
}
