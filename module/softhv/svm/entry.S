/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Into a guest with VMRUN, and back. From VMRUN until the host's state is loaded again nothing may
 * touch per-CPU data or be traced, and from #VMEXIT to the end nothing may return or jump through
 * memory before the return predictors are cleaned: so all of that is here, without a call.
 */
#include <linux/linkage.h>
#include <linux/version.h>
#include <asm/alternative.h>
#include <asm/asm.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>

/* Offsets in the array of general registers: enum mhv_gpr. RAX and RSP are in the VMCB. */
#define GPR_RCX	8
#define GPR_RDX	16
#define GPR_RBX	24
#define GPR_RBP	40
#define GPR_RSI	48
#define GPR_RDI	56
#define GPR_R8	64
#define GPR_R9	72
#define GPR_R10	80
#define GPR_R11	88
#define GPR_R12	96
#define GPR_R13	104
#define GPR_R14	112
#define GPR_R15	120

/*
 * Where the kernel keeps write_ibpb() for KVM, what it does is done here: a barrier, and what that
 * leaves on some CPUs, the return stack.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
.macro CLEAN_PREDICTORS
	CALL_UNTRAIN_RET
	ALTERNATIVE "jmp .Lno_barrier", "", X86_FEATURE_IBPB_ON_VMEXIT
	mov	$MSR_IA32_PRED_CMD, %ecx
	mov	$PRED_CMD_IBPB, %eax
	xor	%edx, %edx
	wrmsr
	FILL_RETURN_BUFFER %rax, RSB_CLEAR_LOOPS, X86_BUG_IBPB_NO_RET
.Lno_barrier:
.endm
#elif defined(UNTRAIN_RET_VM)
#define CLEAN_PREDICTORS	UNTRAIN_RET_VM
#else
#define CLEAN_PREDICTORS	UNTRAIN_RET
#endif

.section .noinstr.text, "ax"

/*
 * void softhv_svm_enter(u64 vmcb_pa, u64 *gpr, u64 host_vmcb_pa)
 *
 * Called with interrupts disabled, and returns so. An instruction that faults, as all of them do
 * when SVM is turned off under us, is passed over; the exit code in the VMCB is then the one that
 * the caller left there. If already CLGI faults, the rest is: interrupts stay disabled that way.
 */
SYM_FUNC_START(softhv_svm_enter)
	push	%rbp
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%rbx

1:	clgi
	push	%rdx		/* second to be needed after the exit */
	push	%rsi		/* first */

	/*
	 * With GIF clear nothing interrupts the host. IF decides whether what comes while the
	 * guest runs makes it exit.
	 */
	sti

	mov	%rdx, %rax
2:	vmsave	%rax
3:	mov	%rdi, %rax
4:	vmload	%rax
5:
	mov	GPR_RCX(%rsi), %rcx
	mov	GPR_RDX(%rsi), %rdx
	mov	GPR_RBX(%rsi), %rbx
	mov	GPR_RBP(%rsi), %rbp
	mov	GPR_RDI(%rsi), %rdi
	mov	GPR_R8(%rsi), %r8
	mov	GPR_R9(%rsi), %r9
	mov	GPR_R10(%rsi), %r10
	mov	GPR_R11(%rsi), %r11
	mov	GPR_R12(%rsi), %r12
	mov	GPR_R13(%rsi), %r13
	mov	GPR_R14(%rsi), %r14
	mov	GPR_R15(%rsi), %r15
	mov	GPR_RSI(%rsi), %rsi

6:	vmrun	%rax
7:	vmsave	%rax
8:
	pop	%rax
	mov	%rcx, GPR_RCX(%rax)
	mov	%rdx, GPR_RDX(%rax)
	mov	%rbx, GPR_RBX(%rax)
	mov	%rbp, GPR_RBP(%rax)
	mov	%rsi, GPR_RSI(%rax)
	mov	%rdi, GPR_RDI(%rax)
	mov	%r8, GPR_R8(%rax)
	mov	%r9, GPR_R9(%rax)
	mov	%r10, GPR_R10(%rax)
	mov	%r11, GPR_R11(%rax)
	mov	%r12, GPR_R12(%rax)
	mov	%r13, GPR_R13(%rax)
	mov	%r14, GPR_R14(%rax)
	mov	%r15, GPR_R15(%rax)

	pop	%rax
9:	vmload	%rax
10:
	/* 6.1 names one feature for this, later kernels the other. */
	FILL_RETURN_BUFFER %rax, RSB_CLEAR_LOOPS, X86_FEATURE_RETPOLINE, X86_FEATURE_RSB_VMEXIT
	CLEAN_PREDICTORS

	/* Leave nothing of the guest's for speculation to use. */
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d

	cli
11:	stgi
12:
	pop	%rbx
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	pop	%rbp
	RET

	_ASM_EXTABLE(1b, 12b)
	_ASM_EXTABLE(2b, 3b)
	_ASM_EXTABLE(4b, 5b)
	_ASM_EXTABLE(6b, 7b)
	_ASM_EXTABLE(7b, 8b)
	_ASM_EXTABLE(9b, 10b)
	_ASM_EXTABLE(11b, 12b)
SYM_FUNC_END(softhv_svm_enter)
