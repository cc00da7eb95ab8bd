/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Issuing hypercalls, whatever they are: pages for their parameters, continued rep calls, memory
 * that the hypervisor asks for. Knows no hypercall but the two that give and take back memory; the
 * wrappers with types are in hvcalls.h.
 */
#ifndef MSHV_HVCALL_H
#define MSHV_HVCALL_H

#include <linux/types.h>
#include <mshv/exits.h>
#include <mshv/hvabi.h>

struct mshv_hypervisor;
struct mshv_partition;
struct mshv_vp;

/**
 * struct mshv_hvcall - a hypercall and what came of it
 * @partition: whose call it is: named in events, charged with memory; NULL if it is nobody's
 * @vp_index: whose call it is, or MSHV_NO_VP
 * @code: enum mhv_hvcall
 * @reps: elements of a rep call, up to 4095; 0 for any other
 * @varhead: size of the input beyond the fixed header, in 8-byte words, of a call that has such
 * @fast: @fast_in is the input, and there is no output
 * @bounce: @in and @out are pages (or inside of one each) that the hypervisor may access; if not
 *	set, they are anywhere, and are copied
 * @fast_in: the two registers of a fast call
 * @in: input, header and elements
 * @in_size: its size in bytes, 8-byte aligned, up to a page
 * @out: output, or NULL
 * @out_size: its size in bytes, up to a page
 * @reps_done: result: elements that were done, also if the call failed
 * @status: result: enum mhv_status
 */
struct mshv_hvcall {
	struct mshv_partition *partition;
	u32 vp_index;
	u16 code;
	u16 reps;
	u16 varhead;
	bool fast;
	bool bounce;
	u64 fast_in[2];
	const void *in;
	size_t in_size;
	void *out;
	size_t out_size;
	u16 reps_done;
	u16 status;
};

int mshv_hvcall_init(void);
void mshv_hvcall_exit(void);
void mshv_hvcall_set_hypervisor(const struct mshv_hypervisor *hv);

int mshv_hvcall(struct mshv_hvcall *call);
int mshv_hvcall_no_deposit(struct mshv_hvcall *call);
u16 mshv_hvcall_dispatch(struct mshv_vp *vp, u32 flags);

/* deposit.c */
bool mshv_status_needs_memory(u16 status);
int mshv_deposit(struct mshv_partition *partition, u16 status, u64 *spent_pages);
void mshv_withdraw(struct mshv_partition *partition);

#endif /* MSHV_HVCALL_H */
