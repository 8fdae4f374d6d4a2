/* SPDX-License-Identifier: MIT */
/*
 * A wall clock that somebody sets, in front of libc's: LD_PRELOAD. It is wrong
 * by as many milliseconds as stand in the file CLOCK_FILE, 8 bytes as this
 * machine writes them, which may change at any time. Other clocks are not
 * touched.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *wrong;

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("CLOCK_FILE");
    int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd < 0
                   ? MAP_FAILED
                   : mmap(NULL, sizeof(*wrong), PROT_READ, MAP_SHARED, fd, 0);

    if (fd >= 0)
        close(fd);
    if (at != MAP_FAILED)
        wrong = at;
}

int clock_gettime(clockid_t id, struct timespec *ret_now)
{
    int result = (int)syscall(SYS_clock_gettime, id, ret_now);

    if (result == 0 && wrong &&
        (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        int64_t ms = atomic_load(wrong);
        int64_t ns = ret_now->tv_nsec + ms % 1000 * 1000000;
        int64_t carry = ns < 0 ? -1 : ns / 1000000000;
        ret_now->tv_sec += (time_t)(ms / 1000 + carry);
        ret_now->tv_nsec = (long)(ns - carry * 1000000000);
    }
    return result;
}

int gettimeofday(struct timeval *restrict ret_now, void *restrict zone)
{
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);

    if (result == 0)
        *ret_now = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return result;
}

time_t time(time_t *ret_now)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    if (ret_now)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}
