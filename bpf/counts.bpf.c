// SPDX-License-Identifier: GPL-2.0
/*
 * Counts and times every exit of every VP by reason, and every hypercall by code, in the kernel.
 *
 * What: for each (VP slot, exit reason) and each (CPU, hypercall code) a record of 64 bytes with
 * count, sums and maximum, and a histogram of the latency. User space maps all of it and subtracts;
 * no event ever crosses into user space, so there is no buffer to overflow and no reader to wake.
 *
 * Why so:
 * - One program per event. The driver hands over the reason and the times of a whole exit cycle in
 *   one event, so nothing is paired here and no start time is kept. A second program on an event
 *   costs more than all that the first one does, because the kernel then loses its direct call.
 * - Arrays, indexed by the dense slot numbers that the driver gives to VPs and partitions: no hash.
 * - No atomics and no per-CPU copies where events are counted: a VP is run by one thread at a time,
 *   and the driver fires its events with interrupts off, so that a hypercall is counted on its CPU
 *   and no program is skipped because the same one runs there. 64-bit aligned words do not tear.
 *   The exceptions are what happens once in a record's life: taking a histogram, giving a slot to a
 *   hypercall code that no list has, and counting what could not be counted.
 * - Two levels: the small record is always there, the histogram (1,856 bytes) is taken from a pool
 *   at the record's first event and stays with it. Most reasons never occur on most VPs.
 * - The arrays are reached by address and not by a look-up, as global variables are; they are not
 *   global variables, as how many VP slots, CPUs and histograms there are is only known when the
 *   programs are loaded. tools/mshvtop/source/programs.c says how.
 * - Rare cases are handled by a function that the program calls at its very end: no value has to
 *   survive a call, so the program saves no registers.
 * - Arguments are taken from the context where they are needed, not by BPF_PROG(), which loads all
 *   of them first: nine do not fit into the registers, and would go to the stack and back.
 * - Slots are given again. Each record has its owner in it, and is emptied by the first event of
 *   another owner; include/mshv/counts.h says how a reader stays clear of that. The partition is
 *   enough to tell owners apart: a VP keeps its slot for as long as its partition is there.
 *
 * Limits: the exits of a VP without a slot are only counted as lost. When all histograms
 * are taken, counts, sums and maxima go on and percentiles miss those samples, which is counted as
 * well. When a slot is given again, what its old owner did since the last reading is counted as
 * overwritten; hypercalls keep their place in the sums by code then, but not in their partition's.
 * A histogram's buckets are 32 bits wide: they may wrap, but not between two readings less than an
 * hour apart.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <mshv/counts.h>
#include "process.h"
#include "driver.h"

char _license[] SEC("license") = "GPL";

#define unlikely(x)	__builtin_expect(!!(x), 0)

/* Arguments of mshv_exit_done */
enum {
	EXIT_PARTITION_ID,
	EXIT_VP_INDEX,
	EXIT_VP_SLOT,
	EXIT_REASON,
	EXIT_GUEST_NS,
	EXIT_KERNEL_NS,
	EXIT_VMM_NS,
	EXIT_HALTED_NS,
	EXIT_VP,
};

/* Arguments of mshv_hvcall_exit */
enum {
	HVCALL_PARTITION_ID,
	HVCALL_VP_INDEX,
	HVCALL_CODE,
	HVCALL_CONTROL,
	HVCALL_REPS,
	HVCALL_REPS_DONE,
	HVCALL_STATUS,
	HVCALL_DURATION_NS,
	HVCALL_PARTITION,
};

/*
 * Slots of the listed hypercall codes. Codes that are not in the list get the next free slot when
 * they first occur.
 */
enum {
	HVCALL_SLOT_OTHER,
#define MSHV_HYPERCALL(code, name) HVCALL_SLOT_##name,
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
	HVCALL_SLOT_FIRST_FREE
};

_Static_assert(HVCALL_SLOT_FIRST_FREE <= MSHV_COUNTS_HVCALLS, "MSHV_COUNTS_HVCALLS is too small");

