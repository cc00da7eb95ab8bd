# SPDX-License-Identifier: GPL-2.0
# Man pages, docs/tracepoints.md, and the pictures.
#: man		the man pages in build/man
man: $(patsubst docs/man/%.scd,$(BUILD)/man/%,$(wildcard docs/man/*.scd))

$(BUILD)/man/%: docs/man/%.scd docs/man/paragraphs.awk | $(SETUP)
	@echo "  MAN     $*"
	$(Q)mkdir -p $(@D)
	$(Q)SOURCE_DATE_EPOCH=$$(stat -c %Y $<) scdoc <$< | awk -f docs/man/paragraphs.awk >$@

#: docs		docs/tracepoints.md, from the lists of names and the formats of events
docs:
	@echo "  DOC     tracepoints.md"
	$(Q)awk -f docs/tracepoints.awk include/mshv/*.def module/trace/*.h >docs/tracepoints.md


#: screenshots	docs/pictures/*.svg, from a recording of guests in a virtual machine
screenshots: all
	@echo "  VM      $(NEWEST)" >&2
	$(Q)tests/vm/run -k $(NEWEST) -- mshvtop record -o /mnt/out/screenshots.mshv -d 0.5 -n 20 -- \
		tests/vm/load-guests
	$(Q)PATH="$(CURDIR)/$(BUILD)/bin:$$PATH" docs/pictures/render \
		$(BUILD)/out/screenshots.mshv docs/pictures
