# make fuzz [FUZZ_TIME=seconds]: looks for inputs that crash the readers. `make check` replays those that were found before.

FUZZ_TIME ?= 30
FUZZ_CFLAGS = $(CPPFLAGS) -std=c11 -g -O1 -fno-omit-frame-pointer $(FUZZ_SAN)
FUZZ_SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZ_OBJ := $(LIB_OBJ:$(O)/obj/%=$(O)/fuzz/obj/%)
FUZZERS := $(REPLAY:$(O)/tests/fuzz/%=$(O)/fuzz/%)

.PHONY: fuzz $(FUZZERS:%=run-%)
fuzz: $(FUZZERS:%=run-%)

# Inputs that reach new code gather beside the program; so does one that crashes it, to be copied to tests/fuzz/corpus.
$(FUZZERS:%=run-%): run-%: %
	@mkdir -p $*.inputs
	$* -max_total_time=$(FUZZ_TIME) -timeout=10 -verbosity=0 -print_final_stats=1 -artifact_prefix=$*.crash- \
		$*.inputs $(wildcard tests/fuzz/corpus/$(*F))

$(FUZZERS): $(O)/fuzz/%: $(O)/fuzz/obj/tests/fuzz/%.o $(FUZZ_OBJ)
	clang $(FUZZ_SAN) -fsanitize=fuzzer -o $@ $^ $(LIBS)
$(O)/fuzz/fuzz_mixed: $(addprefix $(O)/fuzz/obj/auditcat/, frames.o source.o)

$(O)/fuzz/obj/%.o: %.c $(O)/flags | $(LIB_GEN)
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(O)/fuzz/obj/gen/%.o: $(O)/gen/%.c $(O)/flags | $(LIB_GEN)
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

-include $(shell find $(O)/fuzz/obj -name '*.d' 2>/dev/null)
