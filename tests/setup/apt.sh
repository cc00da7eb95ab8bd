# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Shared by the set-up scripts: root rights and package lists through apt.
# Only to be sourced; it changes nothing by itself.

# shellcheck source=tests/setup/root.sh
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

# apt_update: read the package lists anew.
apt_update()
{
	echo "  APT     update" >&2
	as_root apt-get -qq update
}
