// SPDX-License-Identifier: GPL-2.0
/*
 * Counts and times exits and hypercalls of Linux's own driver, mshv_root, into the same records as
 * counts.bpf.c does for ours.
 *
 * What: of each VP and reason, how often MSHV_RUN_VP returned to the VMM, how long it had run, and
 * how long the VMM took until it called again, with a histogram of the latter; of each hypercall
 * code, count and duration.
 *
 * Why so:
 * - The driver's events tell when MSHV_RUN_VP begins and ends, so a cycle is paired here, in a
 *   record for each VP. Exits that the driver handles by itself do not show.
 * - Where the driver dispatches VPs itself, the guest runs in its hypercall DISPATCH_VP, and an
 *   event tells when a halt ends, which began when the last DISPATCH_VP ended. The thread that runs
 *   the VP makes both, so their times are kept by thread. Where the hypervisor dispatches, guest,
 *   hypervisor, driver and halts are one time: guest_ns has it.
 * - The arguments of its events are numbers, so these are raw tracepoints. The order of the
 *   arguments differs from kernel to kernel, so the tool finds each by its name and sets its place
 *   as constant data.
 * - It has no event around a hypercall, but all go through one function, which is probed at both
 *   ends. Some calls are made with preemption on: another task on the CPU may make one in between,
 *   or the task may go on elsewhere. So what has begun is kept by the place that its arguments have
 *   on the stack, which both programs get, and which no other call has at the same time.
 * - VP slots are given out by user space through a queue. The longer ago one came back, the sooner
 *   it is used, so that a reader still finds what was in it.
 *
 * Limits: the partition of a hypercall is not known. The first exit of a VP that was already
 * running when mshvtop attached has no latency: its start was not seen. Where a task is preempted
 * in one of these programs, the kernel skips that program for other tasks on that CPU, and counts
 * it in the program's recursion_misses: a hypercall that has missed either end is not
 * counted, and if it was DISPATCH_VP its time counts as the driver's. When
 * a task misses the end of one call and the beginning of the next from the same place, the second
 * one seems to have begun with the first. In kernels newer than 6.12 that may hold for events too:
 * up to 6.12 programs on events are not preempted.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <mshv/mainline.h>
#include <mshv/counts.h>
#include "argument.h"
#include "process.h"

char _license[] SEC("license") = "GPL";

#define EINTR	4

/* Hypercalls at once: one of each task that was preempted in one, and those of interrupts */
#define MAX_OPEN	8192

/* Arguments and result of the function that issues hypercalls */
#define ARGUMENT_CONTROL	0
#define ARGUMENT_RESULT		3

/* Hypercalls' codes */
enum {
#define MSHV_HYPERCALL(code, name) CALL_##name = code,
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
};

struct vp_key {
	__u64 partition_id;
	__u64 vp_index;
};

/**
 * struct vp - a VP between two events
 * @entered_ns: MSHV_RUN_VP began
 * @left_ns: it ended, and the cycle is not counted yet; 0 if there is none
 * @inside_ns: how long it ran
 * @guest_ns: how much of that the guest ran
 * @halted_ns: how much of that the VP was halted
 * @reason: why it ended
 * @slot: of the VP
 */
struct vp {
	__u64 entered_ns;
	__u64 left_ns;
	__u64 inside_ns;
	__u64 guest_ns;
	__u64 halted_ns;
	__u32 reason;
	__u32 slot;
};

/**
 * struct run - a thread that is in MSHV_RUN_VP
 * @guest_ns: how long the guest has run
 * @halted_ns: how long the VP was halted
 * @since_ns: when the last dispatch or halt ended, or MSHV_RUN_VP began
 */
struct run {
	__u64 guest_ns;
	__u64 halted_ns;
	__u64 since_ns;
};

#define MMAPABLE_ARRAY(name, element, nr)		\
	struct {					\
		__uint(type, BPF_MAP_TYPE_ARRAY);	\
		__uint(map_flags, BPF_F_MMAPABLE);	\
		__uint(max_entries, nr);		\
		__type(key, __u32);			\
		__type(value, element);			\
	} name SEC(".maps")

#define FREE_SLOTS(name, nr)				\
	struct {					\
		__uint(type, BPF_MAP_TYPE_QUEUE);	\
		__uint(max_entries, nr);		\
		__type(value, __u32);			\
	} name SEC(".maps")

