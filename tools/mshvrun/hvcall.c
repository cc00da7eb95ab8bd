// SPDX-License-Identifier: GPL-2.0
/*
 * One ioctl and its error message, see hvcall.h.
 */
#include <stdint.h>
#include <sys/ioctl.h>

#include "err.h"
#include "hvcall.h"
#include "names.h"

#include <linux/mshv.h>

bool hvcall(int fd, const struct hvcall *call)
{
	struct mshv_root_hvcall args = {
		.code = call->code,
		.reps = call->reps,
		.in_sz = call->in_bytes,
		.out_sz = call->out_bytes,
		.in_ptr = (uintptr_t)call->in,
		.out_ptr = (uintptr_t)call->out,
	};
	char room[NAME_SIZE];

	if (!ioctl(fd, MSHV_ROOT_HVCALL, &args) && args.reps == call->reps)
		return true;
	if (args.status)
		err("%s: the hypervisor refuses, after %u of %u elements, with status %#x (%s)",
		    call->what, args.reps, call->reps, args.status, status_name(args.status, room));
	else
		err_errno("%s: the driver refuses the hypercall (%#x)", call->what, call->code);
	return false;
}
