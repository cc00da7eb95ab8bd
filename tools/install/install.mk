# SPDX-License-Identifier: GPL-2.0
# Included by Makefile: puts what was built where programs are looked for, and takes it away again.
# One list of pairs, SOURCE:PLACE below DESTDIR, serves both, so nothing can be left behind.

PREFIX ?= /usr/local
DESTDIR ?=
VERSION := $(shell sed -n 's/.*MSHV_TOOLS_VERSION.*"\(.*\)"/\1/p' tools/lib/version.h)
MODULE_PLACE := /usr/src/mshv-$(VERSION)
COMPLETIONS := $(PREFIX)/share/bash-completion/completions
INSTALL_OUT := $(BUILD)/install

MAN := $(patsubst docs/man/%.scd,$(BUILD)/man/%,$(wildcard docs/man/*.scd))

# to DIR, FILES: a pair for each
to = $(foreach f,$2,$f:$1/$(notdir $f))

INSTALL_PROGRAMS := $(call to,$(PREFIX)/bin,$(TOOLS:%=$(BUILD)/bin/%)) \
	$(call to,$(PREFIX)/share/mshvtop/bpftrace,$(BT))
INSTALL_FILES := $(call to,$(PREFIX)/share/man/man8,$(MAN)) \
	$(foreach t,$(TOOLS),tools/completion/mshv.bash:$(COMPLETIONS)/$t) \
	$(call to,$(PREFIX)/share/doc/mshvtop,README.md $(wildcard docs/*.md)) \
	tools/install/modules-load.conf:$(PREFIX)/share/doc/mshvtop/examples/modules-load.d/mshv.conf \
	include/uapi/linux/mshv.h:$(PREFIX)/include/mshv/linux/mshv.h \
	$(INSTALL_OUT)/mshv.pc:$(PREFIX)/share/pkgconfig/mshv.pc \
	tools/install/60-mshv.rules:$(PREFIX)/lib/udev/rules.d/60-mshv.rules \
	$(INSTALL_OUT)/dkms.conf:$(MODULE_PLACE)/dkms.conf \
	$(foreach f,$(MODULE_SRC),$f:$(MODULE_PLACE)/$f)

# What the files that were made with other places or another version need
INSTALL_VALUES := -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@VERSION@|$(VERSION)|g'

$(INSTALL_OUT)/%: tools/install/%.in FORCE
	$(Q)mkdir -p $(@D)
	$(Q)sed $(INSTALL_VALUES) $< >$@

FORCE:

# DKMS builds for kernels of the system that it runs on, so only there. DKMS_KERNEL names another
# than the running one.
DKMS = $(if $(DESTDIR),,$(shell command -v dkms))

#: install	into DESTDIR and PREFIX (/usr/local): tools, man pages, scripts, header; modules by DKMS
install: tools bpftrace man $(INSTALL_OUT)/mshv.pc $(INSTALL_OUT)/dkms.conf
	@echo "  INSTALL $(DESTDIR)$(PREFIX)"
	$(Q)$(foreach p,$(INSTALL_PROGRAMS),install -D -m 755 $(subst :, $(DESTDIR),$p);)
	$(Q)$(foreach p,$(INSTALL_FILES),install -D -m 644 $(subst :, $(DESTDIR),$p);)
	$(Q)$(if $(DKMS),dkms remove mshv/$(VERSION) --all >/dev/null 2>&1 || true; \
		dkms install mshv/$(VERSION) $(addprefix -k ,$(DKMS_KERNEL)), \
		echo "  modules: $(DESTDIR)$(MODULE_PLACE), for dkms install mshv/$(VERSION)")

#: uninstall	take away what install put there, with the same DESTDIR and PREFIX
uninstall:
	@echo "  REMOVE  $(DESTDIR)$(PREFIX)"
	$(Q)$(if $(DKMS),dkms remove mshv/$(VERSION) --all >/dev/null 2>&1 || true)
	$(Q)rm -f $(foreach p,$(INSTALL_PROGRAMS) $(INSTALL_FILES), \
		'$(DESTDIR)$(word 2,$(subst :, ,$p))')
	$(Q)for dir in $(MODULE_PLACE) $(PREFIX)/share/mshvtop $(PREFIX)/share/doc/mshvtop \
			$(PREFIX)/include/mshv $(if $(DESTDIR),/); do \
		[ ! -d "$(DESTDIR)$$dir" ] || \
			find "$(DESTDIR)$$dir" -mindepth 1 -depth -type d -empty -delete; \
		[ "$$dir" = / ] || rmdir "$(DESTDIR)$$dir" 2>/dev/null || true; \
	done

.PHONY: FORCE install uninstall
