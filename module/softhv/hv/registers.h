/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers that are read and written elsewhere than in registers.c, whose table names them. Each
 * function takes a locked VP and the table's argument for the register, and returns a status.
 */
#ifndef SOFTHV_REGISTERS_H
#define SOFTHV_REGISTERS_H

#include <linux/types.h>

struct softhv_vp;
union mhv_register_value;

/* registers_fpu.c: @arg is the register's number; for the control registers nothing */
u16 softhv_get_xmm(struct softhv_vp *vp, u32 arg, union mhv_register_value *value);
u16 softhv_set_xmm(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value);
u16 softhv_get_mmx(struct softhv_vp *vp, u32 arg, union mhv_register_value *value);
u16 softhv_set_mmx(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value);
u16 softhv_get_fp_control(struct softhv_vp *vp, u32 arg, union mhv_register_value *value);
u16 softhv_set_fp_control(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value);
u16 softhv_get_xmm_control(struct softhv_vp *vp, u32 arg, union mhv_register_value *value);
u16 softhv_set_xmm_control(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value);

#endif /* SOFTHV_REGISTERS_H */
