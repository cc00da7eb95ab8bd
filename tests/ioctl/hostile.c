// SPDX-License-Identifier: GPL-2.0
/*
 * hostile [SECONDS [SEED]]: guests of random instructions in every mode of the processor, with
 * random or wild page tables and no handler of their own, each for some milliseconds. The VMM's state
 * is valid, so no guest may bring its VP into one that is not. From outside: RUN_VP answers, other
 * programs on the same CPU run, and what the host has in general registers, FPU, debug registers and
 * MSRs is what it was.
 */
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "vmm.h"

#define SECONDS		8
#define MEMORY_PAGES	1024U
#define MEMORY		(MEMORY_PAGES * PAGE)
#define CODE		0x10000U
#define CODE_BYTES	0x4000U
#define TABLES		0x100000U	/* PML4, PDPT, PD; in 32-bit mode the PD is the first */
#define RUNS		6
#define RUN_US		2000

#define CR0_PE		0x1
#define CR0_PG		0x80000000
#define CR4_PAE		0x20
#define CR4_PSE		0x10
#define CR4_OSFXSR	0x600
#define EFER_LONG	0x500
#define DR7_INSTRUCTIONS	0x455

enum mode {
	MODE_REAL,
	MODE_PROTECTED,
	MODE_PAGED,
	MODE_LONG,
	MODE_COUNT
};

static unsigned long long seed;
static long run_us = RUN_US;	/* longer on a slow machine */
static __u8 *memory;

static __u64 chance(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dULL >> 8;
}

static bool one_in(unsigned int n)
{
	return !(chance() % n);
}

/* --- What must not change ------------------------------------------------------------------------ */

/**
 * struct canary - the FPU's state before and after, as XSAVE has it, and the general registers
 * @before: loaded
 * @after: saved
 * @registers: 0 if they are what they were
 */
struct canary {
	__u8 before[4096];
	__u8 after[4096];
	__u64 registers;
};

static struct canary canary __attribute__((aligned(64)));

long guarded_ioctl(int fd, unsigned long request, void *argument, struct canary *canary);

/* An ioctl with a known state of FPU, SSE and AVX, and of the registers that a call keeps. */
asm(".text\n"
"guarded_ioctl:\n"
"	push	%rbx\n	push %rbp\n	push %r12\n	push %r13\n	push %r14\n	push %r15\n"
"	push	%rcx\n"
"	mov	%rdx, %r8\n"
"	mov	$7, %eax\n	xor %edx, %edx\n	xrstor (%rcx)\n"
"	mov	%r8, %rdx\n"
"	movabs	$0x123456789abcdef0, %rbx\n"
"	mov	%rbx, %rbp\n	mov %rbx, %r12\n	mov %rbx, %r13\n	mov %rbx, %r14\n	mov %rbx, %r15\n"
"	mov	$16, %eax\n	syscall\n"
"	pop	%rcx\n"
"	mov	%rax, %r8\n"
"	mov	$7, %eax\n	xor %edx, %edx\n	xsave 4096(%rcx)\n"
"	movabs	$0x123456789abcdef0, %rax\n"
"	xor	%rax, %rbx\n	xor %rax, %rbp\n	xor %rax, %r12\n	xor %rax, %r13\n"
"	xor	%rax, %r14\n	xor %rax, %r15\n"
"	or	%rbp, %rbx\n	or %r12, %rbx\n	or %r13, %rbx\n	or %r14, %rbx\n	or %r15, %rbx\n"
"	mov	%rbx, 8192(%rcx)\n"
"	mov	%r8, %rax\n"
"	pop	%r15\n	pop %r14\n	pop %r13\n	pop %r12\n	pop %rbp\n	pop %rbx\n"
"	ret\n");

static void canary_set(void)
{
	int i;

	/* FCW, MXCSR, then the registers; XSTATE_BV: x87, SSE, AVX */
	canary.before[0] = 0x7f, canary.before[1] = 0x03;
	canary.before[24] = 0x80, canary.before[25] = 0x1f;
	for (i = 32; i < 416; i++)
		canary.before[i] = i < 160 && i % 16 > 9 ? 0 : i;
	for (i = 576; i < 832; i++)
		canary.before[i] = ~i;
	canary.before[512] = 7;
}

static bool canary_lives(void)
{
	return !canary.registers && !memcmp(canary.before, canary.after, 2) &&
	       !memcmp(canary.before + 24, canary.after + 24, 4) &&
	       !memcmp(canary.before + 32, canary.after + 32, 416 - 32) &&
	       !memcmp(canary.before + 576, canary.after + 576, 256);
}

