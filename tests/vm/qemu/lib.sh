# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the cases with Debian sid's QEMU share; sourced, not run, and only in the virtual machine.

# shellcheck source=tests/vm/cases/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../cases/lib.sh"
sid_root=$MSHV_BUILD/sid-root

# in_sid COMMAND...: in the tree that tests/setup/sid-root made; /tmp is the same within. Takes this
# shell's place, so that the process id of a background job is the command's.
in_sid() {
	exec "$MSHV_TOP/tests/setup/in-root" "$sid_root" "$@"
}

# start_qemu ACCELERATOR ARGUMENTS...: QEMU in the background, with nothing that is not asked for but
# what SeaBIOS prints in $work/firmware, and what QEMU itself says in $work/qemu.err
start_qemu() {
	local accelerator=$1
	shift
	: >"$work/firmware"
	in_sid qemu-system-x86_64 -accel "$accelerator" -nodefaults -no-user-config -display none \
		-machine pc -m 64 -chardev "file,id=firmware,path=$work/firmware" \
		-device isa-debugcon,iobase=0x402,chardev=firmware "$@" \
		>"$work/qemu.out" 2>"$work/qemu.err" </dev/null &
	qemu_pid=$!
}

# firmware_says SECONDS REGEX: wait until it does
firmware_says() {
	wait_for $(($1 * MSHV_SLOW)) firmware_said "$2" ||
		fail "in $(($1 * MSHV_SLOW)) s no '$2' among: $(tail -n 20 "$work/firmware" "$work/qemu.err")"
}

firmware_said() {
	kill -0 "$qemu_pid" 2>/dev/null || fail "QEMU ended: $(cat "$work/qemu.err")"
	grep -qE "$1" "$work/firmware"
}

stop_qemu() {
	kill "$qemu_pid"
	wait "$qemu_pid"
}
