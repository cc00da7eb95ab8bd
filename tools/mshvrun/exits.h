/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mshvrun does at each message from the hypervisor. exits.c has the plain ones, emulate.c
 * those that need an instruction decoded.
 */
#ifndef MSHVRUN_EXITS_H
#define MSHVRUN_EXITS_H

#include <stdbool.h>

#include <linux/types.h>

#include <mshv/hvabi.h>

struct vp;

/**
 * exit_handle() - handle a message, and count it
 * @vp: the VP that it stopped
 * @message: from MSHV_RUN_VP
 *
 * Return: whether the VP goes on; if not, its exit code is set.
 */
bool exit_handle(struct vp *vp, const struct mhv_message *message);

/**
 * exit_note() - say what happens, if the user asked for it (--verbose)
 * @vp: the VP
 * @format: as printf()'s; without end of line
 */
void exit_note(const struct vp *vp, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * exit_end() - end a VP with a message
 * @vp: the VP
 * @code: its exit code
 * @format: as printf()'s; without end of line
 *
 * Return: false, for the handler to return.
 */
bool exit_end(struct vp *vp, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * exit_length() - length of the instruction that a message is about
 * @vp: the VP
 * @header: of the message
 * @length: filled in
 *
 * Return: true, or false when the VP has ended for lack of it.
 */
bool exit_length(struct vp *vp, const struct mhv_intercept_header *header, unsigned int *length);

/**
 * exit_next_rip() - RIP after an instruction
 * @header: of the message
 * @length: of the instruction
 *
 * Return: the new RIP.
 */
__u64 exit_next_rip(const struct mhv_intercept_header *header, unsigned int length);

/**
 * exit_memory() - handle an access to what is no memory
 * @vp: the VP
 * @message: struct mhv_memory_intercept
 *
 * Return: whether the VP goes on.
 */
bool exit_memory(struct vp *vp, const struct mhv_message *message);

/**
 * exit_string_io() - handle INS and OUTS
 * @vp: the VP
 * @io: the message's payload
 *
 * Return: whether the VP goes on.
 */
bool exit_string_io(struct vp *vp, const struct mhv_io_port_intercept *io);

#endif /* MSHVRUN_EXITS_H */