/*
 * Constants, set before the programs are loaded: array sizes and the bucket table. They are one
 * object because each address costs an instruction.
 */
const volatile struct {
	__u64 nr_exits;
	__u64 nr_hists;
	__u64 nr_hvcalls;
	__u64 nr_partition_slots;
	__u64 nr_partition_hvcalls;
	__u8 hist_table[MSHV_HIST_TABLE_SIZE];
} fixed = { .hist_table = MSHV_HIST_TABLE };

typedef typeof(fixed) fixed_t;

/* The address is hidden from the compiler, which would otherwise load it anew at each use. */
static __always_inline fixed_t *get_fixed(void)
{
	fixed_t *f = &fixed;

	barrier_var(f);
	return f;
}

struct mshv_counts_lost lost;
__u32 hists_taken;

__u32 hvcall_slot[MSHV_COUNTS_HVCALL_CODES] = {
#define MSHV_HYPERCALL(code, name) [code] = HVCALL_SLOT_##name,
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
};
__u32 hvcall_slots_taken = HVCALL_SLOT_FIRST_FREE;

/*
 * The counters: each array is the one value of a map, whose size is set before loading. The loader
 * turns references to these maps into addresses of their values, as libbpf does for the sections of
 * global variables only.
 */
#define SIZED_ARRAY(array, element)							\
	struct {									\
		__uint(type, BPF_MAP_TYPE_ARRAY);					\
		__uint(map_flags, BPF_F_MMAPABLE);					\
		__uint(max_entries, 1);							\
		__uint(key_size, sizeof(__u32));					\
		__uint(value_size, sizeof(element));					\
	} array SEC(".maps");								\
	static __always_inline element *array##_at(__u64 index)				\
	{										\
		element *first = (void *)&array;					\
											\
		barrier_var(first);							\
		return first + index;							\
	}

SIZED_ARRAY(exits, struct mshv_exit_series)
SIZED_ARRAY(hists, struct mshv_histogram)
SIZED_ARRAY(hvcalls, struct mshv_hvcall_series)
SIZED_ARRAY(partition_hvcalls, struct mshv_partition_hvcalls)
SIZED_ARRAY(partition_owners, struct mshv_partition_owner)


static __always_inline void count_lost(__u64 *counter, __u64 events)
{
	__sync_fetch_and_add(counter, events);
}

/* A record's first event: give it a histogram if there are any. */
static __always_inline void take_hist(__u32 *hist)
{
	__u64 taken = hists_taken;

	/*
	 * The number is checked before it is increased, so that it cannot wrap around to histograms
	 * that are taken.
	 */
	if (taken < fixed.nr_hists)
		taken = __sync_fetch_and_add(&hists_taken, 1);
	*hist = taken < fixed.nr_hists ? taken + 1 : MSHV_COUNTS_NO_HIST;
}

/*
 * No value leads beyond the buckets. The verifier thinks that an index may lead one entry further,
 * so there is a spare entry.
 */
static __always_inline void add_time(fixed_t *f, __u64 hist, __u64 ns)
{
	hists_at(hist)->bucket[mshv_hist_index((const __u8 *)f->hist_table, ns)]++;
}

/* The same for a record that may have none */
static __always_inline void add_odd_time(fixed_t *f, __u32 *hist, __u64 ns)
{
	__u64 index;

	if (!*hist)
		take_hist(hist);
	index = *hist;
	if (index <= f->nr_hists)
		add_time(f, index, ns);
	else
		count_lost(&lost.no_hist, 1);
}

/*
 * Writers of a record agree on what is in it: they are all of the one partition that has the slot.
 */
static __noinline int note_partition(struct mshv_partition___bpf *partition)
{
	struct mshv_partition_owner *owner;
	__u64 id;
	__u32 slot;

	if (!partition)
		return 0;
	id = partition->id;
	slot = partition->slot;
	if (slot >= fixed.nr_partition_slots)
		return 0;
	owner = partition_owners_at(slot);
	if (owner->partition_id == id)
		return 0;
	owner->partition_id = 0;
	barrier();
	owner->tgid = partition->vmm_tgid;
	note_process(owner->comm);
	barrier();
	owner->partition_id = id;
	return 0;
}

