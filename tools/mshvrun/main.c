// SPDX-License-Identifier: GPL-2.0
/*
 * mshvrun: runs a small guest, a flat image, on the Microsoft hypervisor or on softhv, for tests
 * and demonstrations: a guest that does one thing, counted exactly. No disks, no BIOS, and no
 * interrupts but those of the hypervisor's APIC. Here are the command line and what is printed at the end.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "err.h"
#include "help.h"
#include "names.h"
#include "num.h"
#include "version.h"
#include "mapped.h"
#include "vm.h"

const char *argp_program_version = "mshvrun " MSHV_TOOLS_VERSION;

#define MAX_DELAY_US	60000000

enum {
	OPT_LOAD = 256,
	OPT_CPUID,
	OPT_MSR,
	OPT_EXCEPTION,
	OPT_NO_DEFAULTS,
	OPT_STATS,
	OPT_DELAY,
	OPT_SERIAL_DELAY,
	OPT_APIC,
	OPT_X2APIC,
	OPT_SYNTHETIC,
};

static const struct argp_option options[] = {
	{ "vps", 'c', "N", 0, "Virtual processors (1)", 0 },
	{ "mem", 'm', "MIB", 0, "Memory (16)", 0 },
	{ "arg", 'a', "N", 0, "RCX of each VP at the start: a count, mostly (0)", 0 },
	{ "load", OPT_LOAD, "ADDR", 0, "Where IMAGE goes, and VPs start (0x10000)", 0 },
	{ "cpuid", OPT_CPUID, "LEAF", 0, "Intercept this CPUID leaf; may be repeated", 0 },
	{ "msr", OPT_MSR, "INDEX", 0, "Intercept this MSR; may be repeated", 0 },
	{ "exception", OPT_EXCEPTION, "VECTOR", 0, "Intercept this exception; may be repeated", 0 },
	{ "no-default-intercepts", OPT_NO_DEFAULTS, NULL, 0,
	  "Intercept only what options ask for", 0 },
	{ "apic", OPT_APIC, NULL, 0, "Local APICs; VPs but 0 wait for a startup IPI", 0 },
	{ "x2apic", OPT_X2APIC, NULL, 0, "Likewise, and let guests use it by MSRs", 0 },
	{ "synthetic", OPT_SYNTHETIC, "FEATURES", 0,
	  "SYNTHETIC_PROC_FEATURES of the VM (0: none)", 0 },
	{ "quiet", 'q', NULL, 0, "No summary at the end", 0 },
	{ "verbose", 'v', NULL, 0, "Print each exit on standard error", 0 },
	{ "stats", OPT_STATS, NULL, 0, "Print exits and memory on standard error", 0 },
	{ "vmm-delay-us", OPT_DELAY, "N[:REASON]", 0, "Sleep so long at each exit [of REASON]", 0 },
	{ "serial-delay-us", OPT_SERIAL_DELAY, "N", 0, "Sleep so long at each byte sent", 0 },
	{ 0 }
};

static const char doc[] =
	"Run the guest in IMAGE, a flat binary, and print what it writes to COM1."
	"\vExit status: the guest's; or 1, 64, 70 to 72, 128 + N: see mshvrun(8).";

struct arguments {
	struct vm_options vm;
	bool no_defaults;
	bool quiet;
	bool stats;
};

static const struct vm_intercept default_intercepts[] = {
	{ MHV_INTERCEPT_MSR_INDEX, VM_MSR_SCRATCH },
	{ MHV_INTERCEPT_MSR_INDEX, VM_MSR_VP_INDEX },
	{ MHV_INTERCEPT_CPUID, VM_CPUID_LEAF },
	{ MHV_INTERCEPT_HYPERCALL, 0 },
};

#define NR_DEFAULTS	(sizeof(default_intercepts) / sizeof(default_intercepts[0]))

static __u64 number(struct argp_state *state, const char *option, const char *text, __u64 low,
		    __u64 high)
{
	__u64 value;

	if (!num_parse_u64(text, low, high, &value))
		argp_error(state, "--%s %s: must be a number from %llu to %llu", option, text, low,
			   high);
	return value;
}

static void add_intercept(struct vm_options *vm, __u32 type, __u64 parameter)
{
	struct vm_intercept *list;

	list = reallocarray(vm->intercepts, vm->nr_intercepts + 1, sizeof(*list));
	if (!list) {
		err_errno("no memory for %u intercepts", vm->nr_intercepts + 1);
		exit(VM_EXIT_SETUP);
	}
	list[vm->nr_intercepts++] = (struct vm_intercept){ type, parameter };
	vm->intercepts = list;
}

static void parse_delay(struct argp_state *state, struct vm_options *vm, char *arg)
{
	char *reason = strchr(arg, ':');

	vm->delay_reason = MSHV_NR_EXITS;
	if (reason) {
		*reason++ = '\0';
		if (!exit_number(reason, &vm->delay_reason) || vm->delay_reason >= MSHV_NR_EXITS)
			argp_error(state, "--vmm-delay-us %s:%s: no reason of an exit, like CPUID",
				   arg, reason);
	}
	vm->delay_us = number(state, "vmm-delay-us", arg, 0, MAX_DELAY_US);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *args = state->input;
	struct vm_options *vm = &args->vm;

	switch (key) {
	case 'c':
		vm->nr_vps = number(state, "vps", arg, 1, VM_MAX_VPS);
		break;
	case 'm':
		vm->mem_bytes = number(state, "mem", arg, VM_MIN_MEM_MIB, VM_MAX_MEM_MIB) << 20;
		break;
	case 'a':
		vm->arg = number(state, "arg", arg, 0, ~0ULL);
		break;
	case OPT_LOAD:
		vm->load_gpa = number(state, "load", arg, 0, VM_MMIO_GPA - 1);
		break;
	case OPT_CPUID:
		add_intercept(vm, MHV_INTERCEPT_CPUID, number(state, "cpuid", arg, 0, ~0U));
		break;
	case OPT_MSR:
		add_intercept(vm, MHV_INTERCEPT_MSR_INDEX, number(state, "msr", arg, 0, ~0U));
		break;
	case OPT_EXCEPTION:
		add_intercept(vm, MHV_INTERCEPT_EXCEPTION, number(state, "exception", arg, 0, 31));
		break;
	case OPT_NO_DEFAULTS:
		args->no_defaults = true;
		break;
	case OPT_APIC:
		vm->apic = true;
		break;
	case OPT_X2APIC:
		vm->apic = true;
		vm->x2apic = true;
		break;
	case OPT_SYNTHETIC:
		vm->synthetic = number(state, "synthetic", arg, 0, ~0ULL);
		break;
	case 'q':
		args->quiet = true;
		break;
	case 'v':
		vm->verbose = true;
		break;
	case OPT_STATS:
		args->stats = true;
		break;
	case OPT_DELAY:
		parse_delay(state, vm, arg);
		break;
	case OPT_SERIAL_DELAY:
		vm->serial_delay_us = number(state, "serial-delay-us", arg, 0, MAX_DELAY_US);
		break;
	case ARGP_KEY_ARG:
		if (vm->image)
			argp_error(state, "%s: one image only", arg);
		vm->image = arg;
		break;
	case ARGP_KEY_END:
		if (!vm->image)
			argp_error(state, "no IMAGE; build/guests has some after make guests");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void print_count(const char *vp, enum mshv_exit_reason reason, __u64 count)
{
	char room[NAME_SIZE];

	if (count)
		fprintf(stderr, "%-4s %-24s %10llu\n", vp, exit_name(reason, room), count);
}

static void print_mapped(const struct vm *vm)
{
	struct mapped mapped;

	if (mapped_read(&mapped, vm->fd))
		fprintf(stderr, "memory: %llu pages of 2 MiB, %llu of 4 KiB\n", mapped.large,
			mapped.small);
	else
		fprintf(stderr, "memory: in unknown pages; debugfs does not tell\n");
}

/* A line for each VP and kind of exit, and for all VPs of each kind; and the pages of memory */
static void print_stats(const struct vm *vm)
{
	__u64 total[MSHV_NR_EXITS] = {};
	enum mshv_exit_reason reason;
	unsigned int i;
	char vp[16];

	fprintf(stderr, "%-4s %-24s %10s\n", "VP", "EXIT", "COUNT");
	for (i = 0; i < vm->nr_vps; i++) {
		snprintf(vp, sizeof(vp), "%u", i);
		for (reason = 0; reason < MSHV_NR_EXITS; reason++) {
			print_count(vp, reason, vm->vps[i].exits[reason]);
			total[reason] += vm->vps[i].exits[reason];
		}
	}
	for (reason = 0; reason < MSHV_NR_EXITS; reason++)
		print_count("all", reason, total[reason]);
	print_mapped(vm);
}

