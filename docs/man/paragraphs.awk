# SPDX-License-Identifier: GPL-2.0
# Drops the paragraph macros of scdoc (.P, later .PP) where no paragraph follows: readers ignore them,
# the lint of mandoc does not.
/^\.PP?$/ {
	pending = 1
	next
}

pending {
	pending = 0
	if (!heading && (/^[^.]/ || /^\.[BI] /))
		print ".PP"
}

{
	print
	heading = /^\.S[HS]/
}
