/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tools with BPF programs need from the host. Each requirement is checked by itself, so that
 * the message can say what is missing and how to get it; libbpf would only say that a program did
 * not load.
 */
#ifndef MSHV_BPF_CHECK_H
#define MSHV_BPF_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* Linux's own driver, a module or part of the kernel */
#define BPF_LINUX_DRIVER	"mshv_root"

bool bpf_privileged(void);
bool bpf_check(const char * const *events, unsigned int nr);
bool bpf_linux_driver(void);
bool bpf_linux_function(const char *name);
bool bpf_parameter(const char *name, unsigned int *value);
void bpf_watched(char *name, size_t size);
void bpf_say_not_loaded(const char *what, int error);

#endif /* MSHV_BPF_CHECK_H */
