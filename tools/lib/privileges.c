// SPDX-License-Identifier: GPL-2.0
/*
 * Capabilities of this process, by the system calls themselves: two of them do not take a library.
 * A user id is not changed: files that root's tools write stay root's.
 */
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>
#include "privileges.h"
#include "err.h"

#define WORDS	_LINUX_CAPABILITY_U32S_3

/* What watching takes: reading the programs' statistics, and the descriptors of any process */
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
 * It is what the kernel wants for the BTF of modules, where CAP_BPF and CAP_PERFMON would do for
 * programs that need none.
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
 * caps_drop() - give up what only setting up needs
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
