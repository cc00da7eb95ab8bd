// SPDX-License-Identifier: GPL-2.0
/*
 * softhv's own counts, in debugfs "softhv/", for tests, and to see whether everything was given
 * back. The files are text, and read-only but for fail_call (hv/fault.c).
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "softhv/hv/counters.h"
#include "softhv/hv/fault.h"

atomic_long_t softhv_nr_partitions;
atomic_long_t softhv_nr_vps;
atomic_long_t softhv_nr_deposited;
atomic_long_t softhv_nr_gpa_pages;
atomic_long_t softhv_nr_ports;

static struct dentry *softhv_dir;

static const struct {
	u32 type;
	const char *name;
} softhv_message_types[] = {
#define MSHV_MESSAGE(type, name) { type, #name },
#include <mshv/messages.def>
#undef MSHV_MESSAGE
};

atomic_long_t softhv_messages[SOFTHV_MESSAGE_UNLISTED + 1];

static int softhv_messages_show(struct seq_file *file, void *unused)
{
	long count;
	int i;

	for (i = 0; i < ARRAY_SIZE(softhv_message_types); i++) {
		count = atomic_long_read(&softhv_messages[i]);
		if (count)
			seq_printf(file, "0x%08x %s %ld\n", softhv_message_types[i].type,
				   softhv_message_types[i].name, count);
	}
	count = atomic_long_read(&softhv_messages[i]);
	if (count)
		seq_printf(file, "- - %ld\n", count);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(softhv_messages);

static const char *softhv_call_name(u16 code)
{
	static const struct {
		u16 code;
		const char *name;
	} names[] = {
#define MSHV_HYPERCALL(code, name) { code, #name },
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].code == code)
			return names[i].name;
	return "-";
}

static int softhv_hypercalls_show(struct seq_file *file, void *unused)
{
	u64 count;
	u16 code;

	for (code = 0; code < SOFTHV_NR_CODES; code++) {
		count = softhv_hypercall_count(code);
		if (count)
			seq_printf(file, "0x%04x %s %llu\n", code, softhv_call_name(code), count);
	}
	count = softhv_hypercall_count(SOFTHV_NR_CODES);
	if (count)
		seq_printf(file, "0x%04x.. - %llu\n", SOFTHV_NR_CODES, count);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(softhv_hypercalls);

static int softhv_guest_hypercalls_show(struct seq_file *file, void *unused)
{
	u64 count;
	u16 code;
	u32 i;

	for (i = 0; softhv_guest_hypercall_count(i, &code, &count); i++) {
		if (count && code < SOFTHV_NR_CODES)
			seq_printf(file, "0x%04x %s %llu\n", code, softhv_call_name(code), count);
		else if (count)
			seq_printf(file, "- - %llu\n", count);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(softhv_guest_hypercalls);

static int softhv_number_show(struct seq_file *file, void *unused)
{
	seq_printf(file, "%ld\n", atomic_long_read((atomic_long_t *)file->private));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(softhv_number);

/**
 * softhv_debugfs_init() - show the counts
 *
 * Nothing depends on whether that works.
 */
void softhv_debugfs_init(void)
{
	static const struct {
		const char *name;
		atomic_long_t *value;
	} numbers[] = {
		{ "partitions", &softhv_nr_partitions },
		{ "vps", &softhv_nr_vps },
		{ "deposited_pages", &softhv_nr_deposited },
		{ "gpa_pages", &softhv_nr_gpa_pages },
		{ "ports", &softhv_nr_ports },
	};
	int i;

	softhv_dir = debugfs_create_dir("softhv", NULL);
	debugfs_create_file("hypercalls", 0400, softhv_dir, NULL, &softhv_hypercalls_fops);
	debugfs_create_file("guest_hypercalls", 0400, softhv_dir, NULL,
			    &softhv_guest_hypercalls_fops);
	debugfs_create_file("messages", 0400, softhv_dir, NULL, &softhv_messages_fops);
	softhv_fault_init(softhv_dir);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		debugfs_create_file(numbers[i].name, 0400, softhv_dir, numbers[i].value,
				    &softhv_number_fops);
}

/**
 * softhv_debugfs_exit() - undo softhv_debugfs_init()
 */
void softhv_debugfs_exit(void)
{
	debugfs_remove(softhv_dir);
}
