/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The local APIC of a VP, as the files of softhv see it. Two kinds of functions: those that need
 * the VP locked look at the registers; those that send something to a VP need no lock, may be
 * called in hard interrupt context, and only leave a request that the VP takes up before it enters
 * its guest. Included by softhv.h.
 */
#ifndef SOFTHV_LAPIC_H
#define SOFTHV_LAPIC_H

#include <linux/bitmap.h>
#include <linux/hrtimer.h>
#include <linux/types.h>

#include <mshv/hvabi_state.h>
#include <mshv/hvabi_synic.h>

struct softhv_args;
struct softhv_mmio;
struct softhv_partition;
struct softhv_vp;

#define SOFTHV_APIC_BASE	0xfee00000ULL
#define SOFTHV_NR_VECTORS	256

/* An integrated APIC, with softhv_lvt as its table */
#define SOFTHV_LAPIC_VERSION	((SOFTHV_NR_LVTS - 1) << 16 | 0x14)
#define SOFTHV_LVT_VECTOR	0xff
#define SOFTHV_LAPIC_DFR_MODEL	0xf0000000
#define SOFTHV_LAPIC_DIVIDE_VALID	0xb

enum softhv_lvt {
	SOFTHV_LVT_TIMER,
	SOFTHV_LVT_THERMAL,
	SOFTHV_LVT_PERFMON,
	SOFTHV_LVT_LINT0,
	SOFTHV_LVT_LINT1,
	SOFTHV_LVT_ERROR,
	SOFTHV_NR_LVTS
};

/* Requests to a VP: bits of &softhv_lapic.requests */
enum softhv_request {
	SOFTHV_REQUEST_VECTORS,		/* &softhv_lapic.posted is not empty */
	SOFTHV_REQUEST_STIMERS,		/* &softhv_vp.stimers_fired is not empty */
	SOFTHV_REQUEST_NMI,
	SOFTHV_REQUEST_EXTINT,		/* with the vector in &softhv_lapic.extint_vector */
	SOFTHV_REQUEST_CLEAR_EXTINT,
	SOFTHV_REQUEST_INIT,
	SOFTHV_REQUEST_SIPI,		/* with &softhv_lapic.sipi_vector */
};

/**
 * struct softhv_lapic - a local APIC
 * @requests: enum softhv_request; set by anybody
 * @posted: vectors to be taken into @irr; set by anybody
 * @posted_level: those of them that are level triggered
 * @extint_vector: of the ExtINT that was requested last
 * @sipi_vector: of the startup IPI that was requested last
 *
 * What follows is protected by the VP's lock. Who sends an interrupt reads single registers of
 * the possible targets without it: @id, @ldr, @dfr, @spurious, @lvt, @ppr.
 *
 * @wait_for_sipi: was not started yet, or is in INIT
 * @nmi: an NMI waits
 * @extint: an interrupt of the parent's PIC waits: its vector, or -1
 * @eoi: what the parent is to be told about, a level-triggered vector, or -1
 * @id: the register; in x2APIC mode all 32 bits are the id
 * @tpr: the register; bits 7:4 are in the VMCB too, where the guest changes them
 * @ppr: the processor priority
 * @isr: vectors in service
 * @tmr: vectors that are level triggered
 * @irr: vectors that wait
 * @esr: errors that a read of the register shows
 * @errors: errors since it was written last
 * @icr: the interrupt command register
 * @lvt: the local vector table
 * @lvt_cmci: an entry without effect, kept for the parent
 * @initial_count: the register
 * @divide: the register
 * @timer: fires for the LVT's timer
 * @timer_start: when it was started
 * @timer_ns: after how long it fires, 0 while it does not run
 * @timer_rests: @timer does not fire, because that would have no effect; set by its callback
 */
struct softhv_lapic {
	unsigned long requests;
	DECLARE_BITMAP(posted, SOFTHV_NR_VECTORS);
	DECLARE_BITMAP(posted_level, SOFTHV_NR_VECTORS);
	u8 extint_vector;
	u8 sipi_vector;

	bool wait_for_sipi;
	bool nmi;
	s16 extint;
	s16 eoi;
	u32 id;
	u32 ldr;
	u32 dfr;
	u32 spurious;
	u8 tpr;
	u8 ppr;
	DECLARE_BITMAP(isr, SOFTHV_NR_VECTORS);
	DECLARE_BITMAP(tmr, SOFTHV_NR_VECTORS);
	DECLARE_BITMAP(irr, SOFTHV_NR_VECTORS);
	u32 esr;
	u32 errors;
	u64 icr;
	u32 lvt[SOFTHV_NR_LVTS];
	u32 lvt_cmci;
	u32 initial_count;
	u32 divide;
	struct hrtimer timer;
	ktime_t timer_start;
	u64 timer_ns;
	bool timer_rests;
};

/* lapic.c */
void softhv_lapic_create(struct softhv_vp *vp);
void softhv_lapic_reset(struct softhv_vp *vp);
bool softhv_lapic_base_ok(const struct softhv_vp *vp, u64 value, bool by_guest);
void softhv_lapic_set_base(struct softhv_vp *vp, u64 value);
bool softhv_lapic_x2apic(const struct softhv_vp *vp);
bool softhv_lapic_accepts(const struct softhv_vp *vp);
void softhv_lapic_post(struct softhv_vp *vp, u8 vector, bool level);
void softhv_lapic_request(struct softhv_vp *vp, enum softhv_request request);
void softhv_lapic_lint(struct softhv_vp *vp, u32 pin, u8 vector);
void softhv_lapic_error(struct softhv_vp *vp, u32 error);
void softhv_lapic_sync(struct softhv_vp *vp);
void softhv_lapic_update_ppr(struct softhv_vp *vp);
void softhv_lapic_set_tpr(struct softhv_vp *vp, u8 value);
void softhv_lapic_set_lvt(struct softhv_vp *vp, enum softhv_lvt lvt, u32 value);
void softhv_lapic_set_spurious(struct softhv_vp *vp, u32 value);
void softhv_lapic_eoi(struct softhv_vp *vp);
int softhv_lapic_pending(struct softhv_vp *vp, bool *extint);
void softhv_lapic_acknowledge(struct softhv_vp *vp, int vector, bool extint);
bool softhv_lapic_tpr_blocks(struct softhv_vp *vp);
void softhv_lapic_get_state(struct softhv_vp *vp, struct mhv_lapic_state *state);
u16 softhv_lapic_set_state(struct softhv_vp *vp, const struct mhv_lapic_state *state);

/* timer.c */
void softhv_lapic_timer_init(struct softhv_vp *vp);
void softhv_lapic_timer_start(struct softhv_vp *vp, u32 initial_count);
void softhv_lapic_timer_resume(struct softhv_vp *vp);
void softhv_lapic_timer_stop(struct softhv_vp *vp);
u32 softhv_lapic_timer_count(const struct softhv_vp *vp);

/* regs.c */
bool softhv_lapic_mmio(struct softhv_vp *vp, u64 gpa);
bool softhv_lapic_msr_read(struct softhv_vp *vp, u32 msr, u64 *value);
bool softhv_lapic_msr_write(struct softhv_vp *vp, u32 msr, u64 value);

/* ipi.c */
void softhv_ipi_send(struct softhv_vp *vp, u64 icr);
u16 softhv_assert_virtual_interrupt(struct softhv_args *args);
u16 softhv_clear_virtual_interrupt(struct softhv_args *args);

#endif /* SOFTHV_LAPIC_H */
