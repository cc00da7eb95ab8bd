// SPDX-License-Identifier: GPL-2.0
/*
 * Typed wrappers, second part: properties, the state of VPs as blocks, accessed and dirty pages,
 * statistics pages. They fill the input, and nothing else; see hvcalls.h.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/io.h>
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"

/**
 * mshv_call_get_partition_property() - get a property of a partition
 * @partition: whose
 * @property: MHV_PROP_*
 * @value: where to put it
 */
int mshv_call_get_partition_property(struct mshv_partition *partition, u32 property, u64 *value)
{
	struct mhv_input_get_partition_property in = {
		.partition_id = partition->id, .property_code = property,
	};
	struct mhv_output_get_partition_property out = {};
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP,
		.code = MHV_HVCALL_GET_PARTITION_PROPERTY,
		.in = &in, .in_size = sizeof(in), .out = &out, .out_size = sizeof(out),
	};
	int ret = mshv_hvcall(&call);

	*value = out.property_value;
	return ret;
}

static int mshv_call_vp_state(struct mshv_vp *vp, u16 code,
			      const struct mhv_vp_state_header *header, const void *data, u32 bytes,
			      void *out, u32 out_bytes)
{
	size_t words = DIV_ROUND_UP(bytes, sizeof(u64));
	struct mshv_hvcall call = {
		.partition = vp->partition, .vp_index = vp->index, .code = code, .varhead = words,
		.in_size = sizeof(*header) + words * sizeof(u64),
		.out = out, .out_size = out_bytes,
	};
	u8 *in = kzalloc(call.in_size, GFP_KERNEL);
	int ret;

	if (!in)
		return -ENOMEM;
	memcpy(in, header, sizeof(*header));
	memcpy(in + sizeof(*header), data, bytes);
	call.in = in;
	ret = mshv_hvcall(&call);
	kfree(in);
	return ret;
}

/**
 * mshv_call_get_vp_state() - get a part of a VP's state
 * @vp: the VP
 * @header: which part
 * @pfns: the pages to put it into, if its type says so
 * @nr_pfns: how many, up to MHV_VP_STATE_MAX_PFNS
 * @timers: where to put it otherwise; the hypervisor wants room for it in any case
 */
int mshv_call_get_vp_state(struct mshv_vp *vp, const struct mhv_vp_state_header *header,
			   const u64 *pfns, u32 nr_pfns, struct mhv_synthetic_timers_state *timers)
{
	return mshv_call_vp_state(vp, MHV_HVCALL_GET_VP_STATE, header, pfns, nr_pfns * sizeof(u64),
				  timers, sizeof(*timers));
}

/**
 * mshv_call_set_vp_state() - set a part of a VP's state
 * @vp: the VP
 * @header: which part
 * @data: the numbers of the pages that it is in if its type says so, otherwise itself
 * @bytes: size of @data, which has room in a page together with the header
 */
int mshv_call_set_vp_state(struct mshv_vp *vp, const struct mhv_vp_state_header *header,
			   const void *data, u32 bytes)
{
	return mshv_call_vp_state(vp, MHV_HVCALL_SET_VP_STATE, header, data, bytes, NULL, 0);
}

/**
 * mshv_call_get_gpa_access_states() - tell which guest pages were accessed and written to
 * @partition: whose
 * @gfn: guest page number of the first
 * @count: how many, up to 4080
 * @flags: MHV_GPA_CLEAR_*, MHV_GPA_SET_*: what to do with the bits then
 * @states: where to put MHV_GPA_ACCESSED and MHV_GPA_DIRTY, a byte for each page
 * @done: where to put how many there are of them, the first ones, also on failure
 */
int mshv_call_get_gpa_access_states(struct mshv_partition *partition, u64 gfn, u32 count, u64 flags,
				    u8 *states, u32 *done)
{
	struct mhv_input_get_gpa_pages_access_states in = {
		.partition_id = partition->id, .flags = flags, .gpa_page_number = gfn,
	};
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP,
		.code = MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES, .reps = count,
		.in = &in, .in_size = sizeof(in), .out = states, .out_size = count,
	};
	int ret = mshv_hvcall(&call);

	*done = call.reps_done;
	return ret;
}

static int mshv_call_stats_page(struct mshv_partition *partition, u16 code,
				enum mhv_stats_object type,
				const struct mhv_stats_identity *identity,
				struct mhv_output_map_stats_page *out)
{
	struct mhv_input_map_stats_page in = { .type = type, .identity = *identity };
	struct mshv_hvcall call = {
		.partition = partition, .code = code,
		.vp_index = type == MHV_STATS_VP ? identity->vp_index : MSHV_NO_VP,
		.in = &in, .in_size = sizeof(in), .out = out, .out_size = out ? sizeof(*out) : 0,
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_map_stats_page() - get at a statistics page
 * @partition: whose statistics; NULL for a processor's or the hypervisor's own
 * @type: of what
 * @identity: of which, and which area
 * @page: where to put its address
 */
int mshv_call_map_stats_page(struct mshv_partition *partition, enum mhv_stats_object type,
			     const struct mhv_stats_identity *identity,
			     const struct mhv_stats_page **page)
{
	struct mhv_output_map_stats_page out = {};
	int ret = mshv_call_stats_page(partition, MHV_HVCALL_MAP_STATS_PAGE, type, identity, &out);

	if (!ret)
		*page = pfn_to_kaddr(out.map_location);
	return ret;
}

/**
 * mshv_call_unmap_stats_page() - be done with a statistics page
 * @partition: as it was mapped
 * @type: of what
 * @identity: of which, and which area
 */
int mshv_call_unmap_stats_page(struct mshv_partition *partition, enum mhv_stats_object type,
			       const struct mhv_stats_identity *identity)
{
	return mshv_call_stats_page(partition, MHV_HVCALL_UNMAP_STATS_PAGE, type, identity, NULL);
}
