/* SPDX-License-Identifier: MIT */
/*
 * Memory: the only place that calls malloc.
 *
 * Every function may fail and returns NULL then; nobody aborts. Tests make
 * the n-th allocation fail with mem_fail_after() and compare mem_live()
 * before and after to prove that nothing leaked. Not for plugins.
 */
#ifndef MORTISE_BASE_MEM_H
#define MORTISE_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size);
void *mem_zalloc(size_t size); /* zeroed */
void *mem_realloc(void *p, size_t size);
void mem_free(void *p); /* NULL is fine */
void *mem_dup(const void *p, size_t size);
/* A NUL-terminated copy of n bytes. */
char *mem_dupz(const char *p, size_t n);

/*
 * Grows an array so that it has room for `need` elements of `size` bytes:
 * doubles, checks for overflow, never shrinks. *array and *cap change only on
 * success. ERR_NOMEM.
 */
int mem_grow(void **array, uint32_t *cap, size_t need, size_t size);

/*
 * Keeps some megabytes of what was freed for what is allocated next, instead
 * of giving them back to the system and taking them again: for a server that
 * echoes 16 KiB to a hundred clients a turn that is half of the work. Said
 * once, before there is another thread.
 */
void mem_keep_freed(void);

/* How many allocations are live now: all threads together. */
long mem_live(void);

/*
 * Tests: lets n more allocations of this process succeed and fails the one
 * after that (once); negative turns it off.
 */
void mem_fail_after(long n);
/* How many would succeed now; negative: it is off, or one has failed. */
long mem_fail_left(void);

#endif
