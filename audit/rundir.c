/* SPDX-License-Identifier: BSD-2-Clause */
#include "rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

enum { FILE_MAX = 16 << 20 }; /* bytes that rundir_read() reads at most */

const char *
rundir_path(void)
{
	const char *path = getenv("AUDIT_RUNDIR");

	return path != NULL && *path == '/' ? path : RUNDIR;
}

int
rundir_open(bool create, struct err *error)
{
	const char *path = rundir_path();
	struct stat status;
	int fd;

	error->text[0] = '\0';
	if (create && mkdir(path, 0750) == -1 && errno != EEXIST)
		return err_set(error, "%s: %s", path, strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1 && errno != ENOENT)
		return err_set(error, "%s: %s", path, strerror(errno));
	/* The state that is kept here is believed. */
	if (fd != -1 && (fstat(fd, &status) == -1 || (status.st_uid != 0 && status.st_uid != geteuid()) || (status.st_mode & S_IWOTH) != 0)) {
		close(fd);
		return err_set(error, "%s: belongs to another user, or everybody can write it", path);
	}
	return fd;
}

int
rundir_lock(int fd, struct err *error)
{
	while (flock(fd, LOCK_EX) == -1)
		if (errno != EINTR)
			return err_set(error, "%s: lock: %s", rundir_path(), strerror(errno));
	return 0;
}

static int
write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, text, length);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

int
rundir_write(int fd, const char *name, const char *text, size_t length, struct err *error)
{
	char new[64];
	int file, rc, saved;

	snprintf(new, sizeof(new), "%s.new", name);
	file = openat(fd, new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	rc = file == -1 || write_all(file, text, length) == -1 || fsync(file) == -1 ? -1 : 0;
	saved = errno;
	if (file != -1 && close(file) == -1 && rc == 0) {
		rc = -1;
		saved = errno;
	}
	if (rc == 0 && renameat(fd, new, fd, name) == 0)
		return 0;
	if (rc == 0)
		saved = errno;
	(void)unlinkat(fd, new, 0);
	return err_set(error, "%s/%s: %s", rundir_path(), name, strerror(saved));
}

char *
rundir_read(int fd, const char *name, size_t *length)
{
	return file_read(fd, name, FILE_MAX, length);
}
