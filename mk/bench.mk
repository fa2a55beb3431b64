# What this project and its peers do in one run; the README's figures come from it. Takes some minutes.
.PHONY: bench
bench: all $(O)/tests/make_trail
	mkdir -p $(O)/bench
	{ tests/bench/replay.sh $(O) && echo && tests/bench/auditselect.sh $(O) && echo && tests/bench/trail.sh $(O) && echo && tests/bench/facts.sh $(O); } | tee $(O)/bench/report.txt
