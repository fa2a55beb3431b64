PROGRAMS += auditpr
auditpr_SRC := $(addprefix auditpr/, main.c clock.c column.c crew.c json.c jsonline.c linux.c names.c report.c)
