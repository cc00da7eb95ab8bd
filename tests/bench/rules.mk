# SPDX-License-Identifier: GPL-2.0
# Benchmarks: what watching costs, in instructions.
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
	$(Q)$(call link_tree,tests/bench/module,$(@D))
	+$(Q)$(call run_kbuild,$*,$(@D)) MSHV_MODULES=$(CURDIR)/$(BUILD)/modules/$* \
		KBUILD_EXTRA_SYMBOLS=$(CURDIR)/$(BUILD)/modules/$*/Module.symvers modules
	$(Q)touch $@

# The driver without any events
$(BENCH)/%/off/.built: $(MODULE_SRC) $(BUILD)/modules/%/.built
	@echo "  KBUILD  bench $* without tracepoints"
	$(Q)mkdir -p $(@D)
	$(Q)find $(@D) -xtype l -delete
	$(Q)$(call link_tree,module,$(@D))
	+$(Q)$(call run_kbuild,$*,$(@D)) KCFLAGS=-DNOTRACE modules
	$(Q)touch $@