/* Maps with one entry are enlarged before they are loaded. */
MMAPABLE_ARRAY(exits, struct mshv_exit_series, MSHV_MAINLINE_VPS * MSHV_COUNTS_REASONS);
MMAPABLE_ARRAY(vps, struct mshv_mainline_vp, MSHV_MAINLINE_VPS);
MMAPABLE_ARRAY(partition_owners, struct mshv_partition_owner, MSHV_MAINLINE_PARTITIONS);
MMAPABLE_ARRAY(hvcalls, struct mshv_hvcall_series, 1);
MMAPABLE_ARRAY(hists, struct mshv_histogram, 1);
FREE_SLOTS(free_vps, MSHV_MAINLINE_VPS);
FREE_SLOTS(free_partitions, MSHV_MAINLINE_PARTITIONS);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MSHV_MAINLINE_VPS);
	__type(key, struct vp_key);
	__type(value, struct vp);
} running SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MSHV_MAINLINE_PARTITIONS);
	__type(key, __u64);
	__type(value, __u32);
} partitions SEC(".maps");

/* By thread */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * MSHV_MAINLINE_VPS);
	__type(key, __u32);
	__type(value, struct run);
} runs SEC(".maps");

/* When a hypercall has begun, by its place on the stack */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_OPEN);
	__type(key, __u64);
	__type(value, __u64);
} open_calls SEC(".maps");

const volatile __u32 nr_hists;
const volatile struct mshv_run_layout layout = {};
const volatile __u8 hist_table[MSHV_HIST_TABLE_SIZE] = MSHV_HIST_TABLE;

static const struct mshv_histogram empty_hist = {};

/* Times in guest and halted are told apart; set once the programs for it are attached. */
bool split;

struct mshv_counts_lost lost;
/* Hypercalls whose beginning there was no room for, and ends whose beginning was not seen */
__u64 lost_calls;
__u64 unbegun_calls;
__u32 hists_taken;

/* A code gets a slot when it first occurs; slot 0 is for all codes without one. */
__u32 hvcall_slot[MSHV_COUNTS_HVCALL_CODES];
__u32 hvcall_slots_taken = 1;

static __always_inline void add_time(__u32 *hist, __u64 ns)
{
	__u64 bucket = mshv_hist_index((const __u8 *)hist_table, ns);
	struct mshv_histogram *h;
	__u32 index = *hist;

	if (!index) {
		index = nr_hists;
		if (hists_taken < nr_hists)
			index = __sync_fetch_and_add(&hists_taken, 1);
		index = index < nr_hists ? index + 1 : MSHV_COUNTS_NO_HIST;
		*hist = index;
	}
	index--;
	h = bpf_map_lookup_elem(&hists, &index);
	/* The verifier thinks that there may be more. */
	if (h && bucket < MSHV_HIST_BUCKETS)
		h->bucket[bucket]++;
	else
		__sync_fetch_and_add(&lost.no_hist, 1);
}

/* --- Exits ------------------------------------------------------------------------------------ */

/* By reason; 0 for those that have no message */
static const __u32 message_of[] = {
#define MSHV_EXIT(name, type) [MSHV_EXIT_##name] = type,
#include <mshv/exits.def>
#undef MSHV_EXIT
};

static __always_inline __u32 reason_of(__u64 message)
{
	__u32 i;

#pragma unroll
	for (i = 0; i < MSHV_NR_EXITS; i++)
		if (message_of[i] && message_of[i] == message)
			return i;
	return MSHV_EXIT_OTHER;
}

static __noinline int note_partition(__u64 id)
{
	struct mshv_partition_owner *owner;
	__u32 slot;

	if (bpf_map_lookup_elem(&partitions, &id) || bpf_map_pop_elem(&free_partitions, &slot))
		return 0;
	if (bpf_map_update_elem(&partitions, &id, &slot, BPF_NOEXIST)) {
		bpf_map_push_elem(&free_partitions, &slot, 0);
		return 0;
	}
	owner = bpf_map_lookup_elem(&partition_owners, &slot);
	if (!owner)
		return 0;
	owner->partition_id = 0;
	barrier();
	owner->tgid = bpf_get_current_pid_tgid() >> 32;
	note_process(owner->comm);
	barrier();
	owner->partition_id = id;
	return 0;
}

