// SPDX-License-Identifier: GPL-2.0
/*
 * The file has a section "view" and one for each table. A setting that is not understood is
 * reported and left out. The file is replaced in one step, so that it is never half written.
 */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "config.h"
#include "err.h"
#include "num.h"

#define PATH_SIZE	512
#define MAX_LIST	512

static bool make_path(char *path, const char *end)
{
	const char *dir = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n;

	if (dir && dir[0] == '/')
		n = snprintf(path, PATH_SIZE, "%s/mshvtop%s", dir, end);
	else if (home && home[0] == '/')
		n = snprintf(path, PATH_SIZE, "%s/.config/mshvtop%s", home, end);
	else
		return false;
	return n < PATH_SIZE;
}

static bool parse_flag(const char *value, bool *flag)
{
	bool yes = !strcmp(value, "yes");

	if (!yes && strcmp(value, "no"))
		return false;
	*flag = yes;
	return true;
}

static int find_column(const struct table *table, const char *id)
{
	const struct column *column = column_find(table, id);

	return column ? (int)(column - table->columns) : -1;
}

static bool parse_hidden(const struct table *table, const char *value, unsigned int *hidden)
{
	char list[MAX_LIST], *rest = list, *id;
	unsigned int all = 0;
	int column;

	if (strlen(value) >= sizeof(list))
		return false;
	strcpy(list, value);
	while ((id = strsep(&rest, ", "))) {
		if (!id[0])
			continue;
		column = find_column(table, id);
		/* The first column names the row and stays. */
		if (column < 1)
			return false;
		all |= 1U << column;
	}
	*hidden = all;
	return true;
}

static bool parse_table(struct table_order *order, const struct table *table, const char *name,
			const char *value)
{
	int column;

	if (!strcmp(name, "ascending"))
		return parse_flag(value, &order->ascending);
	if (!strcmp(name, "hidden"))
		return parse_hidden(table, value, &order->hidden);
	if (strcmp(name, "sort"))
		return false;
	column = find_column(table, value);
	if (column < 0)
		return false;
	order->column = column;
	return true;
}

static bool parse_view(struct tui_settings *settings, const char *name, const char *value)
{
	if (!strcmp(name, "interval"))
		return num_parse_seconds(value, TUI_MIN_INTERVAL, TUI_MAX_INTERVAL,
					 &settings->interval);
	if (!strcmp(name, "pane"))
		return parse_flag(value, &settings->pane);
	if (!strcmp(name, "map"))
		return parse_flag(value, &settings->map);
	if (!strcmp(name, "mouse"))
		return parse_flag(value, &settings->mouse);
	return false;
}

/* Return: 1 if it is understood, as inih wants it */
static int take_setting(void *context, const char *section, const char *name, const char *value)
{
	struct tui_settings *settings = context;
	unsigned int i;

	if (!strcmp(section, "view"))
		return parse_view(settings, name, value);
	for (i = 0; i < NR_TABLES; i++)
		if (!strcmp(section, tables[i].name))
			return parse_table(&settings->order[i], &tables[i], name, value);
	return 0;
}

/**
 * config_load() - read what is remembered
 * @settings: gets it, or the defaults
 */
void config_load(struct tui_settings *settings)
{
	char path[PATH_SIZE];
	int line;

	tui_default_settings(settings);
	if (!make_path(path, "/config"))
		return;
	line = ini_parse(path, take_setting, settings);
	if (line > 0)
		err("%s: line %d is not understood; it is left out", path, line);
}

static void write_table(FILE *file, const struct table *table, const struct table_order *order)
{
	const char *separator = "";
	unsigned int i;

	fprintf(file, "\n[%s]\nsort = %s\nascending = %s\nhidden = ", table->name,
		table->columns[order->column].id, order->ascending ? "yes" : "no");
	for (i = 0; i < table->nr_columns; i++) {
		if (!(order->hidden & (1U << i)))
			continue;
		fprintf(file, "%s%s", separator, table->columns[i].id);
		separator = ", ";
	}
	putc('\n', file);
}

static bool write_config(const char *path, const struct tui_settings *settings)
{
	FILE *file = fopen(path, "we");
	unsigned int i;

	if (!file)
		return false;
	fprintf(file, "; How mshvtop was left; it writes this file when it ends.\n[view]\n");
	fprintf(file, "interval = %g\npane = %s\nmap = %s\nmouse = %s\n", settings->interval,
		settings->pane ? "yes" : "no", settings->map ? "yes" : "no",
		settings->mouse ? "yes" : "no");
	for (i = 0; i < NR_TABLES; i++)
		write_table(file, &tables[i], &settings->order[i]);
	return !fclose(file);
}

/* Each directory above the file */
static void make_directories(char *path)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

/**
 * config_save() - remember
 * @settings: what
 *
 * A failure is reported; the old file then stays as it was.
 */
void config_save(const struct tui_settings *settings)
{
	char path[PATH_SIZE], fresh[PATH_SIZE];

	if (!make_path(path, "/config") || !make_path(fresh, "/config.new"))
		return;
	make_directories(path);
	if (write_config(fresh, settings) && !rename(fresh, path))
		return;
	err_errno("%s: the settings cannot be kept", path);
	unlink(fresh);
}
