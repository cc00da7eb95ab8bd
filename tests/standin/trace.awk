# SPDX-License-Identifier: GPL-2.0
# Makes the stand-in's trace events of those of module/trace/*.h that include/mshv/events.def says
# Linux has too, with the classes that they are of. Arguments: events.def, then the headers twice.

function name_of(line, part)
{
	gsub(/^[A-Z_]+\(|\);?$/, "", line)
	split(line, names, /, */)
	return names[part]
}

FNR == 1 {
	file++
}

/^MSHV_EVENT\(/ {
	wanted[name_of($0, 1)] = name_of($0, 2) == "MAINLINE"
	next
}

/^DEFINE_EVENT\(/ && wanted[name_of($0, 2)] {
	wanted[name_of($0, 1)] = 1
}

/^(TRACE_EVENT|DECLARE_EVENT_CLASS)\(/ {
	inside = wanted[name_of($0, 1)]
}

/^DEFINE_EVENT\(/ {
	inside = wanted[name_of($0, 2)]
}

inside {
	if (file > headers + 1)
		text = text $0 "\n"
	if (/^\);/)
		inside = 0
}

END {
	print "/* SPDX-License-Identifier: GPL-2.0 */"
	print "#undef TRACE_SYSTEM\n#define TRACE_SYSTEM mshv"
	print "#if !defined(STANDIN_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)"
	print "#define STANDIN_EVENTS_H"
	print "#include <linux/tracepoint.h>\n#include <linux/types.h>\n#include <mshv/hvabi.h>\n"
	print "struct mshv_partition;\nstruct mshv_vp;\n"
	printf "%s", text
	print "#endif"
	print "#undef TRACE_INCLUDE_PATH\n#define TRACE_INCLUDE_PATH ."
	print "#undef TRACE_INCLUDE_FILE\n#define TRACE_INCLUDE_FILE standin_events"
	print "#include <trace/define_trace.h>"
}
