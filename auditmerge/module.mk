PROGRAMS += auditmerge
auditmerge_SRC := $(addprefix auditmerge/, main.c merge.c seen.c)
