// SPDX-License-Identifier: GPL-2.0
/* mshvcaps: command line. What a command does is in the file of its name. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "help.h"
#include "mshvcaps.h"
#include "num.h"
#include "version.h"

const char *argp_program_version = "mshvcaps " MSHV_TOOLS_VERSION;

enum {
	OPTION_JSON = 256,
	OPTION_NEED,
	OPTION_MIGRATE,
};

static const char doc[] =
	"What this host's mshv driver and hypervisor can do, what VMs use of it, and whether a VM "
	"may move to another host."
	"\vCommands:\n"
	"  list [--json] [--all]      what can be used, or why not; --json: a snapshot\n"
	"  check --need A,B           whether all can be used; prints those that cannot\n"
	"  used NUMBER [-s SECONDS]   what a process's VM uses; with -p: a partition\n"
	"  diff A B [--migrate]       how hosts differ; may VMs move from A to B?\n"
	"\n"
	"Exit status: 0; 2: something is missing, different or in the way; 3: that could not be "
	"found out; 1: an error; 64: wrong usage.";

static const struct argp_option table[] = {
	{ "json", OPTION_JSON, NULL, 0, "list, used: write JSON", 0 },
	{ "all", 'a', NULL, 0, "list: also those that were removed", 0 },
	{ "need", OPTION_NEED, "NAMES", 0, "check: names, separated by commas", 0 },
	{ "seconds", 's', "N", 0, "used: also count uses for so long", 0 },
	{ "partition", 'p', "ID", OPTION_ARG_OPTIONAL, "used: the number is a partition's; diff "
	  "--migrate: only this one", 0 },
	{ "migrate", OPTION_MIGRATE, NULL, 0, "diff: what is in the way of the VMs of A to B", 0 },
	{ 0 }
};

struct arguments {
	const char *command;
	const char *words[2];
	unsigned int nr_words;
	const char *need;
	double seconds;
	__u64 partition;
	bool by_partition;
	bool json;
	bool all;
	bool migrate;
};

static void take_word(struct arguments *a, char *word, struct argp_state *state)
{
	if (!a->command)
		a->command = word;
	else if (a->nr_words < 2)
		a->words[a->nr_words++] = word;
	else
		argp_error(state, "%s: one argument too many", word);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case OPTION_JSON:
		a->json = true;
		break;
	case 'a':
		a->all = true;
		break;
	case OPTION_NEED:
		a->need = arg;
		break;
	case 's':
		if (!num_parse_seconds(arg, 0.1, 86400, &a->seconds))
			argp_error(state, "-s %s: not a number from 0.1 to 86400", arg);
		break;
	case 'p':
		a->by_partition = true;
		if (arg && !num_parse_u64(arg, 1, 0xffffffff, &a->partition))
			argp_error(state, "-p %s: not a partition's number", arg);
		break;
	case OPTION_MIGRATE:
		a->migrate = true;
		break;
	case ARGP_KEY_ARG:
		take_word(a, arg, state);
		break;
	case ARGP_KEY_END:
		if (!a->command)
			argp_error(state, "no command; one of list, check, used, diff");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = table, .parser = parse, .args_doc = "COMMAND [ARGUMENT...]", .doc = doc,
};

static int usage(const char *text)
{
	err("%s; see mshvcaps --help", text);
	return EXIT_USAGE;
}

static int command_list(const struct arguments *a)
{
	struct hostcaps caps;
	json_t *snapshot;

	if (!host_ask(&caps))
		return EXIT_RUNTIME;
	if (!a->json) {
		list_print(stdout, &caps, a->all);
		return EXIT_OK;
	}
	snapshot = snapshot_take(&caps);
	if (!snapshot)
		return EXIT_RUNTIME;
	json_dumpf(snapshot, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(snapshot);
	return EXIT_OK;
}

static int command_check(const struct arguments *a)
{
	struct hostcaps caps;

	if (!a->need)
		return usage("check: --need is missing");
	return host_ask(&caps) ? check_need(&caps, a->need) : EXIT_RUNTIME;
}

static int command_used(const struct arguments *a)
{
	__u64 number = a->partition;

	if (!number && (a->nr_words != 1 || !num_parse_u64(a->words[0], 1, 0xffffffff, &number)))
		return usage("used: the number of a process, or with -p of a partition, is missing");
	return used_run(number, a->by_partition, a->seconds, a->json);
}

static int command_diff(const struct arguments *arguments)
{
	json_t *a, *b = NULL;
	int status = EXIT_RUNTIME;

	if (arguments->nr_words != 2)
		return usage("diff: two snapshots are needed");
	a = snapshot_load(arguments->words[0]);
	if (a)
		b = snapshot_load(arguments->words[1]);
	if (b && arguments->migrate)
		status = diff_migrate(stdout, a, b, arguments->partition);
	else if (b)
		status = diff_snapshots(stdout, a, b);
	json_decref(a);
	json_decref(b);
	return status;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct arguments *a);
	} commands[] = {
		{ "list", command_list },
		{ "check", command_check },
		{ "used", command_used },
		{ "diff", command_diff },
	};
	struct arguments a = { 0 };
	unsigned int i;
	int status;

	err_set_program("mshvcaps");
	argp_err_exit_status = EXIT_USAGE;
	help_parse(&argp, argc, argv, 0, &a);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(a.command, commands[i].name))
			continue;
		status = commands[i].run(&a);
		if (!fflush(stdout) && !ferror(stdout))
			return status;
		err_errno("standard output");
		return EXIT_RUNTIME;
	}
	err("%s: no such command; one of list, check, used, diff", a.command);
	return EXIT_USAGE;
}
