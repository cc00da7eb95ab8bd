# SPDX-License-Identifier: GPL-2.0
# Tests, and the demonstrations.
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
# All of each tool but its main(), of which a test takes what it calls.
UNIT_LIBS := $(TOOLS:%=$(BUILD)/obj/tools/%.a)

# Recordings that are made up, and how often mshvtop diff is wrong about them
LOAD := $(BUILD)/obj/tests/simulation/load.o
SIMULATION := $(BUILD)/tests/simulate-diff

$(SIMULATION): $(BUILD)/obj/tests/simulation/diff.o $(LOAD) $(BUILD)/obj/tools/mshvtop.a $(LIB)
	@echo "  LD      $(@F)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $^ $(LIBS_mshvtop) -o $@

#: simulate	how often mshvtop diff is wrong, in 10,000 pairs of recordings of each kind (ten minutes)
simulate: $(SIMULATION)
	$(Q)$(SIMULATION) -n 10000

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

$(BUILD)/obj/tests/tui/%.o $(BUILD)/obj/tests/unit/%.o $(BUILD)/obj/tests/simulation/%.o: \
	CPPFLAGS += -Itools/mshvtop -Itests/simulation

# What is tested on this machine beside them
HOST_TESTS := $(SIMULATION) tests/install/root tests/docs/documents tests/docs/layers

#: unit		the unit tests, run on this machine
unit: $(UNITS) $(TUI_TEST) $(SIMULATION) tools bpftrace man $(BUILD)/modules/$(NEWEST)/.built
	$(Q)tests/check -- $(UNITS) tests/tui/run tests/abi/run $(HOST_TESTS)

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(LOAD) $(UNIT_LIBS) $(LIB)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $^ -lcmocka $(LIBS_mshvtop) $(LIBS_mshvtrace) $(LIBS_mshvrun) -o $@

# Programs that cases run in the virtual machine
IOCTL_SRC := $(wildcard tests/ioctl/test_*.c tests/ioctl/*/test_*.c) tests/ioctl/hypercalls.c \
	tests/ioctl/statuses.c tests/ioctl/hostile.c tests/ioctl/churn.c tests/ioctl/as_thread.c
IOCTL_SHARED := $(BUILD)/obj/tests/ioctl/vmm.o $(BUILD)/obj/tests/ioctl/memory/touch.o
IOCTL_TESTS := $(addprefix $(BUILD)/tests/,$(basename $(notdir $(IOCTL_SRC))))
$(BUILD)/obj/tests/ioctl/%.o: CPPFLAGS += -Itests/ioctl

#: vm-tests	the programs that test the driver's ioctls in virtual machines
vm-tests: $(IOCTL_TESTS) $(KERNELS:%=$(BUILD)/hvcalls/%/.built) \
	$(BUILD)/tests/old-client $(BUILD)/subsets/$(NEWEST)/.built

# A module for one of them, to make hypercalls that the driver would not
$(BUILD)/hvcalls/%/.built: $(wildcard tests/hvcalls/*) include/mshv/hvabi.h \
		$(wildcard include/mshv/*.def) $(BUILD)/kernels/%/release | $(SETUP)
	@echo "  KBUILD  hvcalls $*"
	$(Q)mkdir -p $(@D)
	$(Q)$(call link_tree,tests/hvcalls,$(@D))
	+$(Q)$(call run_kbuild,$*,$(@D)) modules
	$(Q)touch $@

define ioctl_rule
$(BUILD)/tests/$(basename $(notdir $1)): $(1:%.c=$(BUILD)/obj/%.o) $(IOCTL_SHARED)
	@echo "  LD      $$(@F)"
	$(Q)mkdir -p $$(@D)
	$(Q)$(CC) $$^ -o $$@
endef
$(foreach s,$(IOCTL_SRC),$(eval $(call ioctl_rule,$s)))

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
	$(Q)$(call link_tree,module,$(BUILD)/subsets/$*/tree)
	$(Q)find $(BUILD)/subsets/$*/tree -name '*.cmd' -o -name '*.mod' -o -name modules.order | \
		xargs sed -i 's|$(BUILD)/modules/$*/|$(BUILD)/subsets/$*/tree/|g'
	+$(Q)sed '/^#/d' tests/vm/subsets | while IFS=: read -r name caps; do \
		$(call run_kbuild,$*,$(BUILD)/subsets/$*/tree) MSHV_DROP_CAPS="$$caps" \
			CONFIG_DEBUG_INFO_BTF_MODULES= modules </dev/null; \
		mkdir $(BUILD)/subsets/$*/$$name; \
		cp $(BUILD)/subsets/$*/tree/mshv.ko $(BUILD)/subsets/$*/$$name; \
	done

# The stand-ins for Linux's own driver, of which one has those of our events that Linux has too
STANDIN_SRC := $(shell find tests/standin -type f)
TRACE_H := $(wildcard module/trace/*.h)

vm-tests: $(KERNELS:%=$(BUILD)/standin/%/.built)

$(BUILD)/standin/%/.built: $(STANDIN_SRC) $(TRACE_H) include/mshv/events.def \
		$(BUILD)/kernels/%/release | $(SETUP)
	@echo "  KBUILD  standin $*"
	$(Q)mkdir -p $(@D)
	$(Q)$(call link_tree,tests/standin,$(@D))
	$(Q)awk -v headers=$(words $(TRACE_H)) -f tests/standin/trace.awk include/mshv/events.def \
		$(TRACE_H) $(TRACE_H) >$(@D)/standin_events.h
	+$(Q)$(call run_kbuild,$*,$(@D)) modules
	+$(Q)$(call run_kbuild,$*,$(@D)/azure) modules
	$(Q)touch $@

#: check		all tests: units here, then each of KERNELS in a virtual machine, and check-bench
check: all vm-tests $(UNITS) $(TUI_TEST) $(SIMULATION) $(BENCH_BUILT)
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
	$(Q)$(call link_tree,tests/faults,$(@D))
	+$(Q)$(call run_kbuild,$(DEBUG),$(@D)) modules
	$(Q)touch $@

#: soak		partitions come and go for an hour while mshvtop records; SOAK_SECONDS=N for another time
SOAK_SECONDS := 3600

soak: all vm-tests
	$(Q)MSHV_SOAK=$(SOAK_SECONDS) tests/check -d tests/soak $(NEWEST)

#: check-qemu	the tests with QEMU of Debian sid in a virtual machine
check-qemu: all vm-tests sid-qemu
	$(Q)tests/check -d tests/vm/qemu $(KERNELS)

#: check-linux-guest	Debian's Linux boots by QEMU of Debian sid in a virtual machine
check-linux-guest: all vm-tests sid-qemu
	$(Q)tests/check -d tests/vm/linux-guest $(KERNELS)

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
