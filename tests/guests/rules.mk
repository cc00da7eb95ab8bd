# SPDX-License-Identifier: GPL-2.0
# The tiny guests that tests and demo run.
GUESTS := $(patsubst tests/guests/%.S,$(BUILD)/guests/%.bin,$(wildcard tests/guests/*.S tests/guests/*/*.S))
GUEST_LD := $(wildcard tests/guests/guest.ld)

#: guests		the tiny guests that tests and demo run
guests: $(GUESTS)

$(BUILD)/guests/%.bin: tests/guests/%.S $(GUEST_LD) | $(SETUP)
	@echo "  GUEST   $*"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -MMD -MP -MT $@ -MF $(@:.bin=.d) -c $< -o $(@:.bin=.o)
	$(Q)$(LD) $(if $(GUEST_LD),-T $(GUEST_LD),-Ttext=0x1000 -e 0x1000) --oformat binary \
		$(@:.bin=.o) -o $@
