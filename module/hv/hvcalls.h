/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A function for each hypercall that the driver makes on its own account. Unless said otherwise
 * they may sleep, give the hypervisor memory if it asks for it, and return 0 or a negative errno:
 * -ENOMEM if there was no memory to give, else that of the hypervisor's status (status.def).
 */
#ifndef MSHV_HVCALLS_H
#define MSHV_HVCALLS_H

#include <linux/types.h>
#include <mshv/hvabi_state.h>

struct mshv_interrupt;
struct mshv_ioeventfd;
struct mshv_partition;
struct mshv_vp;

/* Most pages that are deposited or withdrawn at a time: their numbers are kept on the stack. */
#define MSHV_DEPOSIT_BATCH_PAGES	64

/* Most pages that are mapped at a time: likewise. */
#define MSHV_MAP_BATCH_PAGES		64

int mshv_call_create_partition(struct mhv_input_create_partition *in, u64 *id);
int mshv_call_initialize_partition(struct mshv_partition *partition);
int mshv_call_finalize_partition(struct mshv_partition *partition);
void mshv_call_delete_partition(struct mshv_partition *partition);
int mshv_call_get_partition_property(struct mshv_partition *partition, u32 property, u64 *value);

int mshv_call_deposit_memory(struct mshv_partition *partition, const u64 *pfns,
			     unsigned int count, unsigned int *given);
u16 mshv_call_withdraw_memory(struct mshv_partition *partition, u64 *pfns, unsigned int *count);

int mshv_call_map_gpa_pages(struct mshv_partition *partition, u64 gfn, const u64 *pfns,
			    unsigned int count, u32 flags, unsigned int *done, u16 *status);
int mshv_call_reserve_gpa_pages(struct mshv_partition *partition, u64 gfn, u64 count, bool large);
int mshv_call_unmap_gpa_batch(struct mshv_partition *partition, u64 gfn, unsigned int count,
			      bool large);
int mshv_call_unmap_gpa_pages(struct mshv_partition *partition, u64 gfn, u64 count, bool large);
int mshv_call_get_gpa_access_states(struct mshv_partition *partition, u64 gfn, u32 count, u64 flags,
				    u8 *states, u32 *done);

int mshv_call_create_vp(struct mshv_partition *partition, u32 vp_index);
int mshv_call_delete_vp(struct mshv_partition *partition, u32 vp_index);
int mshv_call_stop_vp(struct mshv_vp *vp);
int mshv_call_set_vp_register(struct mshv_vp *vp, u32 name, u64 value);
int mshv_call_map_vp_state_page(struct mshv_vp *vp, enum mhv_vp_state_page type, void **state);
int mshv_call_unmap_vp_state_page(struct mshv_vp *vp, enum mhv_vp_state_page type);
int mshv_call_get_vp_state(struct mshv_vp *vp, const struct mhv_vp_state_header *header,
			   const u64 *pfns, u32 nr_pfns, struct mhv_synthetic_timers_state *timers);
int mshv_call_set_vp_state(struct mshv_vp *vp, const struct mhv_vp_state_header *header,
			   const void *data, u32 bytes);
int mshv_call_map_stats_page(struct mshv_partition *partition, enum mhv_stats_object type,
			     const struct mhv_stats_identity *identity,
			     const struct mhv_stats_page **page);
int mshv_call_unmap_stats_page(struct mshv_partition *partition, enum mhv_stats_object type,
			       const struct mhv_stats_identity *identity);

/* hvcalls_synic.c */
extern u64 mshv_self_id;

int mshv_call_get_partition_id(void);
int mshv_call_get_system_property(u32 property, u64 *value);
int mshv_call_get_vp_register(struct mshv_vp *vp, u32 name, u64 *value);
int mshv_call_clear_suspends(struct mshv_vp *vp);
u16 mshv_call_assert_virtual_interrupt(struct mshv_partition *partition,
				       const struct mshv_interrupt *interrupt);
int mshv_call_clear_virtual_interrupt(struct mshv_partition *partition);
int mshv_call_create_port(struct mshv_partition *partition, u32 port);
int mshv_call_delete_port(u32 port);
int mshv_call_connect_port(const struct mshv_ioeventfd *ioeventfd, u64 flags);
int mshv_call_disconnect_port(struct mshv_partition *partition, u32 port);
int mshv_call_notify_port_ring_empty(u32 sint);

#endif /* MSHV_HVCALLS_H */
