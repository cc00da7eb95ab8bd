// SPDX-License-Identifier: GPL-2.0
/* /proc/kallsyms, functions only, in order of addresses. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "source/symbols.h"

struct symbol {
	__u64 address;
	char name[56];
};

static FILE *list;
static struct symbol *symbols;
static unsigned int nr_symbols;

/**
 * symbols_open() - open the list, while that is allowed
 */
void symbols_open(void)
{
	list = fopen("/proc/kallsyms", "re");
}

static int compare(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static bool grow(unsigned int room)
{
	struct symbol *grown = reallocarray(symbols, room, sizeof(*grown));

	if (grown)
		symbols = grown;
	return grown;
}

static void read_list(void)
{
	unsigned int room = 0;
	char line[256], type;

	while (fgets(line, sizeof(line), list)) {
		struct symbol s = { 0 };
		unsigned long long address;

		if (sscanf(line, "%llx %c %55s", &address, &type, s.name) != 3 ||
		    !strchr("tTwW", type) || !address)
			continue;
		if (nr_symbols == room) {
			room = room ? room * 2 : 65536;
			if (!grow(room))
				break;
		}
		s.address = address;
		symbols[nr_symbols++] = s;
	}
	if (nr_symbols)
		qsort(symbols, nr_symbols, sizeof(symbols[0]), compare);
	fclose(list);
	list = NULL;
}

/**
 * symbol_name() - the function that an address is in
 * @address: in the kernel
 * @text: the result, SYMBOL_SIZE bytes: name and offset, or the address where the name is not known
 */
void symbol_name(__u64 address, char *text)
{
	unsigned int low = 0, high, middle;

	if (list)
		read_list();
	for (high = nr_symbols; low < high;) {
		middle = low + (high - low) / 2;
		if (symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low)
		snprintf(text, SYMBOL_SIZE, "%s+0x%llx", symbols[low - 1].name,
			 address - symbols[low - 1].address);
	else
		snprintf(text, SYMBOL_SIZE, "0x%llx", address);
}

/**
 * symbols_close() - forget all names
 */
void symbols_close(void)
{
	if (list)
		fclose(list);
	free(symbols);
	list = NULL;
	symbols = NULL;
	nr_symbols = 0;
}
