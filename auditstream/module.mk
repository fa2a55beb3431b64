PROGRAMS += auditstream
auditstream_SRC := $(addprefix auditstream/, ahead.c main.c replay.c)
