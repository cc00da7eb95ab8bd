// SPDX-License-Identifier: GPL-2.0
/* Asks this host's driver, and says what stands in the way if it cannot be asked. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "err.h"
#include "mshvcaps.h"

#define DEVICE	"/dev/mshv"

/**
 * host_ask() - what this host's driver tells
 * @caps: the result
 *
 * Return: false if nothing is told, which has been reported.
 */
bool host_ask(struct hostcaps *caps)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC), error;
	bool ok;

	if (fd < 0) {
		if (errno == ENOENT)
			err(DEVICE ": not there; modprobe mshv");
		else if (errno == ENODEV)
			err(DEVICE ": there is no hypervisor; modprobe softhv");
		else
			err_errno(DEVICE ": cannot open; run as root");
		return false;
	}
	ok = hostcaps_get(fd, caps);
	error = errno;
	close(fd);
	errno = error;
	if (!ok)
		err_errno(DEVICE ": does not tell its capabilities");
	else if (!caps->told)
		err(DEVICE ": this driver has no capability interface (mainline's, or built "
		    "without GET_CAPS); only what Linux 7.2's driver always has can be relied on");
	return ok && caps->told;
}
