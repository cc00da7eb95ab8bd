# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Shared by the set-up scripts: root rights and package lists through apt.
# Only to be sourced; it changes nothing by itself.

# as_root COMMAND...: run it as root, directly or through sudo.
# Without either, say which command the user has to run, and fail.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "mshvtop: set-up needs root and there is no sudo; run as root: $*" >&2
		return 1
	fi
}

# apt_update: read the package lists anew.
apt_update()
{
	echo "  APT     update" >&2
	as_root apt-get -qq update
}
