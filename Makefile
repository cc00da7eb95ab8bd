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
		Makefile tools/install/install.mk
	@echo 'Variables: KERNELS="$(KERNELS)" (series of Debian cloud kernels), MSHV_DROP_CAPS, V=1 (show commands)'

#: setup		install the Debian packages that are needed and missing
setup: $(BUILD)/.packages

SETUP := $(BUILD)/.packages
$(SETUP): tests/setup/packages
	$(Q)tests/setup/packages
	$(Q)mkdir -p $(@D) && touch $@

# --- Kernels and modules -------------------------------------------------------------------------

# Beside KERNELS, for targets that say so: one with checks, and the next of Debian, in its unstable
# distribution, which has the compiler and the libraries for it.
DEBUG := debug
NEXT := 7.2
get_$(DEBUG) := tests/setup/debug-kernel $(firstword $(KERNELS))
get_$(NEXT) := tests/setup/kernel --sid $(BUILD)/sid/apt $(NEXT)
get_kernel = $(or $(get_$1),tests/setup/kernel $1)

# People share a tree: what takes long is done by one make at a time, and once.
$(BUILD)/kernels/%/release: | $(SETUP)
	$(Q)mkdir -p $(BUILD)/kernels
	$(Q)flock $(BUILD)/kernels/.lock$(if $(get_$*),-$*) \
		$(SHELL) -c '[ -e $@ ] || $(call get_kernel,$*) $(@D)'

#: update-kernels	fetch the kernels again: newer packages may be there
update-kernels: | $(SETUP)
	$(Q)tests/setup/kernel --update
	$(Q)for k in $(KERNELS); do tests/setup/kernel $$k $(BUILD)/kernels/$$k; done

MODULES := mshv softhv
MODULE_SRC := $(shell find module include -type f ! -name '.*' ! -name '*~' 2>/dev/null)

#: modules	mshv.ko and softhv.ko for each of KERNELS
modules: $(KERNELS:%=$(BUILD)/modules/%/.built)

# kbuild writes beside the sources, so it works on a tree of symbolic links to them.
$(BUILD)/modules/%/.built: $(MODULE_SRC) $(BUILD)/kernels/%/release | $(SETUP)
	@echo "  KBUILD  $*"
	$(Q)mkdir -p $(@D)
	+$(Q)flock $(BUILD)/modules/.lock-$* $(MAKE) --no-print-directory kbuild-$*
	$(Q)touch $@

kbuild-%:
	$(Q)find $(BUILD)/modules/$* -xtype l -delete
	$(Q)cp -rsf $(CURDIR)/module/. $(BUILD)/modules/$*
	+$(Q)$(call run_kbuild,$*) modules
	$(Q)for m in $(MODULES:%=$(BUILD)/modules/$*/%.ko); do \
		readelf -SW $$m | grep ' \.BTF ' >/dev/null || \
			{ echo "$$m: no .BTF section; is pahole (package dwarves) there?" >&2; exit 1; }; \
	done

# What a kernel can do only to modules that ask for it: count which lines run, and check arithmetic.
kbuild_options_$(DEBUG) := GCOV_PROFILE=y UBSAN_SANITIZE=y
kbuild_root_$(NEXT) = tests/setup/in-root $(SID_ROOT)
# run_kbuild SERIES [DIR]. The 6.1 headers lack resolve_btfids, which only modules with kfuncs need.
run_kbuild = hdr=$(CURDIR)/$(BUILD)/kernels/$1/headers; \
	[ -e $$hdr/tools/bpf/resolve_btfids/resolve_btfids ] || ids=RESOLVE_BTFIDS=true; \
	$(kbuild_root_$1) $(MAKE) -s --no-print-directory -C $$hdr \
		M=$(CURDIR)/$(or $2,$(BUILD)/modules/$1) MSHV_SRC=$(CURDIR) $$ids $(kbuild_options_$1)

