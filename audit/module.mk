PROGRAMS += audit
audit_SRC := $(addprefix audit/, check.c kernel.c key.c main.c query.c rundir.c session.c setup.c shutdown.c start.c state.c \
	streams.c supervisor.c suspend.c)

# Where `audit start` keeps its state, and streams their status.
RUNDIR ?= /run/auditstream
override CPPFLAGS += -DRUNDIR='"$(RUNDIR)"' -DSBINDIR='"$(SBINDIR)"'
