LIB_SRC := $(addprefix lib/, \
	call.c \
	callline.c \
	callset.c \
	capture.c \
	catalogue.c \
	catalogue_match.c \
	classes.c \
	commands.c \
	compile.c \
	config.c \
	confine.c \
	constant.c \
	crc32c.c \
	err.c \
	evaluate.c \
	event.c \
	factline.c \
	facts.c \
	field.c \
	file.c \
	filter.c \
	glance.c \
	header.c \
	input.c \
	key.c \
	live.c \
	logline.c \
	lru.c \
	mem.c \
	nearest.c \
	netlink.c \
	objects.c \
	objects_match.c \
	operand.c \
	out.c \
	pattern.c \
	place.c \
	precedence.c \
	processes.c \
	procfs.c \
	programs.c \
	record.c \
	rectype.c \
	request.c \
	resolver.c \
	rules.c \
	rules_data.c \
	rules_kernel.c \
	rules_print.c \
	section.c \
	select.c \
	session_lookup.c \
	serials.c \
	sessions.c \
	source.c \
	span.c \
	spelling.c \
	stanza.c \
	stanza_file.c \
	status.c \
	stream.c \
	strmap.c \
	subjects.c \
	syntax.c \
	syscalls.c \
	tail.c \
	tail_program.c \
	term.c \
	text.c \
	textjson.c \
	times.c \
	trail.c \
	unpack.c \
	uring.c \
	users.c \
	value.c \
	value_addr.c \
	value_argv.c \
	value_call.c \
	value_path.c \
	view.c \
	words.c)
LIB_GEN := $(O)/gen/scanner.c $(O)/gen/grammar.c

# bison makes two files at once; the scanner needs the header with the grammar's tokens.
$(O)/gen/grammar.c $(O)/gen/grammar.h &: lib/grammar.y
	@mkdir -p $(@D)
	bison -Werror --defines=$(O)/gen/grammar.h --output=$(O)/gen/grammar.c $<

$(O)/gen/scanner.c: lib/scanner.l $(O)/gen/grammar.h
	@mkdir -p $(@D)
	flex --outfile=$@ $<
