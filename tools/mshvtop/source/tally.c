// SPDX-License-Identifier: GPL-2.0
/* Names and order of tallies. */
#include <stdio.h>
#include <string.h>
#include <mshv/hvabi.h>
#include "source/debugfs.h"
#include "source/tally.h"

struct range {
	__u64 first;
	__u64 last;
	const char *name;
};

/* Devices of a PC by their ports */
static const struct range ports[] = {
	{ 0x20, 0x21, "PIC" }, { 0x40, 0x43, "PIT" }, { 0x60, 0x60, "keyboard" },
	{ 0x64, 0x64, "keyboard" }, { 0x70, 0x71, "RTC" }, { 0x80, 0x80, "POST" },
	{ 0xa0, 0xa1, "PIC" }, { 0xb2, 0xb3, "SMI" }, { 0x2f8, 0x2ff, "COM2" },
	{ 0x3f8, 0x3ff, "COM1" }, { 0x402, 0x402, "debug" }, { 0x510, 0x51b, "fw_cfg" },
	{ 0x600, 0x67f, "ACPI" }, { 0xcf8, 0xcfb, "PCI address" }, { 0xcfc, 0xcff, "PCI data" },
};

static const struct range msrs[] = {
	{ 0x10, 0x10, "TSC" }, { 0x1b, 0x1b, "APIC_BASE" }, { 0x8b, 0x8b, "PATCH_LEVEL" },
	{ 0x174, 0x176, "SYSENTER" }, { 0x200, 0x26f, "MTRR" }, { 0x277, 0x277, "PAT" },
	{ 0x6e0, 0x6e0, "TSC_DEADLINE" }, { 0x800, 0x8ff, "x2APIC" },
	{ 0x40000000, 0x400000ff, "Hyper-V" }, { 0xc0000080, 0xc0000080, "EFER" },
	{ 0xc0000081, 0xc0000084, "SYSCALL" }, { 0xc0000100, 0xc0000102, "segment base" },
	{ 0xc0000103, 0xc0000103, "TSC_AUX" }, { 0xc0010000, 0xc00110ff, "AMD" },
};

static const char *find_range(const struct range *ranges, unsigned int nr, __u64 number)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (number >= ranges[i].first && number <= ranges[i].last)
			return ranges[i].name;
	return "";
}

#define FIND(ranges, number)	find_range(ranges, sizeof(ranges) / sizeof(ranges[0]), number)

/**
 * tally_compare() - the order of tallies: by kind, partition, number, then access
 * @a: a key
 * @b: another one
 *
 * Return: negative, 0 or positive.
 */
int tally_compare(const struct mshv_tally_key *a, const struct mshv_tally_key *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->partition_id != b->partition_id)
		return a->partition_id < b->partition_id ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->access > b->access) - (a->access < b->access);
}

/**
 * tally_kind_name() - what kind of thing is counted
 * @kind: below NR_TALLY_KINDS
 */
const char *tally_kind_name(__u32 kind)
{
	static const char * const names[NR_TALLY_KINDS] = {
#define MSHV_TALLY_NAME(kind, group) #kind,
		MSHV_TALLIES(MSHV_TALLY_NAME)
#undef MSHV_TALLY_NAME
		[TALLY_HYPERVISOR] = "hypervisor",
		[TALLY_PARTITION] = "partition",
		[TALLY_VP] = "VP",
	};

	return kind < NR_TALLY_KINDS ? names[kind] : "";
}

/**
 * tally_text() - what a tally is about
 * @key: the tally
 * @text: the result, in ASCII
 * @size: of @text
 */
void tally_text(const struct mshv_tally_key *key, char *text, size_t size)
{
	switch (key->kind) {
	case MSHV_TALLY_IO_PORT:
		snprintf(text, size, "0x%llx %s", key->number, FIND(ports, key->number));
		break;
	case MSHV_TALLY_MSR:
		snprintf(text, size, "0x%llx %s", key->number, FIND(msrs, key->number));
		break;
	case MSHV_TALLY_CPUID:
		snprintf(text, size, "leaf 0x%llx.%x", key->number, key->access);
		break;
	case MSHV_TALLY_GPA:
		snprintf(text, size, "page 0x%llx", key->number << 12);
		break;
	case MSHV_TALLY_HYPERCALL:
		snprintf(text, size, "control 0x%llx", key->number);
		break;
	case MSHV_TALLY_INTERRUPT:
	case MSHV_TALLY_EXCEPTION:
		snprintf(text, size, "vector %llu", key->number);
		break;
	case MSHV_TALLY_IRQFD:
	case MSHV_TALLY_RESAMPLE:
		snprintf(text, size, "GSI %llu", key->number);
		break;
	case MSHV_TALLY_IOEVENTFD:
		snprintf(text, size, "at 0x%llx", key->number);
		break;
	case MSHV_TALLY_KICK:
		snprintf(text, size, "VP %llu", key->number);
		break;
	case TALLY_HYPERVISOR:
	case TALLY_PARTITION:
	case TALLY_VP:
		snprintf(text, size, "%s", statistics_name(key->kind, key->number));
		break;
	default:
		text[0] = '\0';
	}
}

/**
 * tally_access() - how it was accessed
 * @key: the tally
 *
 * Return: a word, "" where there is none.
 */
const char *tally_access(const struct mshv_tally_key *key)
{
	switch (key->kind) {
	case MSHV_TALLY_IO_PORT:
		return key->access ? "out" : "in";
	case MSHV_TALLY_MSR:
	case MSHV_TALLY_FAULT:
	case MSHV_TALLY_IOEVENTFD:
		return key->access ? "write" : "read";
	case MSHV_TALLY_GPA:
		return key->access == MHV_ACCESS_WRITE ? "write" :
		       key->access == MHV_ACCESS_EXECUTE ? "execute" : "read";
	default:
		return "";
	}
}