#: modules-7.2	the modules for the newest kernel of Debian sid, built in a sid root
modules-$(NEXT): $(BUILD)/modules/$(NEXT)/.built

$(BUILD)/modules/$(NEXT)/.built: | sid-toolchain

SID_ROOT := $(BUILD)/sid-root
sid_root = tests/setup/sid-root $(SID_ROOT)
TRIXIE_ROOT := $(BUILD)/trixie-root

# The compiler is the one that the kernel's headers name.
sid-toolchain: $(BUILD)/kernels/$(NEXT)/release
	$(Q)$(sid_root) make dwarves \
		$$(grep -o 'gcc-[0-9]*' $(BUILD)/kernels/$(NEXT)/headers/.kernelvariables | head -n 1)

#: sparse	check the modules with sparse
sparse: $(SETUP) $(KERNELS:%=sparse-%)

sparse-%: $(BUILD)/modules/%/.built
	+$(Q)$(call run_kbuild,$*) C=2 CF=-Wsparse-error modules

#: checkpatch	check the style of the modules with the kernel's own script
checkpatch: $(BUILD)/checkpatch/.unpacked
	$(Q)tests/checkpatch $(BUILD)/checkpatch/scripts

CHECKPATCH := $(addprefix scripts/,checkpatch.pl spelling.txt const_structs.checkpatch)
$(BUILD)/checkpatch/.unpacked: | $(SETUP)
	$(Q)tests/setup/source $(NEWEST) $(@D) $(CHECKPATCH)
	$(Q)touch $@

# --- BPF -----------------------------------------------------------------------------------------

BPF_SRC := $(wildcard bpf/*.bpf.c)
SKELS := $(BPF_SRC:bpf/%.bpf.c=$(BUILD)/bpf/%.skel.h)
BPF_CFLAGS := -target bpf -O2 -g -mcpu=v3 -Wall -Wextra -Wno-unused-parameter \
	-D__TARGET_ARCH_x86 -Iinclude -Ibpf -I$(BUILD)/bpf

#: bpf		the BPF programs and their skeletons
bpf: $(SKELS)

# Written only when it differs, so that a change inside the modules does not rebuild all programs.
$(BUILD)/bpf/.vmlinux: $(BUILD)/modules/$(NEWEST)/.built
	$(Q)mkdir -p $(@D)
	$(Q)bpftool btf dump file $(<D)/mshv.ko \
		-B $(BUILD)/kernels/$(NEWEST)/headers/vmlinux format c >$(@D)/vmlinux.tmp
	$(Q)cmp -s $(@D)/vmlinux.tmp $(@D)/vmlinux.h || cp $(@D)/vmlinux.tmp $(@D)/vmlinux.h
	$(Q)rm $(@D)/vmlinux.tmp
	$(Q)touch $@

$(BUILD)/bpf/vmlinux.h: $(BUILD)/bpf/.vmlinux ;

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c $(BUILD)/bpf/vmlinux.h | $(SETUP)
	@echo "  BPF     $*"
	$(Q)clang $(BPF_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/bpf/%.skel.h: $(BUILD)/bpf/%.bpf.o
	$(Q)bpftool gen skeleton $< name $*_bpf >$@

# --- Tools ---------------------------------------------------------------------------------------

CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes
CPPFLAGS := -D_GNU_SOURCE -Iinclude -Iinclude/uapi -Itools/lib -Ibpf -I$(BUILD)/bpf

TOOLS := $(filter-out lib bpftrace,$(patsubst tools/%/,%,$(dir $(wildcard tools/*/*.c))))
TOOLS := $(sort $(TOOLS))
BPF_LIBS := -lbpf -lelf -lz
LIBS_mshvtop := $(BPF_LIBS) -lncursesw -ltinfo -ljansson -lzstd -linih -lm
LIBS_mshvtrace := $(BPF_LIBS) -ljansson -lzstd -lm -ltracecmd -ltracefs -ltraceevent
LIBS_mshvcaps := $(BPF_LIBS) -ljansson -lzstd -lm
LIBS_mshvrun := -lZydis
# those whose sources include skeletons
BPF_TOOLS := mshvtop mshvtrace

