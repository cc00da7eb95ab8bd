# SPDX-License-Identifier: GPL-2.0
# Kernels, and the modules for each of them.
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

# kbuild writes beside the sources, so it works on a tree of links to them.
$(BUILD)/modules/%/.built: $(MODULE_SRC) $(BUILD)/kernels/%/release | $(SETUP)
	@echo "  KBUILD  $*"
	$(Q)mkdir -p $(@D)
	+$(Q)flock $(BUILD)/modules/.lock-$* $(MAKE) --no-print-directory kbuild-$*
	$(Q)touch $@

kbuild-%:
	$(Q)find $(BUILD)/modules/$* -xtype l -delete
	$(Q)$(call link_tree,module,$(BUILD)/modules/$*)
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
