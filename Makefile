# SPDX-License-Identifier: GPL-2.0
# The one entry to building, testing and showing mshvtop. Everything it makes is under build/:
# the kernels in build/kernels, the modules in build/modules/SERIES, the programs in build/bin.
# It writes neither into the sources nor into the running system, but for missing packages.

KERNELS ?= 6.1 6.12

BUILD := build
NEWEST := $(lastword $(KERNELS))
Q := $(if $(V),,@)

SHELL := /bin/bash
.SHELLFLAGS := -e -o pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules
# bpftool, depmod and others are there, which users do not have in their path.
export PATH := $(PATH):/usr/sbin:/sbin

#: all		everything but the tests: modules, BPF programs, tools, guests, man pages
all: modules tools bpftrace guests man

#: help		this list
help:
	@echo 'mshvtop: introspection for virtual machines on the Microsoft hypervisor'
	@awk -F'\t+' '/^#: / { printf "  make %-16s%s\n", substr($$1, 4), $$2 }' \
		$(filter-out %.d,$(MAKEFILE_LIST))
	@echo 'Variables: KERNELS="$(KERNELS)" (series of Debian cloud kernels), MSHV_DROP_CAPS, V=1 (show commands)'

#: setup		install the Debian packages that are needed and missing
setup: $(BUILD)/.packages

SETUP := $(BUILD)/.packages
$(SETUP): tests/setup/packages
	$(Q)tests/setup/packages
	$(Q)mkdir -p $(@D) && touch $@

# link_tree FROM,TO: links in TO to each file of FROM, relative ones, so that a tree may be moved
link_tree = find $1 -type f ! -name '*~' -printf '%P\n' | while read -r file; do \
		mkdir -p "$2/$$(dirname "$$file")" && ln -sfr "$1/$$file" "$2/$$file"; \
	done

# Each part has its rules beside it. A part uses variables of those above it.
include module/rules.mk
include bpf/rules.mk
include tools/rules.mk
include docs/rules.mk
include tests/guests/rules.mk
include tests/bench/rules.mk
include tests/rules.mk
include tests/fuzz/readers.mk
include tests/fuzz/calls/rules.mk
include tools/install/install.mk

#: clean		remove what was built, but for kernels and roots of other releases
clean:
	rm -rf $(filter-out $(BUILD)/kernels $(SID_ROOT) $(TRIXIE_ROOT),$(wildcard $(BUILD)/*)) $(SETUP)

#: distclean	remove those as well
distclean:
	[ ! -e $(SID_ROOT) ] || $(sid_root) --remove
	[ ! -e $(TRIXIE_ROOT) ] || tests/setup/sid-root $(TRIXIE_ROOT) --remove
	rm -rf $(BUILD)

.PHONY: all help setup soak update-kernels modules modules-$(NEXT) sid-toolchain sid-qemu sparse \
	checkpatch bpf tools bpftrace man docs guests unit simulate vm-tests check check-vm \
	check-debug check-qemu check-linux-guest check-trixie abi bench check-bench demo demo-diff \
	screenshots clean distclean

-include $(shell find $(BUILD)/obj $(BUILD)/bpf $(BUILD)/guests -name '*.d' 2>/dev/null)
