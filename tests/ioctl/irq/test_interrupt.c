// SPDX-License-Identifier: GPL-2.0
/*
 * What a VMM sends to a guest by hypercall: interrupts of each kind, the end of one of the PIC,
 * events and messages of the guest's SynIC; what is refused; the state of the APIC; and that halted
 * VPs are woken, several at once too.
 */
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include <mshv/hvabi_synic.h>
#include "vmm.h"

#define CODE_GPA	0x1000
#define HANDLER_GPA	0x1100
#define APIC_GPA	0xfee00000
#define VECTOR		0x40
#define SINT		3
#define NR_VPS		3

/* Real mode, DS on the APIC. movl $0x1ff, SVR; sti; hlt; jmp back to the hlt */
static const __u8 guest[] = {
	0x66, 0xc7, 0x06, 0xf0, 0x00, 0xff, 0x01, 0x00, 0x00, 0xfb, 0xf4, 0xeb, 0xfd,
};

/* out %al, $0xea; movl $0, EOI; iret */
static const __u8 handler[] = {
	0xe6, 0xea, 0x66, 0xc7, 0x06, 0xb0, 0x00, 0x00, 0x00, 0x00, 0x00, 0xcf,
};

static int partition, vps[NR_VPS];

static int assert_in(struct mhv_input_assert_virtual_interrupt in, __u16 *status)
{
	return hvcall(partition, MHV_HVCALL_ASSERT_VIRTUAL_INTERRUPT, 0, &in, sizeof(in), NULL, 0,
		      status);
}

static int assert_kind(__u32 type, __u32 flags, __u64 dest, __u32 vector)
{
	return assert_in((struct mhv_input_assert_virtual_interrupt){
		.interrupt_type = type, .control_flags = flags, .dest_addr = dest,
		.vector = vector,
	}, NULL);
}

static void test_refused(int device)
{
	struct mshv_create_partition args = {};
	int bare = ioctl(device, MSHV_CREATE_PARTITION, &args);
	struct mhv_input_assert_virtual_interrupt in = { .vector = VECTOR };
	__u64 id = 0;
	__u16 status = 0;

	fails(assert_kind(MHV_INTERRUPT_FIXED, 0, 0, 15), EINVAL);
	fails(assert_kind(MHV_INTERRUPT_FIXED, 0, 0, 256), EINVAL);
	fails(assert_kind(MHV_INTERRUPT_LOWEST_PRIORITY, 0, 0, 15), EINVAL);
	fails(assert_kind(MHV_INTERRUPT_SMI, 0, 0, VECTOR), EINVAL);
	fails(assert_kind(MHV_INTERRUPT_REMOTE_READ, 0, 0, VECTOR), EINVAL);
	fails(assert_kind(10, 0, 0, VECTOR), EINVAL);
	fails(assert_kind(MHV_INTERRUPT_FIXED, 4, 0, VECTOR), EINVAL);
	fails(assert_kind(MHV_INTERRUPT_FIXED, 0, 1ULL << 32, VECTOR), EINVAL);
	in.target_vtl = 1;
	fails(assert_in(in, NULL), EINVAL);
	ok(!assert_kind(MHV_INTERRUPT_FIXED, 0, 77, VECTOR), "one to nobody is lost");

	ioctl(bare, MSHV_INITIALIZE_PARTITION);
	in.target_vtl = 0;
	fails(hvcall(bare, MHV_HVCALL_ASSERT_VIRTUAL_INTERRUPT, 0, &in, sizeof(in), NULL, 0,
		     &status), EIO);
	ok(status == MHV_STATUS_INVALID_PARTITION_STATE, "without an APIC there are none (%#x)",
	   status);
	fails(hvcall(bare, MHV_HVCALL_CLEAR_VIRTUAL_INTERRUPT, 0, &id, sizeof(id), NULL, 0, &status),
	      EIO);
	ok(status == MHV_STATUS_INVALID_PARTITION_STATE, "nor any to take back (%#x)", status);
	close(bare);
}

static int state_call(int vp, unsigned long cmd, __u8 type, void *page)
{
	struct mshv_get_set_vp_state args = {
		.type = type, .buf_sz = PAGE, .buf_ptr = (uintptr_t)page,
	};

	return ioctl(vp, cmd, &args);
}

static bool in_bits(const __u32 *bits, unsigned int vector)
{
	return bits[vector / 32] >> vector % 32 & 1;
}