static void print_summary(const struct vm *vm, double seconds, int code)
{
	__u64 exits = 0;
	unsigned int i, reason;

	for (i = 0; i < vm->nr_vps; i++) {
		for (reason = 0; reason < MSHV_NR_EXITS; reason++)
			exits += vm->vps[i].exits[reason];
	}
	err("%u VP%s, %llu exits in %.3f s, exit code %d", vm->nr_vps, vm->nr_vps == 1 ? "" : "s",
	    exits, seconds, code);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options, .parser = parse, .args_doc = "IMAGE", .doc = doc,
	};
	struct arguments args = {
		.vm = { .nr_vps = 1, .mem_bytes = 16 << 20, .load_gpa = 0x10000 },
	};
	int code = VM_EXIT_SETUP;
	unsigned int i;
	struct vm vm;
	double begin;

	err_set_program("mshvrun");
	argp_err_exit_status = EXIT_USAGE;
	help_parse(&argp, argc, argv, 0, &args);
	for (i = 0; i < NR_DEFAULTS && !args.no_defaults; i++) {
		if (default_intercepts[i].type == MHV_INTERCEPT_HYPERCALL && args.vm.synthetic)
			continue;
		add_intercept(&args.vm, default_intercepts[i].type,
			      default_intercepts[i].parameter);
	}
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

	if (vm_create(&vm, &args.vm)) {
		begin = now();
		code = vm_run(&vm);
		begin = now() - begin;
		fflush(stdout);
		if (args.stats)
			print_stats(&vm);
		if (!args.quiet)
			print_summary(&vm, begin, code);
	}
	vm_destroy(&vm);
	free(args.vm.intercepts);
	if (ferror(stdout)) {
		err("cannot write all of the guest's output to standard output");
		code = VM_EXIT_SETUP;
	}
	return code;
}
