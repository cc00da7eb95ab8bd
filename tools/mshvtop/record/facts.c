// SPDX-License-Identifier: GPL-2.0
/*
 * Facts about this host. What cannot be found out is left out: a recording is worth having without
 * it. Programs are told apart by the build ID that linkers put in, as none is run to ask for its
 * version.
 */
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "caps/capnames.h"
#include "caps/hostcaps.h"
#include "record/facts.h"
#include "caps/snapshot.h"
#include "version.h"

#define MAX_NOTES	4096
#define MAX_SEGMENTS	64

static void put_text(json_t *object, const char *key, const char *text)
{
	/* Fails for what is no UTF-8, which is left out. */
	if (text && text[0])
		json_object_set_new(object, key, json_string(text));
}

static void read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");

	line[0] = '\0';
	if (!file)
		return;
	if (!fgets(line, size, file))
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(file);
}

/* --- Build IDs ------------------------------------------------------------------------------- */

static bool find_build_id(const unsigned char *notes, size_t size, char *text, size_t text_size)
{
	const Elf64_Nhdr *note;
	size_t at = 0, name, data, i;

	while (size - at >= sizeof(*note)) {
		note = (const Elf64_Nhdr *)&notes[at];
		name = at + sizeof(*note);
		data = name + ((note->n_namesz + 3ULL) & ~3ULL);
		if (data > size || note->n_descsz > size - data)
			return false;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
		    !memcmp(&notes[name], "GNU", 4)) {
			for (i = 0; i < note->n_descsz && 2 * i + 2 < text_size; i++)
				sprintf(&text[2 * i], "%02x", notes[data + i]);
			return i;
		}
		at = data + ((note->n_descsz + 3ULL) & ~3ULL);
		if (at > size)
			return false;
	}
	return false;
}

static void put_build_id(json_t *object, int fd, off_t at, size_t size)
{
	_Alignas(8) unsigned char notes[MAX_NOTES];
	char text[129];
	ssize_t got = pread(fd, notes, size < sizeof(notes) ? size : sizeof(notes), at);

	if (got > 0 && find_build_id(notes, got, text, sizeof(text)))
		put_text(object, "build_id", text);
}

/* A file of notes and nothing else, as sysfs has them */
static void put_notes_build_id(json_t *object, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	put_build_id(object, fd, 0, MAX_NOTES);
	close(fd);
}

static void put_program_build_id(json_t *object, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf64_Ehdr head;
	Elf64_Phdr segment;
	unsigned int i;

	if (fd < 0)
		return;
	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) || head.e_ident[EI_CLASS] != ELFCLASS64)
		goto out_close;
	for (i = 0; i < head.e_phnum && i < MAX_SEGMENTS; i++) {
		if (pread(fd, &segment, sizeof(segment), head.e_phoff + i * sizeof(segment)) !=
		    sizeof(segment))
			break;
		if (segment.p_type == PT_NOTE)
			put_build_id(object, fd, segment.p_offset, segment.p_filesz);
	}
out_close:
	close(fd);
}

/* --- The host -------------------------------------------------------------------------------- */

static void put_kernel(json_t *facts)
{
	json_t *kernel = json_object();
	struct utsname uts;

	if (!uname(&uts)) {
		put_text(facts, "host", uts.nodename);
		put_text(kernel, "release", uts.release);
		put_text(kernel, "version", uts.version);
		put_text(kernel, "machine", uts.machine);
	}
	put_notes_build_id(kernel, "/sys/kernel/notes");
	json_object_set_new(facts, "kernel", kernel);
}

static void put_cpu(json_t *facts)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	json_t *cpu = json_object();
	char line[256], *value;

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "model name", strlen("model name")))
			continue;
		line[strcspn(line, "\n")] = '\0';
		value = strchr(line, ':');
		if (value)
			put_text(cpu, "model", value + strspn(value, ": "));
		break;
	}
	if (file)
		fclose(file);
	json_object_set_new(cpu, "online", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(facts, "cpu", cpu);
	json_object_set_new(facts, "memory_bytes",
			    json_integer((json_int_t)sysconf(_SC_PHYS_PAGES) *
					 sysconf(_SC_PAGESIZE)));
}

static void put_parameters(json_t *module, const char *name)
{
	json_t *parameters = json_object();
	char path[PATH_MAX], value[128];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters", name);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", name, entry->d_name);
		read_line(path, value, sizeof(value));
		put_text(parameters, entry->d_name, value);
	}
	if (dir)
		closedir(dir);
	json_object_set_new(module, "parameters", parameters);
}

