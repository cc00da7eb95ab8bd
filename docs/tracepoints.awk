# SPDX-License-Identifier: GPL-2.0
# Makes docs/tracepoints.md from include/mshv/events.def, the formats in module/trace/*.h, and the
# other lists of names. Arguments: the lists first, then the headers.

function text_of(line)
{
	sub(/^[^"]*"/, "", line)
	sub(/"\)$/, "", line)
	return line
}

function add_name(list, number, name)
{
	names[list] = names[list] sprintf("| %s | `%s` |\n", number, name)
}

/^MSHV_EVENT\(/ {
	split(substr($0, 12), part, /[(), ]+/)
	origin[part[1]] = part[2]
	text[part[1]] = text_of($0)
	order[++nr_listed] = part[1]
}

match($0, /^MSHV_(HYPERCALL|STATUS|MESSAGE)\(/) {
	split(substr($0, RLENGTH + 1), part, /[(), ]+/)
	add_name(substr($0, 6, RLENGTH - 6), part[1], part[2])
}

/^MSHV_EXIT\(/ {
	split(substr($0, 11), part, /[(), ]+/)
	add_name("EXIT", nr_exits++, part[1])
}

# An event, or a class of events with the same fields
match($0, /^(TRACE_EVENT|TRACE_EVENT_FN|DECLARE_EVENT_CLASS)\(/) {
	name = substr($0, RLENGTH + 1)
	sub(/,.*/, "", name)
	if ($0 !~ /^DECLARE/)
		found[name] = name
}

match($0, /^DEFINE_EVENT\(/) {
	split(substr($0, RLENGTH + 1), part, /[(), ]+/)
	found[part[2]] = part[1]
}

/^\t\t__field\(/ {
	line = $0
	gsub(/^\t\t__field\(|\)$/, "", line)
	split(line, part, /, */)
	fields[name] = fields[name] (name in fields ? " " : "") part[2]
	type[name, part[2]] = part[1]
}

# What a field is printed as: the macro that names the list, or names on the spot
/__print_symbolic\(/ {
	line = $0
	while (match(line, /__print_symbolic\(__entry->[a-z_]+, *(MSHV_[A-Z]+_SYMBOLS)?/)) {
		one = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		match(one, /->[a-z_]+/)
		field = substr(one, RSTART + 2, RLENGTH - 2)
		list = match(one, /MSHV_[A-Z]+_SYMBOLS/) ? \
			tolower(substr(one, RSTART + 5, RLENGTH - 13)) : ""
		printed[name, field] = list && list != "cap" ? \
			"by name, [" list "](#" list ")" : "by name"
	}
}

function show(event,    class, list, n, i)
{
	class = found[event]
	printf "\n### %s\n\n%s", event, text[event] ? text[event] : "Of no other event's kind."
	print origin[event] == "MAINLINE" ? " Linux's own driver has it too." : ""
	print "\n| field | type | printed |\n|---|---|---|"
	n = split(fields[class], list, " ")
	for (i = 1; i <= n; i++)
		printf "| `%s` | %s | %s |\n", list[i], type[class, list[i]], printed[class, list[i]]
}

function show_names(list, title, first)
{
	printf "\n## %s\n\n%s\n\n| number | name |\n|---|---|\n%s", tolower(list), title, names[list]
}

END {
	print "<!-- SPDX-License-Identifier: GPL-2.0 -->"
	print "# Tracepoints\n"
	print "Made by `make docs` from `include/mshv/*.def` and `module/trace/*.h`; change those.\n"
	print "All are in the system `mshv`: `/sys/kernel/tracing/events/mshv/`. Durations are taken while an"
	print "event that carries them is enabled; with all off, the driver reads no clock. A number that is in"
	print "no list is printed as it is. [bpftrace.md](bpftrace.md) and [regressions.md](regressions.md) show"
	print "how they are used.\n"
	print "## Events"
	for (i = 1; i <= nr_listed; i++)
		if (order[i] in found)
			show(order[i])
	# Those that nobody has described yet, by name
	n = 0
	for (event in found)
		if (!(event in text))
			others[++n] = event
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && others[j] < others[j - 1]; j--) {
			event = others[j]
			others[j] = others[j - 1]
			others[j - 1] = event
		}
	for (i = 1; i <= n; i++)
		show(others[i])
	show_names("EXIT", "Why an exit cycle began, as `mshv_exit_done` has it; the numbers are of this version only.")
	show_names("HYPERCALL", "Codes of hypercalls.")
	show_names("MESSAGE", "Types of messages.")
	show_names("STATUS", "Statuses of hypercalls.")
}
