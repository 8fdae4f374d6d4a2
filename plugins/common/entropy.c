/* SPDX-License-Identifier: MIT */
#include "entropy.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>

void entropy_fill(void *ret, size_t n)
{
    char *to = ret;

    while (n > 0) {
        ssize_t got = getrandom(to, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort();
        to += got;
        n -= (size_t)got;
    }
}
