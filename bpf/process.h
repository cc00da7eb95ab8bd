/* SPDX-License-Identifier: GPL-2.0 */
/* The process that an event is in. Needs vmlinux.h first. */
#ifndef MSHV_BPF_PROCESS_H
#define MSHV_BPF_PROCESS_H

#include <bpf/bpf_helpers.h>
#include <mshv/counts.h>

/* The name of the process, not of the thread that runs a VP; not by a helper that reads memory. */
static __always_inline void note_process(char *comm)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	unsigned int i;

#pragma unroll
	for (i = 0; i < MSHV_COUNTS_COMM; i++)
		comm[i] = leader->comm[i];
}

#endif /* MSHV_BPF_PROCESS_H */