static void guest_prepare(int vp, __u32 index)
{
	union mhv_register_value ds = {
		.segment = { .base = APIC_GPA, .limit = 0xffff, .attributes = 0x93 },
	};
	union mhv_register_value ss = { .segment = { .limit = 0xffff, .attributes = 0x93 } };
	union mhv_register_value rsp = { .reg64 = 0x8000 - 0x1000 * index };
	union mhv_register_value zero = {};

	register_set(vp, index, MHV_REG_DS, &ds);
	register_set(vp, index, MHV_REG_SS, &ss);
	register_set(vp, index, MHV_REG_RSP, &rsp);
	/* All but the first wait for a startup IPI otherwise. */
	register_set(vp, index, MHV_REG_INTERNAL_ACTIVITY_STATE, &zero);
	vp_start(vp, index, CODE_GPA);
}

struct runner {
	int vp;
	volatile int result;	/* 1: its handler was called */
};

static void *run(void *argument)
{
	struct runner *runner = argument;
	struct mhv_message message;

	if (ioctl(runner->vp, MSHV_RUN_VP, &message))
		runner->result = -errno;
	else
		runner->result = message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT ? 1 : 2;
	return NULL;
}

/* All VPs halt; an interrupt to all of them wakes each, by one message of the hypervisor. */
static void test_all_at_once(void)
{
	struct runner runners[NR_VPS];
	pthread_t threads[NR_VPS];
	bool all = true;
	__u32 i;

	for (i = 0; i < NR_VPS; i++) {
		guest_prepare(vps[i], i);
		runners[i] = (struct runner){ .vp = vps[i] };
		pthread_create(&threads[i], NULL, run, &runners[i]);
	}
	for (i = 0; i < NR_VPS; i++)
		all &= vp_wait_blocked(partition, i);
	ok(all, "all VPs halt");
	ok(!assert_kind(MHV_INTERRUPT_FIXED, 0, 0xffffffff, VECTOR), "an interrupt to all of them");
	for (all = true, i = 0; i < NR_VPS; i++) {
		pthread_join(threads[i], NULL);
		all &= runners[i].result == 1;
	}
	ok(all, "each has taken it (%d %d %d)", runners[0].result, runners[1].result,
	   runners[2].result);
}

/* The VP's state without its running: what was asserted waits in it. */
static void test_apic_state(void)
{
	struct mhv_lapic_state *state = pages_new(1), *again = pages_new(1);
	__u8 *before = (__u8 *)state, *after = (__u8 *)again;

	ok(!state_call(vps[0], MSHV_GET_VP_STATE, MSHV_VP_STATE_LAPIC, state), "an APIC's state");
	ok(state->apic_id >> 24 == 0 || state->apic_id == 0, "of VP 0 (%#x)", state->apic_id);
	state->spurious = 0x1ff;
	state->lvt_lint0 = 0x700;
	state->lvt_lint1 = 0x400;
	state->irr[2] |= 1 << 5;
	state->tmr[2] |= 1 << 5;
	state->divide_configuration = 0xb;
	ok(!state_call(vps[0], MSHV_SET_VP_STATE, MSHV_VP_STATE_LAPIC, state), "set");
	memset(after, 0xff, PAGE);
	ok(!state_call(vps[0], MSHV_GET_VP_STATE, MSHV_VP_STATE_LAPIC, again) &&
	   !memcmp(before, after, PAGE), "and got, byte for byte");
	ok(in_bits(again->irr, 69), "an interrupt that waits is in it");

	ok(!assert_kind(MHV_INTERRUPT_LOWEST_PRIORITY, 0, 0, VECTOR), "another asserted");
	ok(!assert_kind(MHV_INTERRUPT_FIXED, MHV_INTERRUPT_LEVEL_TRIGGERED, 0, VECTOR + 1),
	   "and a level-triggered one");
	ok(!state_call(vps[0], MSHV_GET_VP_STATE, MSHV_VP_STATE_LAPIC, again), "the state again");
	ok(in_bits(again->irr, VECTOR) && !in_bits(again->tmr, VECTOR), "has the first");
	ok(in_bits(again->irr, VECTOR + 1) && in_bits(again->tmr, VECTOR + 1),
	   "and the second, as such");

	memset(state->irr, 0, sizeof(state->irr));
	memset(state->tmr, 0, sizeof(state->tmr));
	ok(!state_call(vps[0], MSHV_SET_VP_STATE, MSHV_VP_STATE_LAPIC, state), "all taken back");
	munmap(state, PAGE);
	munmap(again, PAGE);
}

/* With LINT0 as the PIC's: an ExtINT that is taken back before the VP runs never comes. */
static void test_pic(void)
{
	struct runner runner = { .vp = vps[0] };
	pthread_t thread;
	__u64 id = 0;

	guest_prepare(vps[0], 0);
	ok(!assert_kind(MHV_INTERRUPT_EXTINT, 0, 0, VECTOR), "an interrupt of the PIC");
	ok(!hvcall(partition, MHV_HVCALL_CLEAR_VIRTUAL_INTERRUPT, 0, &id, sizeof(id), NULL, 0, NULL),
	   "and taken back");
	pthread_create(&thread, NULL, run, &runner);
	ok(vp_wait_blocked(partition, 0) && !runner.result, "the VP halts without it");
	ok(!assert_kind(MHV_INTERRUPT_EXTINT, 0, 0, VECTOR), "another");
	pthread_join(thread, NULL);
	ok(runner.result == 1, "comes");
}

