# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034
# What the scripts that boot kernels know of build/kernels, and of the speed of this machine. A kernel directory with a file "special" is
# used only where it is asked for; the file says what is special, in the terms of use_kernel().
# Only to be sourced; it changes nothing by itself.

# newest_kernel BUILD: print the newest series that is nothing special
newest_kernel()
{
	local kernel

	for kernel in "$1"/kernels/*; do
		[ ! -s "$kernel/release" ] || [ -e "$kernel/special" ] || echo "${kernel##*/}"
	done | sort -V | tail -n 1
}

# use_kernel DIR: set image (the file to boot, below DIR), slow (how many times longer than on other
# kernels everything takes), kernel_memory (MiB that it needs), and machine (what QEMU should be)
use_kernel()
{
	image=vmlinux slow=1 kernel_memory=1024 machine=pc
	# shellcheck disable=SC1091
	[ ! -e "$1/special" ] || . "$1/special"
}

# slowness: print by what limits of time have to be multiplied here and now: 2 on the idle machine that
# they were made for, more on a slower one, or beside other work. That machine takes NOMINAL_MS for the
# loop.
slowness()
{
	local begin=${EPOCHREALTIME/./} NOMINAL_MS=650 i ms

	for ((i = 0; i < 450000; i++)); do :; done
	ms=$(((${EPOCHREALTIME/./} - begin) / 1000))
	i=$(((2 * ms + NOMINAL_MS - 1) / NOMINAL_MS))
	echo $((i < 2 ? 2 : i > 20 ? 20 : i))
}
