// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /proc/PID/fdinfo of the descriptors that are partitions or VPs. A process that vanishes
 * while it is looked at counts as one without such descriptors. One that may not be looked at may
 * have some; neither is an error.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <mshv/exits.h>
#include "owners.h"

/**
 * struct owners - the partitions that were found
 * @proc: procfs
 * @partial: some processes could not be looked at
 * @elsewhere: there are processes that this procfs does not have
 * @nr: entries of @list
 * @list: ascending by id
 */
struct owners {
	int proc;
	bool partial;
	bool elsewhere;
	unsigned int nr;
	struct owner *list;
};

/* The fields of a descriptor's fdinfo */
struct descriptor {
	__u64 partition_id;
	__u32 tgid;
	__u32 vp_index;		/* MSHV_NO_VP: it is a partition */
	bool caps_known;
	struct cap_set granted;
	struct cap_set enabled;
	struct cap_set used;
};

/* The inode of the first PID namespace, which is the same on each kernel (linux/proc_ns.h) */
#define INITIAL_PID_NAMESPACE	0xeffffffcUL

/* In a PID namespace, and with hidepid, there are processes that procfs does not show. */
static bool misses_processes(int proc)
{
	struct stat st;

	if (!fstatat(proc, "self/ns/pid", &st, 0) && st.st_ino != INITIAL_PID_NAMESPACE)
		return true;
	return !fstatat(proc, "self", &st, AT_SYMLINK_NOFOLLOW) && fstatat(proc, "1", &st, 0);
}

/**
 * owners_partial() - whether there may be partitions and VPs that were not found
 * @o: the owners
 *
 * Return: true if some processes could not be looked at, so that what was not found may exist.
 */
bool owners_partial(const struct owners *o)
{
	return o->partial || o->elsewhere;
}

/**
 * owners_new() - owners, none known yet
 * @proc: where procfs is mounted
 *
 * Return: the owners, or NULL with errno set.
 */
struct owners *owners_new(const char *proc)
{
	struct owners *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->proc = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (o->proc < 0) {
		free(o);
		return NULL;
	}
	o->elsewhere = misses_processes(o->proc);
	return o;
}

static void forget_all(struct owners *o)
{
	unsigned int i;

	for (i = 0; i < o->nr; i++)
		free(o->list[i].vps);
	free(o->list);
	o->list = NULL;
	o->nr = 0;
}

/**
 * owners_free() - free the owners
 * @o: the owners, or NULL
 */
void owners_free(struct owners *o)
{
	if (!o)
		return;
	forget_all(o);
	close(o->proc);
	free(o);
}

/**
 * owners_list() - the partitions found by the last scan
 * @o: the owners
 * @nr: how many
 *
 * Return: an array, ascending by partition id, valid until the next scan.
 */
const struct owner *owners_list(const struct owners *o, unsigned int *nr)
{
	*nr = o->nr;
	return o->list;
}

static struct owner *get_owner(struct owners *o, __u64 partition_id)
{
	struct owner *grown;
	unsigned int at;

	for (at = 0; at < o->nr && o->list[at].partition_id < partition_id; at++)
		;
	if (at < o->nr && o->list[at].partition_id == partition_id)
		return &o->list[at];
	grown = reallocarray(o->list, o->nr + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	o->list = grown;
	memmove(&grown[at + 1], &grown[at], (o->nr - at) * sizeof(*grown));
	memset(&grown[at], 0, sizeof(*grown));
	grown[at].partition_id = partition_id;
	o->nr++;
	return &grown[at];
}

static bool add_vp(struct owner *owner, __u32 index)
{
	unsigned int at;
	__u32 *grown;

	for (at = 0; at < owner->nr_vps && owner->vps[at] < index; at++)
		;
	if (at < owner->nr_vps && owner->vps[at] == index)
		return true;
	grown = reallocarray(owner->vps, owner->nr_vps + 1, sizeof(*grown));
	if (!grown)
		return false;
	memmove(&grown[at + 1], &grown[at], (owner->nr_vps - at) * sizeof(*grown));
	grown[at] = index;
	owner->vps = grown;
	owner->nr_vps++;
	return true;
}

/* Return: whether it could be read, whole */
static bool read_small_file(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n < 0)
		return false;
	text[n] = '\0';
	return true;
}

static bool is_ours(struct owners *o, int fds, const char *name)
{
	char link[64];
	ssize_t n = readlinkat(fds, name, link, sizeof(link) - 1);

	if (n < 0) {
		o->partial = o->partial || errno == EACCES || errno == EPERM;
		return false;
	}
	link[n] = '\0';
	return !strcmp(link, "anon_inode:mshv_partition") || !strcmp(link, "anon_inode:mshv_vp");
}

/* Whether it was a line about capabilities */
static bool parse_caps(struct descriptor *d, const char *key, const char *value)
{
	if (!strcmp(key, "mshv_caps_granted"))
		return cap_set_parse(&d->granted, value);
	if (!strcmp(key, "mshv_caps_enabled"))
		return cap_set_parse(&d->enabled, value);
	return !strcmp(key, "mshv_caps_used") && cap_set_parse(&d->used, value);
}