/* The VP of an event. A VP gets a slot at its first event; NULL if no slot is free */
static __always_inline struct vp *get_vp(const struct vp_key *key)
{
	struct vp *known = bpf_map_lookup_elem(&running, key), fresh = {};
	struct mshv_mainline_vp *vp;

	if (known)
		return known;
	if (bpf_map_pop_elem(&free_vps, &fresh.slot))
		return NULL;
	vp = bpf_map_lookup_elem(&vps, &fresh.slot);
	if (!vp || bpf_map_update_elem(&running, key, &fresh, BPF_NOEXIST)) {
		bpf_map_push_elem(&free_vps, &fresh.slot, 0);
		return NULL;
	}
	note_partition(key->partition_id);
	vp->partition_id = key->partition_id;
	vp->vp_index = key->vp_index;
	barrier();
	vp->live = 1;
	return bpf_map_lookup_elem(&running, key);
}

static __always_inline void adopt(struct mshv_exit_series *s, const struct vp_key *key)
{
	__u32 index = s->hist - 1;

	s->partition_id = 0;
	barrier();
	if (s->count)
		__sync_fetch_and_add(&lost.overwritten, s->count);
	s->count = 0;
	s->max_ns = 0;
	s->guest_ns = 0;
	s->kernel_ns = 0;
	s->vmm_ns = 0;
	s->halted_ns = 0;
	/* Where there is none, the index is none. */
	bpf_map_update_elem(&hists, &index, &empty_hist, BPF_EXIST);
	s->vp_index = key->vp_index;
	barrier();
	s->partition_id = key->partition_id;
}

static __always_inline void add_inside(struct mshv_exit_series *s, const struct vp *vp)
{
	__u64 told = vp->guest_ns + vp->halted_ns;

	if (!split) {
		s->guest_ns += vp->inside_ns;
		return;
	}
	s->guest_ns += vp->guest_ns;
	s->halted_ns += vp->halted_ns;
	if (vp->inside_ns > told)
		s->kernel_ns += vp->inside_ns - told;
}

/* A cycle ends: the VP is entered again, or goes away. */
static __always_inline void count_exit(struct vp *vp, const struct vp_key *key, __u64 now)
{
	__u32 index = vp->slot * MSHV_COUNTS_REASONS + vp->reason;
	struct mshv_exit_series *s = bpf_map_lookup_elem(&exits, &index);
	__u64 vmm_ns = now - vp->left_ns;

	vp->left_ns = 0;
	if (!s)
		return;
	if (s->partition_id != key->partition_id || s->vp_index != key->vp_index)
		adopt(s, key);
	s->count++;
	add_inside(s, vp);
	s->vmm_ns += vmm_ns;
	if (vmm_ns > s->max_ns)
		s->max_ns = vmm_ns;
	add_time(&s->hist, vmm_ns);
}

static __always_inline struct run *get_run(void)
{
	__u32 thread = bpf_get_current_pid_tgid();

	return bpf_map_lookup_elem(&runs, &thread);
}

static __always_inline void begin_run(__u64 now)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct run fresh = { .since_ns = now };

	bpf_map_update_elem(&runs, &thread, &fresh, BPF_ANY);
}

static __always_inline void end_run(struct vp *vp)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct run *run = bpf_map_lookup_elem(&runs, &thread);

	vp->guest_ns = 0;
	vp->halted_ns = 0;
	if (!run)
		return;
	vp->guest_ns = run->guest_ns;
	vp->halted_ns = run->halted_ns;
	bpf_map_delete_elem(&runs, &thread);
}

/* The VP of an event */
#define KEY(args, event) {						\
	argument(args, layout.event.partition_id),			\
	(__u32)argument(args, layout.event.vp_index)			\
}

SEC("raw_tp/mshv_run_vp_entry")
int mainline_entry(struct bpf_raw_tracepoint_args *ctx)
{
	struct vp_key key = KEY(ctx->args, entry);
	struct vp *vp = get_vp(&key);
	__u64 now = bpf_ktime_get_ns();

	if (!vp)
		return 0;
	if (vp->left_ns)
		count_exit(vp, &key, now);
	vp->entered_ns = now;
	if (split)
		begin_run(now);
	return 0;
}

SEC("raw_tp/mshv_run_vp_exit")
int mainline_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct vp_key key = KEY(ctx->args, exit);
	struct vp *vp = get_vp(&key);
	__u64 now = bpf_ktime_get_ns();
	int ret = argument(ctx->args, layout.exit.ret);

	if (!vp) {
		__sync_fetch_and_add(&lost.no_vp_slot, 1);
		return 0;
	}
	/* A call that fails leaves the message of the one before. */
	if (ret == -EINTR)
		vp->reason = MSHV_EXIT_SIGNAL;
	else if (ret)
		vp->reason = MSHV_EXIT_DISPATCH_FAILED;
	else
		vp->reason = reason_of(argument(ctx->args, layout.exit.message));
	vp->inside_ns = vp->entered_ns ? now - vp->entered_ns : 0;
	vp->left_ns = now;
	if (split)
		end_run(vp);
	return 0;
}

