// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of x87 and SSE by the hypervisor's names, which softhv has in the form of FXSAVE.
 */
#include <linux/string.h>

#include "softhv/hv/registers.h"
#include "softhv/softhv.h"

#define X87_BYTES	10	/* of a register */

u16 softhv_get_xmm(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	memcpy(&value->reg128, &vp->fpu->xmm_space[4 * arg], sizeof(value->reg128));
	return MHV_STATUS_SUCCESS;
}

u16 softhv_set_xmm(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	memcpy(&vp->fpu->xmm_space[4 * arg], &value->reg128, sizeof(value->reg128));
	return MHV_STATUS_SUCCESS;
}

u16 softhv_get_mmx(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	memcpy(&value->reg128, &vp->fpu->st_space[4 * arg], X87_BYTES);
	return MHV_STATUS_SUCCESS;
}

u16 softhv_set_mmx(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	memcpy(&vp->fpu->st_space[4 * arg], &value->reg128, 10);
	return MHV_STATUS_SUCCESS;
}

/* Control word 15:0, status 31:16, tags 39:32, opcode 63:48; high word: instruction pointer */
u16 softhv_get_fp_control(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg128.low = vp->fpu->cwd | (u64)vp->fpu->swd << 16 |
			    (u64)(vp->fpu->twd & 0xff) << 32 | (u64)vp->fpu->fop << 48;
	value->reg128.high = vp->fpu->rip;
	return MHV_STATUS_SUCCESS;
}

u16 softhv_set_fp_control(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	vp->fpu->cwd = value->reg128.low;
	vp->fpu->swd = value->reg128.low >> 16;
	vp->fpu->twd = (value->reg128.low >> 32) & 0xff;
	vp->fpu->fop = value->reg128.low >> 48;
	vp->fpu->rip = value->reg128.high;
	return MHV_STATUS_SUCCESS;
}

/* Data pointer in the low word; MXCSR in 31:0 and its mask in 63:32 of the high word */
u16 softhv_get_xmm_control(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg128.low = vp->fpu->rdp;
	value->reg128.high = vp->fpu->mxcsr | (u64)softhv_caps.mxcsr_mask << 32;
	return MHV_STATUS_SUCCESS;
}

u16 softhv_set_xmm_control(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	u32 mxcsr = lower_32_bits(value->reg128.high);

	/* FXRSTOR would fault on it. */
	if (mxcsr & ~softhv_caps.mxcsr_mask)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->fpu->rdp = value->reg128.low;
	vp->fpu->mxcsr = mxcsr;
	return MHV_STATUS_SUCCESS;
}
