/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The root partition's SynIC, one per CPU. Notifications are not queued: each VP and each CPU
 * remembers that it has something to tell, so nothing can be lost and nothing grows. Included by
 * softhv.h.
 */
#ifndef SOFTHV_SYNIC_H
#define SOFTHV_SYNIC_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/types.h>

struct softhv_partition;
struct softhv_vp;

/**
 * struct softhv_completion - the answer to a hypercall that comes by a message
 * @told: in the list of the CPU that will tell it
 * @status: the answer
 * @count: how many there are to tell; the last one's status is told
 */
struct softhv_completion {
	struct list_head told;
	u32 status;
	u32 count;
};

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
void softhv_synic_complete(struct softhv_partition *partition, u16 status, bool held);
void softhv_synic_release(void);
void softhv_synic_forget_partition(struct softhv_partition *partition);
bool softhv_synic_ring(u32 root_vp, u32 sint, u32 port);
u32 softhv_synic_take(unsigned int nr, u32 sint);

#endif /* SOFTHV_SYNIC_H */
