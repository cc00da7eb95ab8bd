/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The root partition's SynIC, one per CPU, and what is told by it. Nothing that is to be told is
 * copied into a queue: each VP and each CPU remembers that there is something, so nothing can be
 * lost and nothing grows. Included by softhv.h.
 */
#ifndef SOFTHV_SYNIC_H
#define SOFTHV_SYNIC_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/types.h>

struct softhv_vp;

/* What the root is to be told about a VP: bits of &softhv_vp.tell */
#define SOFTHV_TELL_SIGNAL	BIT(0)	/* it is ready to run */
#define SOFTHV_TELL_INTERCEPT	BIT(1)	/* there is an intercept on its message page */

int softhv_synic_init(void);
void softhv_synic_exit(void);
void softhv_synic_online(unsigned int nr);
void softhv_synic_offline(unsigned int nr);
u64 softhv_synic_read_msr(u32 msr);
void softhv_synic_write_msr(u32 msr, u64 value);
int softhv_synic_set_handler(void (*handler)(void));
void softhv_synic_tell(struct softhv_vp *vp, u32 what);
void softhv_synic_forget(struct softhv_vp *vp);
bool softhv_synic_ring(u32 root_vp, u32 sint, u32 port);

#endif /* SOFTHV_SYNIC_H */
