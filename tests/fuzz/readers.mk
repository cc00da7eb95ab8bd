# SPDX-License-Identifier: GPL-2.0
# The readers of files under libFuzzer, with clang's sanitizers. A part of the top Makefile.

FUZZ := $(BUILD)/fuzz
FUZZ_FLAGS := -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
READERS := recording texts
FUZZ_READERS := $(READERS:%=$(FUZZ)/bin/%)

fuzz_objs = $(patsubst %.c,$(FUZZ)/obj/%.o,$(wildcard $1/*.c $1/*/*.c))
FUZZ_OBJS := $(filter-out %/main.o,$(call fuzz_objs,tools/lib) $(call fuzz_objs,tools/mshvtop) \
	$(call fuzz_objs,tools/mshvcaps)) $(FUZZ)/obj/tools/mshvtrace/recorded.o \
	$(FUZZ)/obj/tools/mshvtrace/filter.o

$(FUZZ)/obj/%.o: %.c | $(SETUP) $(SKELS)
	@echo "  FUZZ    $*.o"
	$(Q)mkdir -p $(@D)
	$(Q)clang $(CPPFLAGS) -Itools/mshvtop -std=gnu11 $(FUZZ_FLAGS) -MMD -MP -c $< -o $@

$(FUZZ)/bin/%: $(FUZZ)/obj/tests/fuzz/%.o $(FUZZ_OBJS)
	@echo "  LD      fuzz $*"
	$(Q)mkdir -p $(@D)
	$(Q)clang -fsanitize=fuzzer,address,undefined $^ $(LIBS_mshvtop) -o $@

#: check-fuzz	ten minutes of malicious files through the readers, a million calls on the debug kernel
check-fuzz: check-fuzz-readers

check-fuzz-readers: $(FUZZ_READERS)
	$(Q)tests/fuzz/readers 600

# A minute of the files is a part of the tests of this machine.
unit check: $(FUZZ_READERS)
HOST_TESTS += tests/fuzz/readers

.PHONY: check-fuzz check-fuzz-readers
-include $(shell find $(FUZZ)/obj -name '*.d' 2>/dev/null)
