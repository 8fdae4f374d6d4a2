/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <mortise/plugin.h>

/* As a file is opened: by the effective user. */
static int find_fault(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS) < 0 ? errno : 0;
}

static void warn(const char *file, const char *path, int fault)
{
    mortise_log(MORTISE_WARN,
                "the database %s cannot be opened by user %u as it is now: "
                "%s: %s",
                file, (unsigned)geteuid(), path, strerror(fault));
}

/* SQLite makes files beside it. */
static int check_folder(const char *file)
{
    const char *end = strrchr(file, '/');
    char folder[PATH_MAX] = ".";
    int fault;

    if (end && (size_t)(end - file) < sizeof(folder))
        snprintf(folder, sizeof(folder), "%.*s",
                 end == file ? 1 : (int)(end - file), file);
    fault = find_fault(folder, W_OK | X_OK);
    if (fault != 0)
        warn(file, folder, fault);
    return fault;
}

void place_check(const char *file)
{
    int fault = check_folder(file);

    if (fault != 0)
        return;
    fault = find_fault(file, R_OK | W_OK);
    if (fault != 0 && fault != ENOENT)
        warn(file, file, fault);
}
