# SPDX-License-Identifier: GPL-2.0
# Completion for bash of mshvtop, mshvtrace, mshvcaps and mshvrun; sourced, not run. Options come from --help, so
# that this file has no list of them that could go stale.

# _mshv_options COMMAND...: the long options that its --help has
_mshv_options()
{
	"$@" --help 2>/dev/null | grep -oE -- '^ +(-., +)?--[a-z-]+' | grep -oE -- '--[a-z-]+'
}

_mshv_complete()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} tool=$1
	local mode=() words=''

	if [ "${tool##*/}" = mshvtop ] && [ "$COMP_CWORD" -gt 1 ]; then
		case ${COMP_WORDS[1]} in
		record | replay | diff) mode=("${COMP_WORDS[1]}") ;;
		esac
	fi
	case $before in
	-e | --events) words='hypercalls exits intercepts' ;;
	--need) words=$(mshvcaps list 2>/dev/null | awk 'NR > 1 { print $2 }') ;;
	--fail-on) words=$(printf '%s:+ ' rate p50 p90 p99 max share) ;;
	esac
	if [ -z "$words" ] && [[ $word == -* ]]; then
		words=$(_mshv_options "$tool" "${mode[@]}")
	elif [ -z "$words" ] && [ "${tool##*/}" = mshvtop ] && [ "$COMP_CWORD" = 1 ]; then
		words='record replay diff'
	elif [ -z "$words" ] && [ "${tool##*/}" = mshvcaps ] && [ "$COMP_CWORD" = 1 ]; then
		words='list check used diff'
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _mshv_complete mshvtop mshvtrace mshvcaps mshvrun