# objs DIR: the objects of a part, which may have one level of folders
objs = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $1/*.c $1/*/*.c))
# A part's own headers are named from its top; tools/lib is in everybody's path.
$(BUILD)/obj/tools/mshvtop/%.o: CPPFLAGS += -Itools/mshvtop
$(BUILD)/obj/tools/mshvtrace/import.o: CPPFLAGS += \
	$(addprefix -isystem /usr/include/,trace-cmd tracefs traceevent)

LIB := $(BUILD)/obj/tools/libmshv.a

#: tools		the programs in build/bin
tools: $(TOOLS:%=$(BUILD)/bin/%)

$(BUILD)/obj/%.o: %.c | $(SETUP)
	@echo "  CC      $*.o"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(foreach t,$(BPF_TOOLS),$(call objs,tools/$t)) $(BUILD)/obj/tools/lib/caps/capwatch.o: | $(SKELS)

$(LIB): $(call objs,tools/lib)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

define tool_rule
$(BUILD)/bin/$1: $(call objs,tools/$1) $(LIB)
	@echo "  LD      $1"
	$(Q)mkdir -p $$(@D)
	$(Q)$(CC) $$^ $(LIBS_$1) -o $$@
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rule,$t)))

# --- Scripts for bpftrace ------------------------------------------------------------------------

