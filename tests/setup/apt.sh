# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Shared by the set-up scripts: root rights, package lists through apt, and the Debian mirror.
# Only to be sourced; it changes nothing by itself.

# shellcheck source=tests/setup/root.sh
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

# apt_update: read the package lists anew.
apt_update()
{
	echo "  APT     update" >&2
	as_root apt-get -qq update
}

# debian_mirror: print the address of the mirror that this machine's main distribution comes from.
# Reads the package lists anew when there are none; fails when apt's sources name no Debian mirror.
debian_mirror()
{
	local address

	address=$(mirror_of_lists)
	[ -n "$address" ] || { apt_update && address=$(mirror_of_lists); }
	[ -n "$address" ] || { echo "mshvtop: apt has no Debian mirror in its sources" >&2; return 1; }
	echo "$address"
}

mirror_of_lists()
{
	apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL) $(COMPONENT)' 'Created-By: Packages' |
		awk '$2 == "Debian" && $3 == "Debian" && $4 == "main" { print $1; exit }'
}

# use_sid DIR: read lists of Debian's unstable distribution into DIR, unless those there are new, and
# set sid_apt, the options that make apt-get and apt-cache use them and not the machine's own.
use_sid()
{
	local from

	mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
	if [ ! -s "$1/sources" ]; then
		from=$(debian_mirror) || return 1
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from sid main" \
			>"$1/sources"
	fi
	sid_apt=(-qq -o "Dir::State::lists=$1/lists" -o "Dir::Cache=$1/cache"
		-o "Dir::Etc::sourcelist=$1/sources" -o Dir::Etc::sourceparts=/dev/null
		-o APT::Sandbox::User=root)
	if [ -z "$(find "$1/lists" -name '*Packages*' -mtime -7)" ]; then
		echo "  APT     update (sid)" >&2
		apt-get "${sid_apt[@]}" update
	fi
}
