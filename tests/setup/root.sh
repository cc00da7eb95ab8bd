# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Root rights for the scripts that need them.
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

# become_root "$0" "$@": run the script again as root, unless it is. What it leaves in the build folder
# has to be handed back with give_back.
become_root()
{
	[ "$(id -u)" -ne 0 ] || return 0
	command -v sudo >/dev/null || as_root "$@" || exit 1
	exec sudo env ${MSHV_BUILD:+MSHV_BUILD="$MSHV_BUILD"} ${MSHV_ACCEL:+MSHV_ACCEL="$MSHV_ACCEL"} "$@"
}

# give_back DIR...: to the user who called sudo
give_back()
{
	[ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-}" "$@"
}
