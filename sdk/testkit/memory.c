/* SPDX-License-Identifier: MIT */
/* The kit's own memory, which is there or ends the test, and the server's,
 * which a test may let fail. */
#include <string.h>

#include "base/mem.h"
#include "internal.h"

void *kit_realloc(void *p, size_t size)
{
    void *grown = realloc(p, size > 0 ? size : 1);
    if (!grown) {
        fputs("testkit: out of memory\n", stderr);
        abort();
    }
    return grown;
}

char *kit_dup(const char *z)
{
    size_t size = strlen(z) + 1;
    char *copy = kit_realloc(NULL, size);
    memcpy(copy, z, size);
    return copy;
}

long kit_memory_pause(void)
{
    long left = mem_fail_left();
    mem_fail_after(-1);
    return left;
}

void kit_memory_resume(long left)
{
    mem_fail_after(left);
}
