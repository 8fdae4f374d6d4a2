/* SPDX-License-Identifier: MIT */
#include "proc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

void proc_fail(const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s: ", program_invocation_short_name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static uint64_t clock_read(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t) != 0)
        proc_fail("clock_gettime: %s", strerror(errno));
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t proc_now(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

uint64_t proc_cpu(pid_t pid)
{
    clockid_t clock;
    int error = clock_getcpuclockid(pid, &clock);

    if (error != 0)
        proc_fail("processor time of process %d: %s", (int)pid,
                  strerror(error));
    return clock_read(clock);
}

uint64_t proc_resident(pid_t pid)
{
    char path[64];
    char line[256];
    unsigned long kilobytes = 0;
    FILE *f;

    /* The roll-up walks the pages and is exact; VmRSS of /proc/PID/status may
     * lag by some pages a thread. */
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    f = fopen(path, "re");
    if (f == NULL)
        proc_fail("%s: %s", path, strerror(errno));
    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "Rss: %lu kB", &kilobytes) == 1)
            break;
    }
    fclose(f);
    if (kilobytes == 0)
        proc_fail("%s tells no Rss", path);
    return (uint64_t)kilobytes * 1024;
}

unsigned proc_raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        proc_fail("getrlimit: %s", strerror(errno));
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            proc_fail("setrlimit: %s", strerror(errno));
    }
    return limit.rlim_cur > 1000000 ? 1000000 : (unsigned)limit.rlim_cur;
}
