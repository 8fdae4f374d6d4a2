/* SPDX-License-Identifier: MIT */
/*
 * What every fuzz target has: the one function that libFuzzer calls with its
 * inputs, and that replay.c calls with the files of corpus/.
 *
 * A target asserts what must hold for every input, beyond not crashing:
 * that bytes which come in pieces mean the same as in one piece, that what is
 * written can be read again, that nothing stays allocated.
 */
#ifndef MORTISE_TESTS_FUZZ_H
#define MORTISE_TESTS_FUZZ_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a string; targets take their switches off its front. */
static inline struct str fuzz_text(const uint8_t *data, size_t size)
{
    return str_of((const char *)data, size);
}

/* Takes one byte off the front; 0 when there is none. */
static inline uint8_t fuzz_byte(struct str *rest)
{
    if (rest->n == 0)
        return 0;
    uint8_t byte = (uint8_t)rest->p[0];
    *rest = str_of(rest->p + 1, rest->n - 1);
    return byte;
}

/*
 * A copy with nothing behind its last byte, so that the sanitizer sees a read
 * beyond it, and to be written to. To be given to mem_free(); never NULL.
 */
static inline char *fuzz_copy(struct str s)
{
    char *copy = mem_alloc(s.n ? s.n : 1);
    assert(copy);
    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    return copy;
}

#endif