/* A halt has ended, which began when the VP was not dispatched any more. */
SEC("raw_tp/mshv_vp_wait_for_hv_kick")
int mainline_kick(void *ctx)
{
	struct run *run = get_run();
	__u64 now;

	if (!run)
		return 0;
	now = bpf_ktime_get_ns();
	run->halted_ns += now - run->since_ns;
	run->since_ns = now;
	return 0;
}

SEC("raw_tp/mshv_vp_release")
int mainline_vp_release(struct bpf_raw_tracepoint_args *ctx)
{
	struct vp_key key = KEY(ctx->args, release);
	struct vp *vp = bpf_map_lookup_elem(&running, &key);
	struct mshv_mainline_vp *slot;
	__u32 index;

	if (!vp)
		return 0;
	if (vp->left_ns)
		count_exit(vp, &key, bpf_ktime_get_ns());
	index = vp->slot;
	slot = bpf_map_lookup_elem(&vps, &index);
	if (slot)
		slot->live = 0;
	bpf_map_delete_elem(&running, &key);
	bpf_map_push_elem(&free_vps, &index, 0);
	return 0;
}

SEC("raw_tp/mshv_partition_release")
int mainline_partition_release(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 id = argument(ctx->args, layout.partition_release.partition_id);
	__u32 *known = bpf_map_lookup_elem(&partitions, &id), slot;

	if (!known)
		return 0;
	slot = *known;
	bpf_map_delete_elem(&partitions, &id);
	bpf_map_push_elem(&free_partitions, &slot, 0);
	return 0;
}

/* --- Hypercalls ------------------------------------------------------------------------------- */

SEC("fentry/hv_std_hypercall")
int mainline_call(__u64 *ctx)
{
	__u64 frame = (__u64)ctx, since_ns = bpf_ktime_get_ns();

	if (bpf_map_update_elem(&open_calls, &frame, &since_ns, BPF_ANY))
		__sync_fetch_and_add(&lost_calls, 1);
	return 0;
}

/* Return: 0 if the beginning was not seen */
static __always_inline __u64 end_call(__u64 frame)
{
	__u64 *since = bpf_map_lookup_elem(&open_calls, &frame), since_ns;

	if (!since)
		return 0;
	since_ns = *since;
	bpf_map_delete_elem(&open_calls, &frame);
	return since_ns;
}

static __always_inline __u32 slot_of(__u32 code)
{
	__u32 slot, other;

	if (code >= MSHV_COUNTS_HVCALL_CODES)
		return 0;
	slot = hvcall_slot[code];
	if (slot || hvcall_slots_taken >= MSHV_COUNTS_HVCALLS)
		return slot;
	slot = __sync_fetch_and_add(&hvcall_slots_taken, 1);
	if (slot >= MSHV_COUNTS_HVCALLS)
		return 0;
	other = __sync_val_compare_and_swap(&hvcall_slot[code], 0, slot);
	return other ? other : slot;
}

static __always_inline void end_dispatch(__u64 ns, __u64 now)
{
	struct run *run = get_run();

	if (!run)
		return;
	run->guest_ns += ns;
	run->since_ns = now;
}

SEC("fexit/hv_std_hypercall")
int mainline_call_end(__u64 *ctx)
{
	__u64 since_ns = end_call((__u64)ctx), result = ctx[ARGUMENT_RESULT], now, ns;
	__u32 code = (__u16)ctx[ARGUMENT_CONTROL], index;
	struct mshv_hvcall_series *s;

	if (!since_ns) {
		__sync_fetch_and_add(&unbegun_calls, 1);
		return 0;
	}
	now = bpf_ktime_get_ns();
	ns = now - since_ns;
	if (split && code == CALL_DISPATCH_VP)
		end_dispatch(ns, now);
	index = bpf_get_smp_processor_id() * MSHV_COUNTS_HVCALLS + slot_of(code);
	s = bpf_map_lookup_elem(&hvcalls, &index);
	if (!s)
		return 0;
	s->count++;
	s->total_ns += ns;
	s->reps += result >> 32 & 0xfff;
	if ((__u16)result)
		s->errors++;
	if (ns > s->max_ns)
		s->max_ns = ns;
	add_time(&s->hist, ns);
	return 0;
}
