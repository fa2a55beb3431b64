# make deps: what building and running need. make deps-test: what tests, lint and benchmarks use besides. Debian and Ubuntu, as root;
# elsewhere it says what to install by hand. Neither starts a service.

DEPS := gcc libc6-dev make bison flex libaudit-dev libcap-ng-dev libpcre2-dev libsodium-dev libzstd-dev
DEPS_TEST := at auditd bats clang clang-format clang-tidy cppcheck cron iproute2 iptables iputils-ping jq laurel mandoc nftables \
	openssh-client openssh-server passwd postgresql procps screen shellcheck sshpass strace sudo time util-linux zstd

.PHONY: deps deps-test
deps:
	@mk/deps.sh $(DEPS)
deps-test:
	@mk/deps.sh $(DEPS) $(DEPS_TEST)

# In `make deps-test check` nothing is compiled or generated before the packages are there, with -j too.
DEPS_FIRST := $(filter deps deps-test,$(MAKECMDGOALS))
$(O)/flags $(LIB_GEN): | $(DEPS_FIRST)
ifeq ($(words $(DEPS_FIRST)),2)
deps-test: deps
endif