/* MSRs that the host has set for good */
static const __u32 host_msrs[] = {
	0x174, 0x175, 0x176, 0x1d9, 0x277, 0xc0000080, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,
	0xc0000103, 0xc0010117,
};

#define NR_MSRS	(sizeof(host_msrs) / sizeof(host_msrs[0]))

static unsigned int msrs_read(__u64 values[NR_MSRS])
{
	int fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);
	unsigned int i, count = 0;

	memset(values, 0, NR_MSRS * sizeof(*values));
	for (i = 0; fd >= 0 && i < NR_MSRS; i++)
		count += pread(fd, &values[i], sizeof(values[i]), host_msrs[i]) > 0;
	close(fd);
	return count;
}

/* A debug register of the host watches this. */
static volatile long watched;

static int watch(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_W,
		.bp_addr = (uintptr_t)&watched, .bp_len = sizeof(watched), .exclude_kernel = 1,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

/* The longest time that another program on the same CPU had to wait, in ms */
static atomic_bool stop;
static double longest_ms;

static void *wait_often(void *arg)
{
	struct timespec start, end;
	double ms;

	(void)arg;
	while (!stop) {
		clock_gettime(CLOCK_MONOTONIC, &start);
		usleep(1000);
		clock_gettime(CLOCK_MONOTONIC, &end);
		ms = (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6;
		if (ms > longest_ms)
			longest_ms = ms;
	}
	return NULL;
}

/* --- The guests ---------------------------------------------------------------------------------- */

/*
 * QEMU 7.2 takes a lock twice, and aborts, when an interrupt comes while it handles a data breakpoint:
 * no guest sets breakpoints itself.
 */
static void code_without_breakpoints(void)
{
	__u8 *code = memory + CODE;
	size_t i;

	for (i = 0; i + 1 < CODE_BYTES; i++)
		if (code[i] == 0x0f && code[i + 1] == 0x23)
			code[i + 1] = 0x21;
}

static void code_make(void)
{
	static const __u8 nasty[][4] = {
		{ 0x0f, 0x01, 0xd9 }, { 0x0f, 0x30 }, { 0x0f, 0x32 }, { 0x0f, 0xa2 }, { 0x0f, 0x22 },
		{ 0x0f, 0x20 }, { 0x0f, 0x21 }, { 0x0f, 0x01 }, { 0xcd }, { 0xcf },
		{ 0xf4 }, { 0x9d }, { 0x8e }, { 0x0f, 0x00 }, { 0xf3, 0x6e }, { 0xea }, { 0xcb },
		{ 0x0f, 0xae }, { 0x0f, 0xc7 }, { 0x0f, 0x08 }, { 0x0f, 0x06 }, { 0xeb, 0xfe },
		{ 0xf0, 0x0f, 0xc7 }, { 0xcc }, { 0xf1 }, { 0xfb, 0xf4 }, { 0x0f, 0x34 }, { 0x0f, 0x05 },
	};
	__u64 *words = (__u64 *)(memory + CODE);
	size_t i, which;

	for (i = 0; i < CODE_BYTES / 8; i++)
		words[i] = chance() ^ chance() << 32;
	for (i = 0; i < 400; i++) {
		which = chance() % (sizeof(nasty) / sizeof(nasty[0]));
		memcpy(memory + CODE + chance() % (CODE_BYTES - 4), nasty[which],
		       nasty[which][1] ? 2 + !!nasty[which][2] : 1);
	}
	code_without_breakpoints();
}

/* Where a wild entry leads */
static __u64 wild_entry(void)
{
	static const __u64 places[] = {
		0xfee00000, 0xfec00000, 0x400000, 0xd0000000, TABLES, CODE, 0xffffffff000, 0xc0000,
	};

	return places[chance() % (sizeof(places) / sizeof(places[0]))] | (chance() & 0xfff) |
	       (one_in(8) ? chance() << 40 : 0);
}

static void tables_make(enum mode mode)
{
	__u64 *pml4 = (__u64 *)(memory + TABLES), *pdpt = pml4 + 512, *pd = pdpt + 512;
	__u32 *directory = (__u32 *)pml4;
	int i;

	memset(pml4, 0, 3 * PAGE);
	if (mode == MODE_PAGED) {
		for (i = 0; i < 1024; i++)
			directory[i] = one_in(16) ? wild_entry() : (__u32)i << 22 | 0x87;
		directory[0] = 0x87;
		return;
	}
	for (i = 0; i < 512; i++) {
		pml4[i] = one_in(16) ? wild_entry() : (TABLES + PAGE) | 7;
		pdpt[i] = one_in(16) ? wild_entry() : (TABLES + 2 * PAGE) | 7;
		pd[i] = one_in(16) ? wild_entry() : (__u64)i << 21 | 0x87;
	}
	pml4[0] = (TABLES + PAGE) | 7;
	pdpt[0] = (TABLES + 2 * PAGE) | 7;
	pd[0] = 0x87;
}

struct registers {
	struct mhv_input_set_vp_registers head;
	struct mhv_register_assoc elements[40];
	__u16 count;
};

static void add(struct registers *set, __u32 name, __u64 low)
{
	set->elements[set->count++] = (struct mhv_register_assoc){
		.name = name, .value.reg128.low = low,
	};
}

static void add_segment(struct registers *set, __u32 name, __u16 selector, __u16 attributes)
{
	set->elements[set->count++] = (struct mhv_register_assoc){
		.name = name,
		.value.segment = {
			.base = 0, .limit = attributes & 0x8000 ? ~0u : 0xffff,
			.selector = selector, .attributes = attributes,
		},
	};
}

/* A state that is valid, with as much chance in it as that allows */
static int state_set(int vp, enum mode mode)
{
	static const __u32 data[] = { MHV_REG_DS, MHV_REG_ES, MHV_REG_SS };
	const struct mhv_table table = { .limit = chance() % 0x1000, .base = chance() % MEMORY };
	bool user = mode >= MODE_PAGED && one_in(2);
	__u16 ring = user ? 3 : 0, dpl = ring << 5;
	struct registers set = {};
	__u32 i;

	for (i = MHV_REG_RAX; i <= MHV_REG_R15; i++)
		add(&set, i, one_in(2) ? chance() % MEMORY : chance() << (chance() % 32));
	add(&set, MHV_REG_RSP, chance() % MEMORY & ~7ULL);
	add(&set, MHV_REG_RIP, (mode == MODE_REAL ? 0 : CODE) + chance() % (CODE_BYTES - 64));
	add(&set, MHV_REG_RFLAGS, 2 | (chance() & 0x250ed5));
	add(&set, MHV_REG_CR3, TABLES);
	add(&set, MHV_REG_CR4, (mode == MODE_LONG ? CR4_PAE : CR4_PSE) | CR4_OSFXSR);
	add(&set, MHV_REG_EFER, mode == MODE_LONG ? EFER_LONG : 0);
	add(&set, MHV_REG_CR0, 0x10 | (mode >= MODE_PROTECTED ? CR0_PE : 0) |
	    (mode >= MODE_PAGED ? CR0_PG : 0));
	/* Breakpoints on instructions: the guest's debug registers take the place of the host's. */
	if (one_in(2)) {
		for (i = 0; i < 4; i++)
			add(&set, MHV_REG_DR0 + i, chance() % MEMORY);
		add(&set, MHV_REG_DR7, DR7_INSTRUCTIONS);
	}
	if (mode == MODE_LONG)
		add_segment(&set, MHV_REG_CS, 0x8 | ring, 0xa09b | dpl);
	else if (mode == MODE_REAL)
		add_segment(&set, MHV_REG_CS, 0, 0x9b);
	else
		add_segment(&set, MHV_REG_CS, 0x8 | ring, 0xc09b | dpl);
	if (mode == MODE_REAL)
		set.elements[set.count - 1].value.segment.base = CODE;
	for (i = 0; i < 3; i++)
		add_segment(&set, data[i], mode == MODE_REAL ? 0 : 0x10 | ring,
			    mode == MODE_REAL ? 0x93 : 0xc093 | dpl);
	set.elements[set.count++] = (struct mhv_register_assoc){
		.name = MHV_REG_IDTR, .value.table = table,
	};
	set.elements[set.count++] = (struct mhv_register_assoc){
		.name = MHV_REG_GDTR, .value.table = table,
	};
	return hvcall(vp, MHV_HVCALL_SET_VP_REGISTERS, set.count, &set.head,
		      sizeof(set.head) + set.count * sizeof(set.elements[0]), NULL, 0, NULL);
}

/* --- A round ------------------------------------------------------------------------------------- */

static long messages[5], wrong_state, wrong_canary, wrong_answer, rounds, not_set;

/* The VMM completes what it can, as one that means it well. False: the guest has nothing more to do. */
static bool answer(int vp, const struct mhv_message *message)
{
	const struct mhv_intercept_header *header = (const void *)message->payload;
	const union mhv_register_value ip = {
		.reg64 = header->rip + (header->insn_len_cr8 & 0xf),
	};

	switch (message->header.message_type) {
	case MHV_MSG_X64_IO_PORT_INTERCEPT:
		messages[0]++;
		return !register_set(vp, 0, MHV_REG_RIP, &ip);
	case MHV_MSG_X64_MSR_INTERCEPT:
	case MHV_MSG_X64_CPUID_INTERCEPT:
		messages[1]++;
		return !register_set(vp, 0, MHV_REG_RIP, &ip);
	case MHV_MSG_UNRECOVERABLE_EXCEPTION:
		messages[2]++;
		return false;
	case MHV_MSG_INVALID_VP_REGISTER_VALUE:
		wrong_state++;
		return false;
	default:
		messages[3]++;
		return false;
	}
}

static void guest_run(int vp)
{
	struct itimerval limit = { .it_value.tv_usec = run_us, .it_interval.tv_usec = run_us };
	struct mhv_message message;
	long ret;
	int i;

	setitimer(ITIMER_REAL, &limit, NULL);
	for (i = 0; i < RUNS; i++) {
		memset(&message, 0, sizeof(message));
		ret = guarded_ioctl(vp, MSHV_RUN_VP, &message, &canary);
		watched++;
		wrong_canary += !canary_lives();
		if (ret == -EINTR) {
			messages[4]++;
			break;
		}
		if (ret) {
			printf("# RUN_VP: %s\n", strerror(-ret));
			wrong_answer++;
			break;
		}
		if (!answer(vp, &message))
			break;
	}
	setitimer(ITIMER_REAL, &(struct itimerval){}, NULL);
}

static void round_run(int device)
{
	struct mshv_create_partition args = { .pt_flags = chance() % 8 };
	unsigned long long begin = seed;
	enum mode mode = chance() % MODE_COUNT;
	long before = wrong_state + wrong_canary + wrong_answer;
	int partition, vp;

	partition = ioctl(device, MSHV_CREATE_PARTITION, &args);
	if (partition < 0 || ioctl(partition, MSHV_INITIALIZE_PARTITION)) {
		wrong_answer++;
		return;
	}
	vp = vp_create(partition, 0);
	code_make();
	tables_make(mode);
	if (vp < 0 || memory_set(partition, memory, 0, MEMORY, WRITABLE | EXECUTABLE))
		wrong_answer++;
	else if (state_set(vp, mode))
		not_set++;
	else
		guest_run(vp);
	if (wrong_state + wrong_canary + wrong_answer != before)
		printf("# mode %d, seed %llu\n", mode, begin);
	close(vp);
	close(partition);
	rounds++;
}

static void on_alarm(int signal)
{
	(void)signal;
}

int main(int argc, char **argv)
{
	const char *slow = getenv("MSHV_SLOW");
	struct sigaction action = { .sa_handler = on_alarm };
	__u64 before[NR_MSRS], after[NR_MSRS], hits = 0;
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : SECONDS);
	int device = device_open(), event;
	double slowness = slow && strtod(slow, NULL) > 1 ? strtod(slow, NULL) : 1;
	unsigned int msrs;
	cpu_set_t cpus;
	pthread_t other;

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (unsigned long long)time(NULL) << 20 | 1;
	printf("# seed %llu\n", seed);
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	sigaction(SIGALRM, &action, NULL);
	run_us *= slowness < 100 ? slowness : 100;
	memory = pages_new(MEMORY_PAGES);
	canary_set();
	event = watch();
	msrs = msrs_read(before);
	pthread_create(&other, NULL, wait_often, NULL);
	while (time(NULL) < end)
		round_run(device);
	stop = true;
	pthread_join(other, NULL);
	printf("# %ld rounds: %ld ports, %ld MSRs and leaves, %ld triple faults, %ld other, %ld without end\n",
	       rounds, messages[0], messages[1], messages[2], messages[3], messages[4]);
	ok(rounds > 20 && not_set < rounds / 10, "%ld guests ran, %ld states were refused", rounds,
	   not_set);
	ok(messages[0] + messages[2] + messages[3] && messages[4], "guests do all kinds of things");
	ok(!wrong_state, "no guest makes its state invalid (%ld)", wrong_state);
	ok(!wrong_answer, "every call has an answer (%ld)", wrong_answer);
	ok(!wrong_canary, "general registers, x87, SSE and AVX are kept (%ld)", wrong_canary);
	ok(msrs_read(after) == msrs && !memcmp(before, after, sizeof(before)), "%u MSRs are kept", msrs);
	if (event < 0 || read(event, &hits, sizeof(hits)) <= 0)
		printf("# the breakpoint: %s\n", strerror(errno));
	ok(hits == (__u64)watched, "the host's breakpoint was hit %llu times, as often as %ld writes",
	   hits, watched);
	ok(longest_ms < 1000 * slowness, "another program waited at most %.1f ms", longest_ms);
	close(device);
	return done();
}
