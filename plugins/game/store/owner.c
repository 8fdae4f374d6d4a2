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
static const char *ours; /* the database that was ours; NULL: none was */
static bool unasked;     /* it was taken back, and not by the host's acquire */

/* A file of its own: whoever closes any descriptor of a database lets go of the
 * locks that SQLite has on it. */
static int open_lock(const char *database)
{
    size_t size = strlen(database) + sizeof("-owner");
    char *path = mortise_alloc(size);
    int fd;

    if (!path) {
        errno = ENOMEM;
        return -1;
    }
    snprintf(path, size, "%s-owner", database);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    mortise_free(path);
    return fd;
}

/* 0, or why not, as an errno. */
static int take(const char *database)
{
    int error = 0;

    held = open_lock(database);
    if (held < 0 || flock(held, LOCK_EX | LOCK_NB) < 0)
        error = errno;
    if (error != 0)
        owner_release();
    return error;
}

int owner_take(const char *database)
{
    int error = held >= 0 ? 0 : take(database);

    if (error == 0) {
        ours = database;
        unasked = false;
        return 0;
    }
    if (error == EWOULDBLOCK)
        mortise_log(MORTISE_ERROR,
                    "%s: another process has it; its matches are left alone",
                    database);
    else
        mortise_log(MORTISE_ERROR, "%s-owner: %s", database, strerror(error));
    return error == EWOULDBLOCK ? MORTISE_ELIMIT : MORTISE_EINVAL;
}

void owner_release(void)
{
    if (held >= 0)
        close(held);
    held = -1;
}

bool owner_is_here(void)
{
    if (held < 0 && ours && take(ours) == 0) {
        mortise_log(MORTISE_INFO, "%s: its matches go on", ours);
        unasked = true;
    }
    return held >= 0;
}

void owner_hand_over(void)
{
    if (unasked)
        owner_release();
    unasked = false;
}