/* In words, and not by a helper that reads memory: a kernel that is locked down has none. */
static __always_inline void empty_histogram(struct mshv_histogram *h)
{
	__u64 *words = (__u64 *)h;
	unsigned int i;

	for (i = 0; i < sizeof(*h) / sizeof(*words); i++) {
		words[i] = 0;
		barrier();
	}
}

static __always_inline void adopt_exits(struct mshv_exit_series *s, const __u64 *ctx)
{
	__u64 hist = s->hist;

	s->partition_id = 0;
	barrier();
	if (s->count)
		count_lost(&lost.overwritten, s->count);
	s->count = 0;
	s->max_ns = 0;
	s->guest_ns = 0;
	s->kernel_ns = 0;
	s->vmm_ns = 0;
	s->halted_ns = 0;
	if (hist && hist <= fixed.nr_hists)
		empty_histogram(hists_at(hist));
	s->vp_index = ctx[EXIT_VP_INDEX];
	barrier();
	s->partition_id = ctx[EXIT_PARTITION_ID];
}

/* Return: the latency */
static __always_inline __u64 add_exit(struct mshv_exit_series *s, const __u64 *ctx)
{
	__u64 latency_ns, vmm_ns, halted_ns;

	s->count++;
	s->guest_ns += ctx[EXIT_GUEST_NS];
	halted_ns = ctx[EXIT_HALTED_NS];
	if (unlikely(halted_ns))
		s->halted_ns += halted_ns;
	latency_ns = ctx[EXIT_KERNEL_NS];
	s->kernel_ns += latency_ns;
	vmm_ns = ctx[EXIT_VMM_NS];
	s->vmm_ns += vmm_ns;
	latency_ns += vmm_ns;
	if (latency_ns > s->max_ns)
		s->max_ns = latency_ns;
	return latency_ns;
}

/* The first exit of a record, or an exit that has no record */
static __noinline int count_odd_exit(__u64 *ctx)
{
	__u64 index, reason = ctx[EXIT_REASON];
	struct mshv_exit_series *s;
	struct mshv_vp___bpf *vp;

	if (reason >= MSHV_COUNTS_REASONS) {
		count_lost(&lost.bad_reason, 1);
		reason = 0;
	}
	index = ctx[EXIT_VP_SLOT] * MSHV_COUNTS_REASONS + reason;
	if (index >= fixed.nr_exits) {
		count_lost(&lost.no_vp_slot, 1);
		return 0;
	}
	s = exits_at(index);
	if (s->partition_id != ctx[EXIT_PARTITION_ID]) {
		adopt_exits(s, ctx);
		vp = (void *)ctx[EXIT_VP];
		if (vp)
			note_partition(vp->partition);
	}
	add_odd_time(get_fixed(), &s->hist, add_exit(s, ctx));
	return 0;
}

SEC("counter/mshv_exit_done")
int mshv_exit(__u64 *ctx)
{
	__u64 hist, index, reason = ctx[EXIT_REASON];
	struct mshv_exit_series *s;
	fixed_t *f = get_fixed();

	if (unlikely(reason >= MSHV_COUNTS_REASONS))
		return count_odd_exit(ctx);
	index = ctx[EXIT_VP_SLOT] * MSHV_COUNTS_REASONS + reason;
	if (unlikely(index >= f->nr_exits))
		return count_odd_exit(ctx);
	s = exits_at(index);
	barrier_var(s);
	if (unlikely(s->partition_id != ctx[EXIT_PARTITION_ID]))
		return count_odd_exit(ctx);
	hist = s->hist;
	if (unlikely(hist > f->nr_hists))
		return count_odd_exit(ctx);
	add_time(f, hist, add_exit(s, ctx));
	return 0;
}

