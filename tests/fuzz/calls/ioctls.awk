# SPDX-License-Identifier: GPL-2.0
# The driver's ioctls from its header: a line of a table each, with the kind of descriptor that the
# header's part is about. An ioctl that is added to the header is in the table with the next build.
/^ \* \/dev\/mshv$/ { kind = "DEVICE" }
/^ \* Partition descriptors/ { kind = "PARTITION" }
/^ \* VP descriptors/ { kind = "VP" }
/^ \* Capabilities:/ { kind = "ANY" }
/^ \* Virtual trust levels:/ { kind = "FOREIGN" }
/^#define[ \t]+MSHV_[A-Z0-9_]+[ \t]+_IO[WR]*\(/ { printf "{ \"%s\", %s, KIND_%s },\n", $2, $2, kind }
