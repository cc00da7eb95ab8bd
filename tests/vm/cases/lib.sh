# SPDX-License-Identifier: GPL-2.0
# What the VM cases share; sourced, not run. Nothing here prints unless something is wrong.

set -u
tracing=/sys/kernel/tracing
softhv=/sys/kernel/debug/softhv
guests=$MSHV_BUILD/guests
work=$(mktemp -d)
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null' EXIT

fail() {
	echo "FAIL: $*"
	exit 1
}

# is WHAT GOT WANTED: fails unless they are the same text
is() {
	[ "$2" = "$3" ] || fail "$1 is '$2', should be '$3'"
}

# wait_for SECONDS COMMAND...: until the command succeeds; far longer where other work slows everything
wait_for() {
	local end=$((SECONDS + 6 * $1 * MSHV_SLOW))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

hypervisor_is_empty() {
	[ "$(cat "$softhv/partitions")" = 0 ] && [ "$(cat "$softhv/vps")" = 0 ] &&
		[ "$(cat "$softhv/deposited_pages")" = 0 ] && [ "$(cat "$softhv/gpa_pages")" = 0 ] &&
		[ "$(cat "$softhv/ports")" = 0 ]
}

no_mshv_bpf() {
	! bpftool prog show | grep -q 'name mshv_'
}

# programs_attached PREFIX: there are BPF programs of such names, and all are attached
programs_attached() {
	local programs links

	programs=$(bpftool -j prog show | jq -c --arg p "$1" '[.[] | select(.name // "" | startswith($p)) | .id]')
	links=$(bpftool -j link show | jq --argjson ids "$programs" '[.[] | select(.prog_id | IN($ids[]))] | length')
	[ "$programs" != "[]" ] && [ "$(jq length <<<"$programs")" = "$links" ]
}

# merge SCRIPT...: one program of several for bpftrace, which is slow to start; each name of a list is
# set once in it, and # lines are for the shell only
merge() {
	awk '
	/^#/ { next }
	/^BEGIN$/ || /^END$/ { part = $0; next }
	part && /^[{]$/ { next }
	part && /^}$/ { part = ""; next }
	part { if (!seen[part, $0]++) text[part] = text[part] $0 "\n"; next }
	{ print }
	END { for (p in text) printf "%s\n{\n%s}\n", p, text[p] }' "$@"
}

# start_top FILE ARGUMENTS...: mshvtop in the background, its JSON in FILE; returns when it counts
start_top() {
	local file=$1
	shift
	mshvtop -b --json "$@" >"$file" 2>"$file.err" &
	top_pid=$!
	wait_for 60 test -s "$file" || fail "mshvtop printed nothing in 60 s: $(cat "$file.err")"
}

stop_top() {
	kill -INT "$top_pid"
	wait "$top_pid" || fail "mshvtop ended with $?: $(cat "$1.err")"
}

# with_btf MODULE OLD NEW COMMAND...: the command with a name in the module's BTF replaced by one as long
with_btf() {
	local btf=/sys/kernel/btf/$1 status

	LC_ALL=C sed "s/\\x00$2\\x00/\\x00$3\\x00/" "$btf" >"$work/btf.$1"
	! cmp -s "$btf" "$work/btf.$1" || fail "$btf has no name $2"
	shift 3
	mount --bind "$work/${btf/*\//btf.}" "$btf" || fail "$btf cannot be covered"
	"$@"
	status=$?
	umount "$btf"
	return $status
}

# Programs that were attached to a driver's events let go of it a little later.
unload_standin() {
	[ ! -e /sys/module/mshv_root ] || rmmod mshv_root 2>/dev/null
}

# standin_instead FILE: a stand-in for Linux's own driver in place of ours, until the case ends
standin_instead() {
	if [ ! -e "$1" ]; then
		echo "$1: not built for this kernel"
		exit 77
	fi
	trap 'kill $(jobs -p) 2>/dev/null; tmux -S "$work/tmux" kill-server 2>/dev/null; cd /
		wait_for 20 unload_standin; "$MSHV_TOP/tests/vm/load"; rm -rf "$work"' EXIT
	if [ -e /sys/module/mshv ]; then
		rmmod softhv && rmmod mshv || fail "ours does not unload"
	fi
	insmod "$1" || fail "the stand-in does not load"
}
