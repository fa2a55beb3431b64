# make check: unit tests, saved fuzz inputs, golden files, then each program's bats. The last line counts them.
#
#   ONLY=pattern  run what matches it (tests/run.sh)    STRICT=1  a skipped test is a failed one    LIVE=0  leave the kernel alone
#   make golden rewrites the expectations; git diff shows what that means.

UNIT := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(wildcard tests/unit/*.c))
REPLAY := $(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: check golden tests
tests: all $(UNIT) $(REPLAY)
check: tests
	@ONLY='$(ONLY)' STRICT='$(STRICT)' LIVE='$(LIVE)' tests/run.sh $(O)
golden: tests
	@tests/golden.sh --rewrite $(O)

$(O)/tests/unit/%: $(O)/obj/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LIBS)
# These test parts of a program.
$(O)/tests/unit/frames: $(O)/obj/auditcat/frames.o
$(O)/tests/unit/verify: $(addprefix $(O)/obj/auditcat/, backwards.o io.o trailfile.o verify.o)

# Each target of the fuzzer is also linked with a plain main, which replays the inputs that are saved in tests/fuzz/corpus.
$(O)/tests/fuzz/%: $(O)/obj/tests/fuzz/%.o $(O)/obj/tests/fuzz/onefile.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LIBS)
$(O)/tests/fuzz/fuzz_mixed: $(addprefix $(O)/obj/auditcat/, frames.o source.o)

# What the tests of the kernel's rules need: the rules of a configuration, and a kernel for auditctl to talk to. Makers of bins and trails.
TOOLS := $(O)/tests/rules_tool $(O)/tests/fake_kernel.so $(O)/tests/call $(O)/tests/make_trail $(O)/tests/trail_tool $(O)/tests/faults.so
tests: $(TOOLS)
$(O)/tests/rules_tool: $(O)/obj/tests/live/rules_tool.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)
$(O)/tests/make_trail: $(O)/obj/tests/bench/make_trail.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)
# Bins for the tests of trails.
$(O)/tests/trail_tool: $(O)/obj/tests/trail_tool.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)
# It is preloaded into another program: no sanitizer, no -pie.
$(O)/tests/fake_kernel.so: tests/live/fake_kernel.c $(O)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARNINGS) -std=c11 -O1 -fPIC -shared -o $@ $<
# The same for the faults that auditbin must bear.
$(O)/tests/faults.so: tests/faults.c $(O)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARNINGS) -std=c11 -O1 -fPIC -shared -o $@ $<
# It does the system calls of tests/live/events.table and hardly any of its own: static, and without a sanitizer.
$(O)/tests/call: tests/live/call.c lib/rectype.c lib/syscalls.c lib/text.c lib/out.c lib/mem.c $(O)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARNINGS) -std=c11 -O1 -static -o $@ $(filter %.c,$^)
