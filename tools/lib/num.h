/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as people read them: three significant digits with an SI suffix. Each function writes at
 * most NUM_SIZE - 1 characters and returns how many. Machine formats do not go through here.
 */
#ifndef MSHV_NUM_H
#define MSHV_NUM_H

#include <stdbool.h>
#include <linux/types.h>

#define NUM_SIZE	16

int num_rate(char *text, double value);
int num_count(char *text, double value);
int num_us(char *text, double ns);
int num_percent(char *text, double percent);
bool num_parse_seconds(const char *text, double low, double high, double *seconds);
bool num_parse_u64(const char *text, __u64 low, __u64 high, __u64 *value);

#endif /* MSHV_NUM_H */
