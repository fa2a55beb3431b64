PROGRAMS += auditselect
auditselect_SRC := $(addprefix auditselect/, main.c)