static bool parse_fdinfo(char *text, struct descriptor *d)
{
	char *line, *save, key[32], word[192];
	unsigned long long value;

	memset(d, 0, sizeof(*d));
	d->vp_index = MSHV_NO_VP;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%31[^:]: %191s", key, word) != 2)
			continue;
		if (parse_caps(d, key, word)) {
			d->caps_known = true;
			continue;
		}
		if (sscanf(word, "%llu", &value) != 1)
			continue;
		if (!strcmp(key, "mshv_partition_id"))
			d->partition_id = value;
		else if (!strcmp(key, "mshv_vmm_tgid"))
			d->tgid = value;
		else if (!strcmp(key, "mshv_vp_index"))
			d->vp_index = value;
	}
	return d->partition_id != MSHV_NO_PARTITION;
}

/*
 * A partition may be open in several processes: the one that made it is shown if it is among them.
 */
static bool add_descriptor(struct owners *o, const struct descriptor *d, __u32 tgid,
			   const char *comm)
{
	struct owner *owner = get_owner(o, d->partition_id);

	if (!owner)
		return false;
	if (!owner->tgid || d->tgid == tgid) {
		owner->tgid = tgid;
		text_clean(owner->comm, sizeof(owner->comm), comm, strlen(comm));
	}
	if (d->caps_known) {
		owner->caps_known = true;
		owner->granted = d->granted;
		owner->enabled = d->enabled;
		owner->used = d->used;
	}
	return d->vp_index == MSHV_NO_VP || add_vp(owner, d->vp_index);
}

static bool scan_descriptors(struct owners *o, int process, DIR *fds, __u32 tgid)
{
	char name[sizeof("fdinfo/") + NAME_MAX], text[1024], comm[64] = "";
	struct descriptor d;
	struct dirent *entry;

	while ((entry = readdir(fds))) {
		if (!is_ours(o, dirfd(fds), entry->d_name))
			continue;
		snprintf(name, sizeof(name), "fdinfo/%s", entry->d_name);
		if (!read_small_file(process, name, text, sizeof(text)) || !parse_fdinfo(text, &d))
			continue;
		if (!comm[0] && read_small_file(process, "comm", comm, sizeof(comm)))
			comm[strcspn(comm, "\n")] = '\0';
		if (!add_descriptor(o, &d, tgid, comm))
			return false;
	}
	return true;
}

static bool scan_process(struct owners *o, __u32 tgid)
{
	char name[16];
	int process, fds;
	bool ok = true;
	DIR *dir;

	snprintf(name, sizeof(name), "%u", tgid);
	process = openat(o->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return true;
	fds = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fds < 0 ? NULL : fdopendir(fds);
	if (dir) {
		ok = scan_descriptors(o, process, dir, tgid);
		closedir(dir);
	} else if (fds >= 0) {
		close(fds);
	} else if (errno == EACCES || errno == EPERM) {
		o->partial = true;
	}
	close(process);
	return ok;
}

/**
 * owners_scan_all() - look at every process
 * @o: the owners
 *
 * Return: false without memory.
 */
bool owners_scan_all(struct owners *o)
{
	struct dirent *entry;
	bool ok = true;
	int copy;
	DIR *dir;

	forget_all(o);
	o->partial = false;
	/* The directory stream takes over its descriptor, so it gets a duplicate. */
	copy = openat(o->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	while (ok && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			ok = scan_process(o, strtoul(entry->d_name, NULL, 10));
	closedir(dir);
	return ok;
}

static bool scanned(const struct owners *o, __u32 tgid)
{
	unsigned int i;

	for (i = 0; i < o->nr; i++)
		if (o->list[i].tgid == tgid)
			return true;
	return false;
}

static bool lacks(const struct owners *o, __u64 partition_id)
{
	unsigned int i;

	for (i = 0; i < o->nr; i++)
		if (o->list[i].partition_id == partition_id)
			return false;
	return true;
}

/**
 * owners_scan() - look at the processes that are known, and at some more
 * @o: the owners
 * @tgids: the others, in which a process may come twice
 * @nr: how many
 *
 * Looks at every process if a partition is not found any more: it is gone, or some other process
 * holds it now.
 *
 * Return: false without memory.
 */
bool owners_scan(struct owners *o, const __u32 *tgids, unsigned int nr)
{
	struct owners before = *o;
	bool ok = true, all = false;
	unsigned int i;

	o->list = NULL;
	o->nr = 0;
	for (i = 0; ok && i < before.nr; i++)
		if (!scanned(o, before.list[i].tgid))
			ok = scan_process(o, before.list[i].tgid);
	for (i = 0; ok && i < nr; i++)
		if (!scanned(o, tgids[i]))
			ok = scan_process(o, tgids[i]);
	for (i = 0; i < before.nr; i++)
		all = all || lacks(o, before.list[i].partition_id);
	if (ok && all)
		ok = owners_scan_all(o);
	forget_all(&before);
	return ok;
}
