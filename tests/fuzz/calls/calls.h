/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A fuzzer that knows the driver's interface. An episode is a process with some threads, which make
 * calls at random on descriptors and memory that they share, as a VMM could that is out to harm its
 * host. All that a thread does comes from its seed; what the threads do to each other does not.
 */
#ifndef TESTS_FUZZ_CALLS_H
#define TESTS_FUZZ_CALLS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <linux/types.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

enum kind {
	KIND_NONE,
	KIND_DEVICE,
	KIND_PARTITION,
	KIND_VP,
	KIND_EVENT,
	KIND_ANY,
	KIND_FOREIGN,		/* of another driver that has the header, too */
};

struct request {
	const char *name;
	unsigned long number;
	enum kind kind;
};

extern const struct request requests[];
extern const size_t nr_requests;

#define MAX_REQUESTS	64
#define MAX_CODES	0x200
#define NR_SLOTS	40
#define GUEST_PAGES	1024U
#define ARGUMENT_BYTES	8192U

/**
 * struct tally - what all episodes have done; shared by all processes
 * @calls: made
 * @done: how often each ioctl succeeded, by its place in requests[]
 * @hypercalls: how often each hypercall succeeded
 * @ran: how often a guest ran until it had something for its VMM
 */
struct tally {
	atomic_long calls;
	atomic_long done[MAX_REQUESTS];
	atomic_long hypercalls[MAX_CODES];
	atomic_long ran;
};

extern struct tally *tally;

/**
 * struct slot - a descriptor that the threads of an episode share. It is read and written without a
 * lock, so that it may name a descriptor that is closed, or that is another one by now.
 */
struct slot {
	atomic_int fd;
	atomic_int kind;
};

/**
 * struct process - what the threads of an episode share
 * @slots: descriptors
 * @guest: GUEST_PAGES of memory for guests, which may be gone in parts
 * @pages: pages of VPs that were mapped
 * @sockets: a pair, through which descriptors go
 */
struct process {
	struct slot slots[NR_SLOTS];
	__u8 *guest;
	_Atomic(void *) pages[8];
	int sockets[2];
};

/**
 * struct thread - one of them
 * @process: its episode's
 * @random: state of the generator
 * @arguments: ARGUMENT_BYTES for arguments, in front of a page that is not there
 * @pointed: likewise, for what arguments point to
 */
struct thread {
	struct process *process;
	__u64 random;
	__u8 *arguments;
	__u8 *pointed;
};

/* arguments.c */
__u64 random_next(struct thread *thread);
__u64 random_below(struct thread *thread, __u64 below);
bool one_in(struct thread *thread, unsigned int n);
__u64 random_value(struct thread *thread);
int random_fd(struct thread *thread, enum kind kind);
void *argument_make(struct thread *thread, const struct request *request);

/* actions.c */
void slot_put(struct thread *thread, int fd, enum kind kind);
timer_t alarms_start(void);
void act(struct thread *thread);
void episode_begin(struct thread *thread);

#endif /* TESTS_FUZZ_CALLS_H */