static int signal_event(__u32 vp, __u8 sint, __u16 flag, __u8 *newly)
{
	struct mhv_input_signal_event_direct in = {
		.target_vp = vp, .target_sint = sint, .flag_number = flag,
	};
	struct mhv_output_signal_event_direct out = {};
	int ret = hvcall(partition, MHV_HVCALL_SIGNAL_EVENT_DIRECT, 0, &in, sizeof(in), &out,
			 sizeof(out), NULL);

	*newly = out.newly_signaled;
	return ret;
}

static int post_message(__u32 vp, __u32 sint, __u32 type, __u8 size, __u16 *status)
{
	struct mhv_input_post_message_direct in = { .vp_index = vp, .sint_index = sint };
	struct mhv_message message = {
		.header = { .message_type = type, .payload_size = size },
		.payload = { 0x1122334455667788 },
	};

	memcpy(in.message, &message, sizeof(message));
	return hvcall(partition, MHV_HVCALL_POST_MESSAGE_DIRECT, 0, &in, sizeof(in), NULL, 0,
		      status);
}

static void test_events(void)
{
	union mhv_register_value sint = { .reg64 = VECTOR + 2 };
	struct mhv_lapic_state *lapic = pages_new(1);
	__u8 *flags = pages_new(1), newly;

	fails(signal_event(NR_VPS, SINT, 5, &newly), EINVAL);
	fails(signal_event(0, MHV_NR_SINTS, 5, &newly), EINVAL);
	fails(signal_event(0, SINT, 2048, &newly), EINVAL);
	ok(!register_set(vps[0], 0, MHV_REG_SINT0 + SINT, &sint), "a SINT with a vector");
	ok(!signal_event(0, SINT, 5, &newly) && newly, "an event");
	ok(!signal_event(0, SINT, 5, &newly) && !newly, "once more is not new");
	ok(!state_call(vps[0], MSHV_GET_VP_STATE, MSHV_VP_STATE_SIEFP, flags) &&
	   flags[SINT * 256] == 1 << 5, "its flag is set");
	ok(!state_call(vps[0], MSHV_GET_VP_STATE, MSHV_VP_STATE_LAPIC, lapic) &&
	   in_bits(lapic->irr, VECTOR + 2), "and its interrupt waits");
	munmap(flags, PAGE);
	munmap(lapic, PAGE);
}

static void test_messages(void)
{
	struct mhv_message_page *page = pages_new(1);
	__u16 status;

	fails(post_message(NR_VPS, SINT, 1, 8, &status), EINVAL);
	fails(post_message(0, MHV_NR_SINTS, 1, 8, &status), EINVAL);
	fails(post_message(0, SINT, MHV_MSG_NONE, 8, &status), EINVAL);
	fails(post_message(0, SINT, 1, MHV_MESSAGE_PAYLOAD_SIZE + 1, &status), EINVAL);
	ok(!post_message(0, SINT, 0x42, 8, &status), "a message");
	ok(!state_call(vps[0], MSHV_GET_VP_STATE, MSHV_VP_STATE_SIMP, page) &&
	   page->sint[SINT].header.message_type == 0x42 &&
	   page->sint[SINT].payload[0] == 0x1122334455667788 &&
	   !page->sint[SINT].header.flags, "is on the guest's page");
	fails(post_message(0, SINT, 0x43, 8, &status), EIO);
	ok(status == MHV_STATUS_OBJECT_IN_USE, "another one waits (%#x)", status);
	ok(!state_call(vps[0], MSHV_GET_VP_STATE, MSHV_VP_STATE_SIMP, page) &&
	   page->sint[SINT].header.message_type == 0x42 &&
	   page->sint[SINT].header.flags == MHV_MESSAGE_PENDING, "as the first one says");
	munmap(page, PAGE);
}

int main(void)
{
	int device = device_open(), i;
	__u8 *at = pages_new(16);

	partition = partition_new(device);
	for (i = 0; i < NR_VPS; i++)
		vps[i] = vp_create(partition, i);
	memcpy(at + CODE_GPA, guest, sizeof(guest));
	memcpy(at + HANDLER_GPA, handler, sizeof(handler));
	((__u32 *)at)[VECTOR] = HANDLER_GPA;
	ok(!memory_set(partition, at, 0, 16 * PAGE, WRITABLE | EXECUTABLE), "memory");

	test_refused(device);
	test_all_at_once();
	test_apic_state();
	test_pic();
	test_events();
	test_messages();
	for (i = 0; i < NR_VPS; i++)
		close(vps[i]);
	close(partition);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
