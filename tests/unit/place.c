/* SPDX-License-Identifier: BSD-2-Clause */
#include "place.h"

#include "check.h"

#define ID "4f0c2d1e9a3b0123456789abcdef0123456789abcdef0123456789abcdef0123"

static const struct {
	const char *cgroup, *container, *unit;
} places[] = {
	/* the host: version 2, version 1, both */
	{ "0::/system.slice/ssh.service\n", "", "ssh.service" },
	{ "0::/user.slice/user-1000.slice/session-3.scope\n", "", "session-3.scope" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-812.scope\n", "", "user@1000.service/app-firefox-812.scope" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/init.scope", "", "user@1000.service/init.scope" },
	{ "0::/user.slice/user-1000.slice/user@1000.service\n", "", "user@1000.service" },
	{ "0::/init.scope\n", "", "init.scope" },
	{ "0::/\n", "", "" },
	{ "12:pids:/system.slice/cron.service\n1:name=systemd:/system.slice/cron.service\n0::/system.slice/cron.service\n", "", "cron.service" },
	{ "4:memory:/mine/x.service\n1:name=systemd:/\n0::/\n", "", "" },
	{ "0::/system.slice/system-getty.slice/getty@tty1.service\n", "", "getty@tty1.service" },
	{ "0::/system.slice/dev-disk-by\\x2duuid.swap\n", "", "dev-disk-by-uuid.swap" },
	{ "0::/system.slice/_cgroup.procs.service\n", "", "cgroup.procs.service" },
	{ "0::/../../../system.slice/ssh.service\n", "", "ssh.service" },
	{ "0::/../cri-containerd-" ID ".scope\n", "containerd:4f0c2d1e9a3b", "cri-containerd-" ID ".scope" },
	{ "0::/user.slice/user-1000.slice/session-3.scope (deleted)\n", "", "session-3.scope" },
	{ "0::/system.slice/docker-" ID ".scope (deleted)\n", "docker:4f0c2d1e9a3b", "docker-" ID ".scope" },
	{ "0:: (deleted)\n", "", "" },
	/* Docker */
	{ "0::/system.slice/docker-" ID ".scope\n", "docker:4f0c2d1e9a3b", "docker-" ID ".scope" },
	{ "11:memory:/docker/" ID "\n1:name=systemd:/docker/" ID "\n0::/system.slice/containerd.service\n", "docker:4f0c2d1e9a3b",
	    "containerd.service" },
	{ "0::/docker/" ID "/system.slice/docker-0" ID ".scope\n", "docker:4f0c2d1e9a3b", "" },
	/* Podman: root's, a user's, and the monitor beside the container */
	{ "0::/machine.slice/libpod-" ID ".scope/container\n", "podman:4f0c2d1e9a3b", "libpod-" ID ".scope" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope\n", "podman:4f0c2d1e9a3b",
	    "user@1000.service/libpod-" ID ".scope" },
	{ "0::/machine.slice/libpod-conmon-" ID ".scope\n", "", "libpod-conmon-" ID ".scope" },
	{ "5:pids:/libpod_parent/libpod-" ID "\n0::/\n", "podman:4f0c2d1e9a3b", "" },
	{ "0::/system.slice/web.service/libpod-payload-" ID "\n", "podman:4f0c2d1e9a3b", "web.service" },
	{ "0::/system.slice/web.service/runtime\n", "", "web.service" },
	/* Kubernetes */
	{ "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1234.slice/cri-containerd-" ID ".scope\n", "containerd:4f0c2d1e9a3b",
	    "cri-containerd-" ID ".scope" },
	{ "0::/kubepods.slice/kubepods-pod1234.slice/crio-" ID ".scope\n", "crio:4f0c2d1e9a3b", "crio-" ID ".scope" },
	{ "0::/kubepods.slice/kubepods-pod1234.slice/crio-conmon-" ID ".scope\n", "", "crio-conmon-" ID ".scope" },
	{ "11:memory:/kubepods/besteffort/pod12-34/" ID "\n", "kubernetes:4f0c2d1e9a3b", "" },
	{ "0::/system.slice/containerd.service/kubepods-burstable-pod12.slice:cri-containerd:" ID "\n", "containerd:4f0c2d1e9a3b",
	    "containerd.service" },
	{ "0::/system.slice/nerdctl-" ID ".scope\n", "containerd:4f0c2d1e9a3b", "nerdctl-" ID ".scope" },
	{ "11:memory:/ecs/task/" ID "\n", "oci:4f0c2d1e9a3b", "" },
	{ "11:memory:/kubepods-pod12.slice:docker:" ID "\n", "docker:4f0c2d1e9a3b", "" },
	/* LXC, LXD, Incus */
	{ "0::/lxc.payload.web/system.slice/ssh.service\n", "lxc:web", "" },
	{ "0::/lxc.payload/web/init.scope\n", "lxc:web", "" },
	{ "11:memory:/lxc/web\n", "lxc:web", "" },
	{ "0::/lxc.monitor.web\n", "", "" },
	/* systemd-nspawn; libvirt's containers and virtual machines */
	{ "0::/machine.slice/machine-web\\x2d1.scope/payload/system.slice\n", "nspawn:web-1", "machine-web-1.scope" },
	{ "0::/machine.slice/systemd-nspawn@web.service/payload\n", "nspawn:web", "systemd-nspawn@web.service" },
	{ "0::/machine.slice/systemd-nspawn@web.service/supervisor\n", "", "systemd-nspawn@web.service" },
	{ "0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt\n", "", "machine-qemu-1-vm.scope" },
	{ "0::/machine.slice/machine-lxc\\x2d1\\x2dweb.scope\n", "lxc:1-web", "machine-lxc-1-web.scope" },
	/* Not quite */
	{ "0::/docker/4f0c\n", "", "" },
	{ "0::/docker/" ID "0\n", "", "" },
	{ "0::/docker-" ID "x.scope\n", "", "docker-" ID "x.scope" },
	{ "0:/docker\n:::\n\n::", "", "" },
	{ "", "", "" },
};

static void
known_places(void)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t length = strlen(places[i].cgroup);
		char *text = exact_copy(places[i].cgroup, length);
		struct place place;

		place_parse(&place, text, length);
		if (!CHECK_BYTES(place.container, strlen(place.container), places[i].container) ||
		    !CHECK_BYTES(place.unit, strlen(place.unit), places[i].unit))
			printf("# %s\n", places[i].cgroup);
		free(text);
	}
}

static void
cuts_and_lengths(void)
{
	struct place place;
	char name[4096];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		for (size_t length = 0; length <= strlen(places[i].cgroup); length++) {
			char *text = exact_copy(places[i].cgroup, length);

			place_parse(&place, text, length);
			free(text);
		}
	memset(name, 'a', sizeof(name));
	memcpy(name, "0::/lxc/", 8);
	place_parse(&place, name, sizeof(name));
	CHECK_NUMBER(strlen(place.container), PLACE_CONTAINER - 1);
	memcpy(name, "0::/user@1.service/", 19);
	memcpy(name + sizeof(name) - 8, ".service", 8);
	place_parse(&place, name, sizeof(name));
	CHECK_NUMBER(strlen(place.unit), PLACE_UNIT - 1);
}

int
main(void)
{
	test("containers and units", known_places);
	test("cuts, and names that are too long", cuts_and_lengths);
	return test_end();
}
