# doc/events.md from the files that it tells of; a test fails where it is stale.
.PHONY: events-doc
events-doc: all
	doc/events.sh $(O)/bin > doc/events.md
