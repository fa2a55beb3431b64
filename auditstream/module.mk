PROGRAMS += auditstream
auditstream_SRC := $(addprefix auditstream/, capture.c live.c main.c replay.c select.c status.c)
