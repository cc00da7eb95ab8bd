// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments of an exit are those of its intercept message, if the message is of the kind that the
 * exit was for: the page keeps an old one when a VP comes back for another reason.
 */
#include <stdio.h>
#include <string.h>
#include <mshv/exits.h>
#include <mshv/hvabi.h>
#include "names.h"
#include "slow.h"

/**
 * slow_latency_ns() - latency of a slow event
 * @s: the event
 *
 * Return: nanoseconds: the time in kernel and VMM for an exit, the duration for a hypercall.
 */
__u64 slow_latency_ns(const struct mshv_slow *s)
{
	return s->is_hvcall ? s->arg[SLOW_HVCALL_DURATION_NS] :
	       s->arg[SLOW_EXIT_KERNEL_NS] + s->arg[SLOW_EXIT_VMM_NS];
}

/**
 * slow_name() - name of a slow event
 * @s: the event
 * @text: the result
 * @size: of @text
 */
void slow_name(const struct mshv_slow *s, char *text, size_t size)
{
	char room[NAME_SIZE];

	if (s->is_hvcall)
		snprintf(text, size, "HVCALL_%s", hvcall_name(s->arg[SLOW_HVCALL_CODE], room));
	else
		snprintf(text, size, "%s", exit_name(s->arg[SLOW_EXIT_REASON], room));
}

/**
 * slow_own_places() - number of entries of a stack that belong to tracing itself
 * @place: names, innermost first
 * @nr: how many
 *
 * The innermost entries are the BPF program that takes the stack and the kernel's functions between
 * the event and the program.
 *
 * Return: index of the first entry that does not belong to tracing; 0 if it cannot be found.
 */
unsigned int slow_own_places(char (*place)[SYMBOL_SIZE], unsigned int nr)
{
	static const char event[] = "__traceiter_";
	unsigned int i;

	for (i = 0; i + 1 < nr; i++)
		if (!strncmp(place[i], event, strlen(event)))
			return i + 1;
	return 0;
}

static __u32 reason_message(__u32 reason)
{
	static const __u32 types[] = {
#define MSHV_EXIT(name, type) type,
#include <mshv/exits.def>
#undef MSHV_EXIT
	};

	return reason < sizeof(types) / sizeof(types[0]) ? types[reason] : 0;
}

static const char *direction(const struct mhv_intercept_header *header)
{
	return header->access_type == MHV_ACCESS_WRITE ? "write" :
	       header->access_type == MHV_ACCESS_EXECUTE ? "execute" : "read";
}

static void exit_arguments(const struct mshv_slow *s, char *text, size_t size)
{
	const struct mhv_intercept_header *header = (const void *)s->message;
	const struct mhv_io_port_intercept *io = (const void *)s->message;
	const struct mhv_memory_intercept *memory = (const void *)s->message;
	const struct mhv_cpuid_intercept *cpuid = (const void *)s->message;
	const struct mhv_msr_intercept *msr = (const void *)s->message;

	text[0] = '\0';
	if (!s->message_type || s->message_type != reason_message(s->arg[SLOW_EXIT_REASON]))
		return;
	switch (s->arg[SLOW_EXIT_REASON]) {
	case MSHV_EXIT_IO_PORT:
		snprintf(text, size, "port=0x%x %s size=%u rax=0x%llx rip=0x%llx", io->port,
			 direction(header), io->access_info & MHV_IO_SIZE_MASK, io->rax,
			 header->rip);
		break;
	case MSHV_EXIT_MSR:
		snprintf(text, size, "msr=0x%x %s value=0x%llx rip=0x%llx", msr->msr,
			 direction(header), msr->rdx << 32 | (__u32)msr->rax, header->rip);
		break;
	case MSHV_EXIT_CPUID:
		snprintf(text, size, "leaf=0x%x subleaf=0x%x rip=0x%llx", (__u32)cpuid->rax,
			 (__u32)cpuid->rcx, header->rip);
		break;
	case MSHV_EXIT_UNMAPPED_GPA:
	case MSHV_EXIT_GPA_INTERCEPT:
		snprintf(text, size, "gpa=0x%llx %s rip=0x%llx", memory->gpa, direction(header),
			 header->rip);
		break;
	default:
		snprintf(text, size, "rip=0x%llx", header->rip);
	}
}

/**
 * slow_arguments() - arguments of a slow event
 * @s: the event
 * @text: the result, empty if the arguments are not known
 * @size: of @text
 */
void slow_arguments(const struct mshv_slow *s, char *text, size_t size)
{
	char room[NAME_SIZE];

	if (!s->is_hvcall)
		exit_arguments(s, text, size);
	else if (s->arg[SLOW_HVCALL_REPS])
		snprintf(text, size, "reps=%llu/%llu %s", s->arg[SLOW_HVCALL_REPS_DONE],
			 s->arg[SLOW_HVCALL_REPS], status_name(s->arg[SLOW_HVCALL_STATUS], room));
	else
		snprintf(text, size, "%s", status_name(s->arg[SLOW_HVCALL_STATUS], room));
}