BT := $(patsubst tools/bpftrace/%,$(BUILD)/bpftrace/%,$(wildcard tools/bpftrace/*.bt))

#: bpftrace	the scripts for bpftrace in build/bpftrace
bpftrace: $(BT)

# The names come from the lists: bpftrace has no macros with arguments.
$(BUILD)/bpftrace/%.bt: tools/bpftrace/%.bt \
		$(wildcard tools/bpftrace/*.inc include/mshv/*.def) | $(SETUP)
	$(Q)mkdir -p $(@D)
	$(Q)while IFS= read -r line; do \
		case $$line in \
		'#include "'*.inc'"') \
			$(CPP) -x c -P -Iinclude "$(<D)/$$(cut -d'"' -f2 <<<"$$line")" | \
				sed '/^ *$$/d; s/^ */\t/' ;; \
		*) printf '%s\n' "$$line" ;; \
		esac; \
	done <$< >$@
	$(Q)chmod +x $@

# --- Benchmarks ----------------------------------------------------------------------------------

BENCH := $(BUILD)/bench
BENCH_OBJS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %.bpf.c,$(wildcard tests/bench/*.c)))
BENCH_TOOL := $(BENCH)/bench
BENCH_BUILT := $(BENCH_TOOL) $(KERNELS:%=$(BENCH)/%/.built)

$(BUILD)/bpf/bench.bpf.o: tests/bench/bench.bpf.c $(BUILD)/bpf/vmlinux.h | $(SETUP)
	@echo "  BPF     bench"
	$(Q)clang $(BPF_CFLAGS) -MMD -MP -c $< -o $@

$(BENCH_OBJS): | $(SKELS) $(BUILD)/bpf/bench.skel.h
$(BENCH_OBJS): CPPFLAGS += -Itools/mshvtop

$(BENCH_TOOL): $(BENCH_OBJS) $(BUILD)/obj/tests/ioctl/vmm.o \
		$(BUILD)/obj/tools/mshvtop.a $(LIB)
	@echo "  LD      bench"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $^ $(LIBS_mshvtop) -o $@

#: bench		what watching costs, in instructions: a table, and build/bench.json
bench: all $(BENCH_BUILT) $(KERNELS:%=$(BENCH)/%/off/.built)
	$(Q)tests/bench/run $(KERNELS)

#: check-bench	whether it costs more than tests/bench/expected says
check-bench: all $(BENCH_BUILT)
	$(Q)tests/bench/run --short $(KERNELS)

# The module that fires events
$(BENCH)/%/.built: $(wildcard tests/bench/module/*) $(BUILD)/modules/%/.built
	@echo "  KBUILD  bench $*"
	$(Q)mkdir -p $(@D)
	$(Q)cp -rsf $(CURDIR)/tests/bench/module/. $(@D)
	+$(Q)$(call run_kbuild,$*,$(@D)) MSHV_MODULES=$(CURDIR)/$(BUILD)/modules/$* \
		KBUILD_EXTRA_SYMBOLS=$(CURDIR)/$(BUILD)/modules/$*/Module.symvers modules
	$(Q)touch $@

# The driver without any events
$(BENCH)/%/off/.built: $(MODULE_SRC) $(BUILD)/modules/%/.built
	@echo "  KBUILD  bench $* without tracepoints"
	$(Q)mkdir -p $(@D)
	$(Q)find $(@D) -xtype l -delete
	$(Q)cp -rsf $(CURDIR)/module/. $(@D)
	+$(Q)$(call run_kbuild,$*,$(@D)) KCFLAGS=-DNOTRACE modules
	$(Q)touch $@

# --- Man pages -----------------------------------------------------------------------------------

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

# --- Guests --------------------------------------------------------------------------------------

GUESTS := $(patsubst tests/guests/%.S,$(BUILD)/guests/%.bin,$(wildcard tests/guests/*.S))
GUEST_LD := $(wildcard tests/guests/guest.ld)

#: guests		the tiny guests that tests and demo run
guests: $(GUESTS)

$(BUILD)/guests/%.bin: tests/guests/%.S $(GUEST_LD) | $(SETUP)
	@echo "  GUEST   $*"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -MMD -MP -MT $@ -MF $(@:.bin=.d) -c $< -o $(@:.bin=.o)
	$(Q)$(LD) $(if $(GUEST_LD),-T $(GUEST_LD),-Ttext=0x1000 -e 0x1000) --oformat binary \
		$(@:.bin=.o) -o $@

# --- Tests ---------------------------------------------------------------------------------------

UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
# All of each tool but its main(), of which a test takes what it calls.
UNIT_LIBS := $(TOOLS:%=$(BUILD)/obj/tools/%.a)

define archive_rule
$(BUILD)/obj/tools/$1.a: $(filter-out %/main.o,$(call objs,tools/$1))
	$(Q)mkdir -p $$(@D)
	$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
endef
$(foreach t,$(TOOLS),$(eval $(call archive_rule,$t)))

# mshvtop over counters that are made up, for the tests of its screens
TUI_TEST := $(BUILD)/tests/tui-generator

$(TUI_TEST): $(BUILD)/obj/tests/tui/generator.o $(BUILD)/obj/tools/mshvtop.a $(LIB)
	@echo "  LD      $(@F)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $^ -lcmocka $(LIBS_mshvtop) -o $@

$(BUILD)/obj/tests/tui/%.o $(BUILD)/obj/tests/unit/%.o: CPPFLAGS += -Itools/mshvtop

# What is tested on this machine beside them
HOST_TESTS := tests/install/root tests/docs/documents

#: unit		the unit tests, run on this machine
unit: $(UNITS) $(TUI_TEST) tools bpftrace man $(BUILD)/modules/$(NEWEST)/.built
	$(Q)tests/check -- $(UNITS) tests/tui/run tests/abi/run $(HOST_TESTS)

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(UNIT_LIBS) $(LIB)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $^ -lcmocka $(LIBS_mshvtop) $(LIBS_mshvrun) -o $@

# Programs that cases run in the virtual machine
IOCTL_TESTS := $(patsubst tests/ioctl/%.c,$(BUILD)/tests/%,$(wildcard tests/ioctl/test_*.c))

#: vm-tests	the programs that test the driver's ioctls in virtual machines
vm-tests: $(IOCTL_TESTS) $(BUILD)/tests/hypercalls $(KERNELS:%=$(BUILD)/hvcalls/%/.built) \
	$(BUILD)/tests/old-client $(BUILD)/subsets/$(NEWEST)/.built

# A module for one of them, to make hypercalls that the driver would not
$(BUILD)/hvcalls/%/.built: $(wildcard tests/hvcalls/*) include/mshv/hvabi.h \
		$(wildcard include/mshv/*.def) $(BUILD)/kernels/%/release | $(SETUP)
	@echo "  KBUILD  hvcalls $*"
	$(Q)mkdir -p $(@D)
	$(Q)cp -rsf $(CURDIR)/tests/hvcalls/. $(@D)
	+$(Q)$(call run_kbuild,$*,$(@D)) modules
	$(Q)touch $@

$(BUILD)/tests/%: $(BUILD)/obj/tests/ioctl/%.o $(BUILD)/obj/tests/ioctl/vmm.o \
		$(BUILD)/obj/tests/ioctl/touch.o
	@echo "  LD      $*"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $^ -o $@

# What was built on the header as it was first released
$(BUILD)/tests/old-client: tests/abi/old/client.c tests/abi/old/linux/mshv.h
	@echo "  CC      $(@F)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -Itests/abi/old $(CFLAGS) $< -o $@

# The driver as distributions may have it, without some of its capabilities. In a copy of the
# modules' tree only the list of capabilities has to be compiled again; BTF would take longer.
$(BUILD)/subsets/%/.built: $(BUILD)/modules/%/.built tests/vm/subsets
	@echo "  KBUILD  $* without some capabilities"
	$(Q)mkdir -p $(@D)
	+$(Q)flock $(BUILD)/subsets/.lock-$* $(MAKE) --no-print-directory subsets-$*
	$(Q)touch $@

subsets-%:
	$(Q)rm -rf $(BUILD)/subsets/$*/*
	$(Q)cp -a $(BUILD)/modules/$* $(BUILD)/subsets/$*/tree
	$(Q)find $(BUILD)/subsets/$*/tree -name '*.cmd' -o -name '*.mod' -o -name modules.order | \
		xargs sed -i 's|$(BUILD)/modules/$*/|$(BUILD)/subsets/$*/tree/|g'
	+$(Q)sed '/^#/d' tests/vm/subsets | while IFS=: read -r name caps; do \
		$(call run_kbuild,$*,$(BUILD)/subsets/$*/tree) MSHV_DROP_CAPS="$$caps" \
			CONFIG_DEBUG_INFO_BTF_MODULES= modules </dev/null; \
		mkdir $(BUILD)/subsets/$*/$$name; \
		cp $(BUILD)/subsets/$*/tree/mshv.ko $(BUILD)/subsets/$*/$$name; \
	done

# The stand-in for Linux's own driver, with those of our events that Linux has too
STANDIN_SRC := $(wildcard tests/standin/*.[ca]* tests/standin/Kbuild)
TRACE_H := $(wildcard module/trace/*.h)

vm-tests: $(KERNELS:%=$(BUILD)/standin/%/.built)

$(BUILD)/standin/%/.built: $(STANDIN_SRC) $(TRACE_H) include/mshv/events.def \
		$(BUILD)/kernels/%/release | $(SETUP)
	@echo "  KBUILD  standin $*"
	$(Q)mkdir -p $(@D)
	$(Q)cp -rsf $(CURDIR)/tests/standin/. $(@D)
	$(Q)awk -v headers=$(words $(TRACE_H)) -f tests/standin/trace.awk include/mshv/events.def \
		$(TRACE_H) $(TRACE_H) >$(@D)/standin_events.h
	+$(Q)$(call run_kbuild,$*,$(@D)) modules
	$(Q)touch $@

#: check		all tests: units here, then each of KERNELS in a virtual machine, and check-bench
check: all vm-tests $(UNITS) $(TUI_TEST) $(BENCH_BUILT)
	$(Q)tests/check -b $(KERNELS) -- $(UNITS) tests/tui/run tests/abi/run $(HOST_TESTS)

#: check-vm	the tests in virtual machines alone
check-vm: all vm-tests
	$(Q)tests/check $(KERNELS)

#: check-debug	the tests on a kernel with KASAN, lockdep, kmemleak; and coverage (first time: an hour)
check-debug: all vm-tests $(BUILD)/modules/$(DEBUG)/.built $(BUILD)/faults/.built \
		$(BUILD)/hvcalls/$(DEBUG)/.built $(BUILD)/standin/$(DEBUG)/.built
	$(Q)tests/check-debug

$(BUILD)/faults/.built: $(wildcard tests/faults/[Kf]*) | $(BUILD)/kernels/$(DEBUG)/release
	@echo "  KBUILD  faults"
	$(Q)mkdir -p $(@D)
	$(Q)cp -rsf $(CURDIR)/tests/faults/. $(@D)
	+$(Q)$(call run_kbuild,$(DEBUG),$(@D)) modules
	$(Q)touch $@

#: check-qemu	the tests with QEMU of Debian sid in a virtual machine
check-qemu: all vm-tests sid-qemu
	$(Q)tests/check -d tests/vm/qemu $(KERNELS)

sid-qemu: | $(SETUP)
	$(Q)$(sid_root) qemu-system-x86 seabios strace

#: check-trixie	build, install, run and uninstall on Debian 13, in a root of its own
check-trixie: $(SETUP)
	$(Q)tests/install/trixie $(TRIXIE_ROOT)

#: abi		compare our uAPI header with that of the newest Linux in Debian
abi: $(BUILD)/sid/root/usr/include/linux/mshv.h
	$(Q)tests/abi/mainline $(CURDIR)/$<

$(BUILD)/sid/root/usr/include/linux/mshv.h: | $(SETUP)
	$(Q)tests/setup/sid $(BUILD)/sid linux-libc-dev

#: demo		mshvtop over busy guests in a virtual machine; q ends it
demo: all
	@echo "  VM      $(NEWEST)" >&2
	$(Q)if [ -t 0 ] && [ -t 1 ]; then terminal="--timeout 0 --tty"; fi; \
	tests/vm/run -k $(NEWEST) $$terminal -- tests/vm/demo

#: demo-diff	record a guest twice in a virtual machine, with a slow device the second time; compare
demo-diff: all
	@echo "  VM      $(NEWEST)" >&2
	$(Q)tests/vm/run -k $(NEWEST) -- tests/vm/demo-diff

#: screenshots	docs/pictures/*.svg, from a recording of guests in a virtual machine
screenshots: all
	@echo "  VM      $(NEWEST)" >&2
	$(Q)tests/vm/run -k $(NEWEST) -- mshvtop record -o /mnt/out/screenshots.mshv -d 0.5 -n 20 -- \
		tests/vm/load-guests
	$(Q)PATH="$(CURDIR)/$(BUILD)/bin:$$PATH" docs/pictures/render \
		$(BUILD)/out/screenshots.mshv docs/pictures

include tools/install/install.mk

#: clean		remove what was built, but for kernels and roots of other releases
clean:
	rm -rf $(filter-out $(BUILD)/kernels $(SID_ROOT) $(TRIXIE_ROOT),$(wildcard $(BUILD)/*)) $(SETUP)

#: distclean	remove those as well
distclean:
	[ ! -e $(SID_ROOT) ] || $(sid_root) --remove
	[ ! -e $(TRIXIE_ROOT) ] || tests/setup/sid-root $(TRIXIE_ROOT) --remove
	rm -rf $(BUILD)

.PHONY: all help setup update-kernels modules modules-$(NEXT) sid-toolchain sid-qemu sparse \
	checkpatch bpf tools bpftrace man docs guests unit vm-tests check check-vm check-debug \
	check-qemu check-trixie abi bench check-bench demo demo-diff screenshots clean distclean

-include $(shell find $(BUILD)/obj $(BUILD)/bpf $(BUILD)/guests -name '*.d' 2>/dev/null)
