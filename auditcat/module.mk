PROGRAMS += auditcat
auditcat_SRC := $(addprefix auditcat/, append.c backwards.c bins.c chain.c copy.c follow.c frames.c growing.c \
	io.c main.c options.c rotate.c seen.c source.c trailfile.c verify.c)
