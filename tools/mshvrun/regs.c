// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing of a VP's registers, see regs.h. The hypercalls take the same order of
 * registers as the register page has, so that one table serves reading.
 */
#include <stdio.h>
#include <string.h>

#include "hvcall.h"
#include "regs.h"
#include "vm.h"

#define NR_START_REGS	(MHV_NR_GPRS + 17)

struct set_regs {
	struct mhv_input_set_vp_registers header;
	struct mhv_register_assoc elements[NR_START_REGS];
};

/* Flat segments of 4 GiB, accessed; the attributes are those of mhv_segment */
#define FLAT(selector_, attributes_) \
	{ .base = 0, .limit = 0xffffffff, .selector = (selector_), .attributes = (attributes_) }
static const struct mhv_segment flat_code = FLAT(0x8, 0xc09b);
static const struct mhv_segment flat_data = FLAT(0x10, 0xc093);
static const struct mhv_segment start_tr = { .limit = 0xffff, .attributes = 0x8b };
static const struct mhv_segment start_ldtr = { .limit = 0xffff, .attributes = 0x82 };

#define START_CR0	0x31	/* PE, ET, NE */
#define START_RFLAGS	0x2

static void add(struct set_regs *set, unsigned int *n, __u32 name, union mhv_register_value value)
{
	set->elements[*n].name = name;
	set->elements[*n].value = value;
	(*n)++;
}

static void add64(struct set_regs *set, unsigned int *n, __u32 name, __u64 value)
{
	add(set, n, name, (union mhv_register_value){ .reg64 = value });
}

static void add_segment(struct set_regs *set, unsigned int *n, __u32 name,
			const struct mhv_segment *segment)
{
	add(set, n, name, (union mhv_register_value){ .segment = *segment });
}

static bool set_regs(struct vp *vp, struct set_regs *set, unsigned int n)
{
	char what[40];
	struct hvcall call = {
		.code = MHV_HVCALL_SET_VP_REGISTERS,
		.what = what,
		.in = set,
		.in_bytes = offsetof(struct set_regs, elements[n]),
		.reps = n,
	};

	set->header.vp_index = vp->index;
	snprintf(what, sizeof(what), "SET_VP_REGISTERS of VP %u", vp->index);
	return hvcall(vp->fd, &call);
}

bool regs_start(struct vp *vp, const __u64 *gpr, __u64 rip)
{
	struct set_regs set = {};
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i < MHV_NR_GPRS; i++)
		add64(&set, &n, MHV_REG_RAX + i, gpr[i]);
	add64(&set, &n, MHV_REG_RIP, rip);
	add64(&set, &n, MHV_REG_RFLAGS, START_RFLAGS);
	for (i = 0; i < MHV_NR_PAGE_SEGMENTS; i++)
		add_segment(&set, &n, MHV_REG_ES + i, i == MHV_SEG_CS ? &flat_code : &flat_data);
	add_segment(&set, &n, MHV_REG_LDTR, &start_ldtr);
	add_segment(&set, &n, MHV_REG_TR, &start_tr);
	add(&set, &n, MHV_REG_IDTR, (union mhv_register_value){ .table = { .limit = 0 } });
	add(&set, &n, MHV_REG_GDTR, (union mhv_register_value){ .table = { .limit = 0 } });
	add64(&set, &n, MHV_REG_CR0, START_CR0);
	add64(&set, &n, MHV_REG_CR3, 0);
	add64(&set, &n, MHV_REG_CR4, 0);
	add64(&set, &n, MHV_REG_EFER, 0);
	return set_regs(vp, &set, n);
}

static void read_page(const struct mhv_vp_register_page *page, struct vp_regs *regs)
{
	memcpy(regs->gpr, page->gpr, sizeof(regs->gpr));
	memcpy(regs->segment, page->segment, sizeof(regs->segment));
	regs->rip = page->rip;
	regs->rflags = page->rflags;
	regs->cr0 = page->cr0;
	regs->cr3 = page->cr3;
	regs->cr4 = page->cr4;
	regs->efer = page->efer;
}

/* What follows the general registers, whose names are consecutive as those of the segments are */
static const __u32 other_names[] = {
	MHV_REG_RIP, MHV_REG_RFLAGS,
	MHV_REG_ES, MHV_REG_CS, MHV_REG_SS, MHV_REG_DS, MHV_REG_FS, MHV_REG_GS,
	MHV_REG_CR0, MHV_REG_CR3, MHV_REG_CR4, MHV_REG_EFER,
};

#define NR_OTHERS	(sizeof(other_names) / sizeof(other_names[0]))
#define NR_READ_REGS	(MHV_NR_GPRS + NR_OTHERS)

static bool read_by_hypercall(struct vp *vp, struct vp_regs *regs)
{
	struct {
		struct mhv_input_get_vp_registers header;
		__u32 names[NR_READ_REGS];
	} in = { .header.vp_index = vp->index };
	union mhv_register_value out[NR_READ_REGS];
	const union mhv_register_value *other = out + MHV_NR_GPRS;
	char what[40];
	struct hvcall call = {
		.code = MHV_HVCALL_GET_VP_REGISTERS,
		.what = what,
		.in = &in,
		.in_bytes = sizeof(in),
		.out = out,
		.out_bytes = sizeof(out),
		.reps = NR_READ_REGS,
	};
	unsigned int i;

	for (i = 0; i < MHV_NR_GPRS; i++)
		in.names[i] = MHV_REG_RAX + i;
	memcpy(in.names + MHV_NR_GPRS, other_names, sizeof(other_names));
	snprintf(what, sizeof(what), "GET_VP_REGISTERS of VP %u", vp->index);
	if (!hvcall(vp->fd, &call))
		return false;

	for (i = 0; i < MHV_NR_GPRS; i++)
		regs->gpr[i] = out[i].reg64;
	regs->rip = (other++)->reg64;
	regs->rflags = (other++)->reg64;
	for (i = 0; i < MHV_NR_PAGE_SEGMENTS; i++)
		regs->segment[i] = (other++)->segment;
	regs->cr0 = (other++)->reg64;
	regs->cr3 = (other++)->reg64;
	regs->cr4 = (other++)->reg64;
	regs->efer = (other++)->reg64;
	return true;
}

bool regs_read(struct vp *vp, struct vp_regs *regs)
{
	if (vp->page && vp->page->isvalid) {
		read_page(vp->page, regs);
		return true;
	}
	return read_by_hypercall(vp, regs);
}

bool regs_finish(struct vp *vp, __u64 rip, __u32 mask, const __u64 *gpr)
{
	struct mhv_vp_register_page *page = vp->page;
	struct set_regs set;
	unsigned int n = 0;
	unsigned int i;

	if (page && page->isvalid) {
		for (i = 0; i < MHV_NR_GPRS; i++) {
			if (mask & (1U << i))
				page->gpr[i] = gpr[i];
		}
		page->rip = rip;
		page->dirty |= MHV_REGISTER_PAGE_DIRTY_IP |
			(mask ? MHV_REGISTER_PAGE_DIRTY_GPR : 0);
		return true;
	}
	memset(&set, 0, sizeof(set));
	add64(&set, &n, MHV_REG_RIP, rip);
	for (i = 0; i < MHV_NR_GPRS; i++) {
		if (mask & (1U << i))
			add64(&set, &n, MHV_REG_RAX + i, gpr[i]);
	}
	return set_regs(vp, &set, n);
}
