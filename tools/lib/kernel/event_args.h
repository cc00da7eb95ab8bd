/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where an argument of a driver's event stands, by its name in BTF. Drivers have events of the same
 * names whose arguments come in another order, so a position that was not looked up in the running
 * kernel says nothing. The driver may be a module or part of the kernel.
 */
#ifndef MSHV_EVENT_ARGS_H
#define MSHV_EVENT_ARGS_H

#include <stdbool.h>

struct btf;
struct event_args;

struct event_args *event_args_open(const char *driver);
struct event_args *event_args_new(const struct btf *btf);
bool event_args_has(const struct event_args *e, const char *event);
int event_args_find(const struct event_args *e, const char *event, const char *argument);
int event_args_need(const struct event_args *e, const char *event, const char *argument);
void event_args_free(struct event_args *e);

#endif /* MSHV_EVENT_ARGS_H */
