# SPDX-License-Identifier: GPL-2.0
# The programs in build/bin, and the scripts for bpftrace.
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


# --- Scripts for bpftrace ---

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
