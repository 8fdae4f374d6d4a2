/* SPDX-License-Identifier: MIT */
/*
 * For tests of this folder that need no server: a host that keeps what is
 * logged, and whose memory can run out.
 */
#ifndef TEST_HOST_H
#define TEST_HOST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mortise/memory.h>
#include <mortise/testkit.h>

mortise_host mortise_the_host;

static char logged[8192];
static int allocations; /* so far */
static int fails_at;    /* the number of the one that fails; 0: none */
static int blocks;      /* that are held */

static inline void host_log(mortise_host host, int level, const char *format,
                            ...)
{
    size_t n = strlen(logged);
    va_list ap;

    va_start(ap, format);
    vsnprintf(logged + n, sizeof(logged) - n, format, ap);
    va_end(ap);
}

static inline void *host_alloc(mortise_host host, size_t size)
{
    allocations++;
    if (allocations == fails_at)
        return NULL;
    blocks++;
    return calloc(1, size > 0 ? size : 1);
}

static inline void host_release(mortise_host host, void *block)
{
    blocks -= block != NULL;
    free(block);
}

static const struct mortise_memory_table host_memory = {
    .size = sizeof(host_memory),
    .alloc = host_alloc,
    .release = host_release,
};

static inline const void *host_extension(mortise_host host, const char *id)
{
    return strcmp(id, "mortise.memory/1") == 0 ? &host_memory : NULL;
}

static const struct mortise_host_table host_table = {
    .size = sizeof(host_table),
    .log = host_log,
    .extension = host_extension,
};

/* Every test begins with it. */
static inline void host_start(void)
{
    mortise_the_host = &host_table;
    logged[0] = '\0';
    allocations = fails_at = blocks = 0;
}

/* And ends so: what was taken was given back. */
static inline void host_finish(void)
{
    ck_assert_int_eq(blocks, 0);
}

/* Something was logged with this in it; forgets what was. */
static inline void host_expect_log(const char *text)
{
    ck_assert_msg(strstr(logged, text) != NULL, "\"%s\" is not in \"%s\"", text,
                  logged);
    logged[0] = '\0';
}

#endif
