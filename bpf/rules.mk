# SPDX-License-Identifier: GPL-2.0
# The BPF programs and their skeletons.
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
