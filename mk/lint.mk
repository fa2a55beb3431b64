# make lint: what reads code without running it. Each source has a stamp, so that a second run reads what changed.

C_FILES := $(filter-out $(O)/%,$(wildcard */*.[ch] */*/*.[ch]))
SHELL_FILES := $(wildcard .ci/run mk/*.sh tests/*.sh tests/*.bash tests/*.bats tests/live/*.bash tests/live/*.bats tests/bench/*.sh tests/bench/*.bash)
LINT_SRC := $(filter %.c,$(C_FILES))
LINT_CFLAGS = $(CPPFLAGS) -std=c11 -iquote tests/unit
LINE_MAX := 145

.PHONY: lint lint-format lint-shell lint-man lint-words format
lint: $(LINT_SRC:%.c=$(O)/lint/%.ok) $(O)/lint/cppcheck lint-format lint-shell lint-man lint-words

# Tests do not free before a failed check, and fuzz targets are only built by clang: the analyzer reads what is shipped.
$(O)/lint/%.ok: %.c .clang-tidy $(O)/flags | $(LIB_GEN)
	@mkdir -p $(@D)
	$(if $(filter tests/%,$<),,$(CC) $(LINT_CFLAGS) -O1 -fanalyzer -Werror -MMD -MP -MF $(@:.ok=.d) -MT $@ -c -o /dev/null $<)
	clang-tidy --quiet $< -- $(LINT_CFLAGS) 2>/dev/null
	@touch $@

$(O)/lint/cppcheck: $(C_FILES) mk/lint.mk | $(LIB_GEN)
	@mkdir -p $(@D)
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=ctunullpointer --suppress=ctuuninitvar -D_GNU_SOURCE -Ilib -I$(O)/gen $(filter-out tests/%,$(LINT_SRC))
	@touch $@

lint-format:
	clang-format --dry-run --Werror $(C_FILES)
	@awk -v max=$(LINE_MAX) 'length > max { print FILENAME ":" FNR ": longer than " max; bad = 1 } END { exit bad }' $(filter-out tests/%,$(C_FILES))

lint-shell:
	shellcheck -x -S warning $(SHELL_FILES)

lint-man:
	$(if $(MANPAGES),mandoc -Tlint -W warning $(MANPAGES))

# The head of each source names its licence; what is left to do stands in the tracker, not in the code.
lint-words:
	@! grep -L 'SPDX-License-Identifier: BSD-2-Clause' $(C_FILES) | grep .
	@! grep -nE '\<(TO''DO|FIX''ME|XX''X|HA''CK)\>' $(C_FILES) $(SHELL_FILES) $(MANPAGES)

format:
	clang-format -i $(C_FILES)

-include $(LINT_SRC:%.c=$(O)/lint/%.d)
