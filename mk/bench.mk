# make bench: what this project and its peers do, side by side in one run; the report is $(O)/bench/report.md. The README's figures come
# from it. tests/bench/run.sh says what BENCH_MB, BENCH_REPEAT, BENCH_FULL and BENCH_LIVE change.
BENCH_TOOLS := $(addprefix $(O)/bench/,bare load measure sink)

.PHONY: bench bench-tools
bench: all bench-tools $(O)/tests/make_trail $(O)/tests/rules_tool
	tests/bench/run.sh $(O)
bench-tools: $(BENCH_TOOLS)
tests: bench-tools

$(O)/bench/%: $(O)/obj/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)
