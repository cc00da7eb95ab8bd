# SPDX-License-Identifier: GPL-2.0
# Drops scdoc's paragraph macros where no paragraph follows: readers ignore them, mandoc's lint does not.
/^\.P$/ {
	pending = 1
	next
}

pending {
	pending = 0
	if (!heading && (/^[^.]/ || /^\.[BI] /))
		print ".P"
}

{
	print
	heading = /^\.S[HS]/
}
