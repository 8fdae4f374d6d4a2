/* SPDX-License-Identifier: MIT */
#include "process/descriptors.h"

#include <inttypes.h>
#include <sys/resource.h>

#include "base/log.h"

/* Beside the connections: files, plugins, the loop. */
#define OTHERS 256

void descriptors_raise(int64_t connections)
{
    rlim_t want = (rlim_t)connections + OTHERS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want)
        return;
    limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < want)
        log_info("limits.connections is %" PRId64 ", but the system lets only "
                 "%ju files be open (ulimit -Hn)",
                 connections, (uintmax_t)limit.rlim_cur);
}
