# make soak [SOAK_TIME=seconds] [SOAK_SEED=number]: random faults for a long time; `make check` has short versions of the same.

SOAK_TIME ?= 600
SOAK_SEED ?=

.PHONY: soak
soak: tests
	tests/soak/trail.sh $(O) $(SOAK_TIME) $(SOAK_SEED)
	tests/soak/bins.sh $(O) $(SOAK_TIME) $(SOAK_SEED)
	tests/soak/switches.sh $(O)