/* A code that is not in the list gets a slot of its own while there are free ones. */
static __noinline __u32 new_hvcall_slot(__u64 code)
{
	__u32 slot, other;

	if (code >= MSHV_COUNTS_HVCALL_CODES || hvcall_slots_taken >= MSHV_COUNTS_HVCALLS)
		return HVCALL_SLOT_OTHER;
	slot = __sync_fetch_and_add(&hvcall_slots_taken, 1);
	if (slot >= MSHV_COUNTS_HVCALLS)
		return HVCALL_SLOT_OTHER;
	other = __sync_val_compare_and_swap(&hvcall_slot[code], 0, slot);
	return other ? other : slot;
}

static __always_inline void count_partition(fixed_t *f, __u64 cpu, __u64 partition_id,
					    struct mshv_partition___bpf *partition)
{
	struct mshv_partition_hvcalls *calls;
	__u64 index = partition->slot;

	if (index >= f->nr_partition_slots)
		return;
	index += cpu * f->nr_partition_slots;
	if (index >= f->nr_partition_hvcalls)
		return;
	calls = partition_hvcalls_at(index);
	if (unlikely(calls->partition_id != partition_id)) {
		calls->partition_id = 0;
		barrier();
		calls->count = 0;
		barrier();
		calls->partition_id = partition_id;
		note_partition(partition);
	}
	calls->count++;
}

/* Return: the duration */
static __always_inline __u64 add_hvcall(struct mshv_hvcall_series *s, const __u64 *ctx)
{
	__u64 ns = ctx[HVCALL_DURATION_NS], reps = ctx[HVCALL_REPS_DONE];

	s->count++;
	if (reps)
		s->reps += reps;
	if (unlikely(ctx[HVCALL_STATUS]))
		s->errors++;
	s->total_ns += ns;
	if (ns > s->max_ns)
		s->max_ns = ns;
	return ns;
}

/* A hypercall whose code has no slot yet or never gets one, or that is a record's first */
static __noinline int count_odd_hvcall(__u64 *ctx, __u32 cpu)
{
	__u64 code = ctx[HVCALL_CODE], index = HVCALL_SLOT_OTHER;
	struct mshv_partition___bpf *partition;
	struct mshv_hvcall_series *s;
	fixed_t *f = get_fixed();

	if (code < MSHV_COUNTS_HVCALL_CODES)
		index = hvcall_slot[code];
	if (index == HVCALL_SLOT_OTHER)
		index = new_hvcall_slot(code);
	index += (__u64)cpu * MSHV_COUNTS_HVCALLS;
	if (index >= f->nr_hvcalls)
		return 0;
	s = hvcalls_at(index);
	add_odd_time(f, &s->hist, add_hvcall(s, ctx));
	partition = (void *)ctx[HVCALL_PARTITION];
	if (partition)
		count_partition(f, cpu, ctx[HVCALL_PARTITION_ID], partition);
	return 0;
}

SEC("counter/mshv_hvcall_exit")
int mshv_hvcall(__u64 *ctx)
{
	__u64 cpu = bpf_get_smp_processor_id(), code = ctx[HVCALL_CODE], index, hist;
	struct mshv_partition___bpf *partition;
	struct mshv_hvcall_series *s;
	fixed_t *f = get_fixed();

	if (unlikely(code >= MSHV_COUNTS_HVCALL_CODES))
		return count_odd_hvcall(ctx, cpu);
	index = hvcall_slot[code];
	if (unlikely(index == HVCALL_SLOT_OTHER))
		return count_odd_hvcall(ctx, cpu);
	index += cpu * MSHV_COUNTS_HVCALLS;
	if (unlikely(index >= f->nr_hvcalls))
		return 0;
	s = hvcalls_at(index);
	barrier_var(s);
	hist = s->hist;
	hist--;
	barrier_var(hist);
	if (unlikely(hist >= f->nr_hists))
		return count_odd_hvcall(ctx, cpu);
	add_time(f, hist + 1, add_hvcall(s, ctx));
	partition = (void *)ctx[HVCALL_PARTITION];
	if (partition)
		count_partition(f, cpu, ctx[HVCALL_PARTITION_ID], partition);
	return 0;
}
