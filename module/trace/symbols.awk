# SPDX-License-Identifier: GPL-2.0
# Turns the name lists (include/mshv/*.def) into the macros that __print_symbolic() takes: a trace
# event's text cannot #include a list. Each list's entries are numbers with names, or names only,
# which count from 0.

BEGIN {
	print "/* SPDX-License-Identifier: GPL-2.0 */"
}

match($0, /^MSHV_(HYPERCALL|STATUS|MESSAGE|EXIT|CAP)\(/) {
	list = substr($0, 6, RLENGTH - 6)
	split(substr($0, RLENGTH + 1), arg, /[(), ]+/)
	name = list == "EXIT" ? arg[1] : arg[2]
	number = list == "EXIT" ? entries[list] + 0 : arg[1]
	text[list] = (entries[list]++ ? text[list] ", \\\n" : "") \
		sprintf("\t{ %s, \"%s\" }", number, name)
}

END {
	for (list in text)
		printf "#define MSHV_%s_SYMBOLS \\\n%s\n", list, text[list]
}
