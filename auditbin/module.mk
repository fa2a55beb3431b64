PROGRAMS += auditbin
auditbin_SRC := $(addprefix auditbin/, bin.c binset.c collect.c delivery.c main.c mirror.c notice.c ready.c runner.c)
