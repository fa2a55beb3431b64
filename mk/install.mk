# make install, make uninstall. Configuration that is there is the administrator's: install leaves it alone, and uninstall takes
# away only files that nobody changed. /audit is where the stock configuration puts the trail, and what stream commands write.

MANPAGES := $(wildcard man/*.[1-8])
CONFIG := $(wildcard config/*) $(wildcard streamcmds)
INSTALL ?= install

installed_man = $(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(1)))/$(notdir $(1))
installed_config = $(DESTDIR)$(CONFDIR)/$(notdir $(1))

.PHONY: install uninstall
install: all
	$(INSTALL) -d $(DESTDIR)$(SBINDIR)
	$(INSTALL) -m 755 $(PROGRAMS:%=$(O)/bin/%) $(DESTDIR)$(SBINDIR)
	$(foreach m,$(MANPAGES),$(INSTALL) -D -m 644 $(m) $(call installed_man,$(m)) &&) :
	$(INSTALL) -d -m 750 $(DESTDIR)$(CONFDIR) $(DESTDIR)/audit
	$(foreach c,$(CONFIG),{ test -e $(call installed_config,$(c)) || \
		$(INSTALL) -m 640 $(c) $(call installed_config,$(c)); } &&) :

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(SBINDIR)/%) $(foreach m,$(MANPAGES),$(call installed_man,$(m)))
	@for file in $(CONFIG); do \
		installed=$(DESTDIR)$(CONFDIR)/$${file##*/}; \
		if cmp -s $$file $$installed; then rm -f $$installed; \
		elif test -e $$installed; then echo "uninstall: $$installed was changed: kept"; fi; \
	done
	@rmdir $(DESTDIR)$(CONFDIR) $(DESTDIR)/audit 2>/dev/null || :
