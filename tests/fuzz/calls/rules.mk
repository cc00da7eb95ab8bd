# SPDX-License-Identifier: GPL-2.0
# The fuzzer of the driver's ioctls. A part of the top Makefile.

CALLS := $(BUILD)/tests/calls
CALLS_SRC := $(wildcard tests/fuzz/calls/*.c)

$(BUILD)/fuzz/calls/ioctls.inc: include/uapi/linux/mshv.h tests/fuzz/calls/ioctls.awk
	$(Q)mkdir -p $(@D)
	$(Q)awk -f tests/fuzz/calls/ioctls.awk $< >$@

$(BUILD)/obj/tests/fuzz/calls/%.o: CPPFLAGS += -Itests/ioctl -Itests/fuzz/calls -I$(BUILD)/fuzz/calls
$(BUILD)/obj/tests/ioctl/test_no_memory.o: CPPFLAGS += -I$(BUILD)/fuzz/calls
$(BUILD)/obj/tests/fuzz/calls/actions.o $(BUILD)/obj/tests/ioctl/test_no_memory.o: \
	$(BUILD)/fuzz/calls/ioctls.inc

$(CALLS): $(CALLS_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/tests/ioctl/vmm.o
	@echo "  LD      $(@F)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $^ -lpthread -o $@

vm-tests: $(CALLS)

# How many calls on the debug kernel, which makes some hundred in a second
CALLS_COUNT := 1000000

check-fuzz: check-fuzz-calls

check-fuzz-calls: all vm-tests $(BUILD)/modules/$(DEBUG)/.built
	$(Q)MSHV_FUZZ="-n $(CALLS_COUNT)" tests/check -d tests/fuzz/calls/long $(DEBUG)

.PHONY: check-fuzz-calls