static void put_modules(json_t *facts)
{
	static const char * const names[] = { "mshv", "softhv" };
	json_t *modules = json_array();
	char path[128], value[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *module;

		snprintf(path, sizeof(path), "/sys/module/%s", names[i]);
		if (access(path, F_OK))
			continue;
		module = json_object();
		put_text(module, "name", names[i]);
		snprintf(path, sizeof(path), "/sys/module/%s/srcversion", names[i]);
		read_line(path, value, sizeof(value));
		put_text(module, "srcversion", value);
		snprintf(path, sizeof(path), "/sys/module/%s/notes/.note.gnu.build-id", names[i]);
		put_notes_build_id(module, path);
		put_parameters(module, names[i]);
		json_array_append_new(modules, module);
	}
	json_object_set_new(facts, "modules", modules);
}

/* Return: what the driver tells, for free(), or NULL if it does not */
static struct hostcaps *ask_caps(void)
{
	struct hostcaps *caps = malloc(sizeof(*caps));
	int fd = open("/dev/mshv", O_RDWR | O_CLOEXEC);
	bool told = fd >= 0 && caps && hostcaps_get(fd, caps) && caps->told;

	if (fd >= 0)
		close(fd);
	if (told)
		return caps;
	free(caps);
	return NULL;
}

/* The names of those that can be used */
static void put_capabilities(json_t *facts)
{
	struct hostcaps *caps = ask_caps();
	json_t *list = json_array();
	char room[NAME_SIZE];
	unsigned int i;

	for (i = 0; caps && i < caps->nr; i++)
		if (caps->infos[i].state == MSHV_CAP_STATE_USABLE)
			json_array_append_new(list,
					      json_string(cap_name(caps->infos[i].id, room)));
	if (caps)
		json_object_set(facts, "capabilities", list);
	json_decref(list);
	free(caps);
}

static char *to_text(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	json_decref(object);
	return text;
}

/**
 * facts_of_host() - the facts that hold for a whole recording
 * @source: what is recorded
 * @wall_ns: when it begins, CLOCK_REALTIME
 * @interval_ns: asked for
 * @command: what runs meanwhile, or NULL
 *
 * Return: JSON, for free(); NULL without memory.
 */
char *facts_of_host(const struct source *source, __u64 wall_ns, __u64 interval_ns, char **command)
{
	json_t *facts = json_object(), *words;

	put_text(facts, "recorder", "mshvtop " MSHV_TOOLS_VERSION);
	json_object_set_new(facts, "begin_ns", json_integer(wall_ns));
	json_object_set_new(facts, "interval_ns", json_integer(interval_ns));
	put_text(facts, "source", source->name);
	put_kernel(facts);
	put_cpu(facts);
	put_modules(facts);
	put_capabilities(facts);
	if (command) {
		words = json_array();
		for (; *command; command++)
			json_array_append_new(words, json_string(*command));
		json_object_set_new(facts, "command", words);
	}
	return to_text(facts);
}

/**
 * facts_of_vmm() - what there is to know about a process that has partitions
 * @owner: one of its partitions
 *
 * Return: JSON, for free(); NULL without memory.
 */
char *facts_of_vmm(const struct owner *owner)
{
	json_t *vmm = json_object();
	char path[64], program[PATH_MAX];
	ssize_t length;

	json_object_set_new(vmm, "pid", json_integer(owner->tgid));
	put_text(vmm, "name", owner->comm);
	snprintf(path, sizeof(path), "/proc/%u/exe", owner->tgid);
	length = readlink(path, program, sizeof(program) - 1);
	if (length > 0) {
		program[length] = '\0';
		put_text(vmm, "program", program);
	}
	put_program_build_id(vmm, path);
	return to_text(vmm);
}

/**
 * facts_of_caps() - what the driver can do, and what all partitions have of it
 * @sample: has the partitions; what the driver can do is asked for unless it has that, too
 *
 * Return: a snapshot as JSON, for free(); NULL if the driver does not tell.
 */
char *facts_of_caps(const struct sample *sample)
{
	struct hostcaps *asked = sample->caps ? NULL : ask_caps();
	const struct hostcaps *caps = sample->caps ? sample->caps : asked;
	json_t *snapshot = NULL;

	if (caps)
		snapshot = snapshot_make(caps, sample->owners, sample->nr_owners);
	free(asked);
	return snapshot ? to_text(snapshot) : NULL;
}
