PROGRAMS += auditstream
auditstream_SRC := $(addprefix auditstream/, main.c replay.c)
