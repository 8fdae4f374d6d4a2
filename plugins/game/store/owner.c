/* SPDX-License-Identifier: MIT */
#include "store/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <mortise/memory.h>
#include <mortise/plugin.h>

static int held = -1;

/* A file of its own: whoever closes any descriptor of a database lets go of the
 * locks that SQLite has on it. */
static int open_lock(const char *database)
{
    size_t size = strlen(database) + sizeof("-owner");
    char *path = mortise_alloc(size);
    int fd;

    if (!path)
        return -1;
    snprintf(path, size, "%s-owner", database);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    mortise_free(path);
    return fd;
}

bool owner_take(const char *database)
{
    if (held >= 0)
        return true;
    held = open_lock(database);
    if (held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0)
        return true;
    mortise_log(MORTISE_ERROR, "%s: %s; its matches are left alone", database,
                errno == EWOULDBLOCK ? "another process has it"
                                     : strerror(errno));
    owner_release();
    return false;
}

void owner_release(void)
{
    if (held >= 0)
        close(held);
    held = -1;
}

bool owner_is_here(void)
{
    return held >= 0;
}
