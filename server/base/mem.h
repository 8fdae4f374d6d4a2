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
 * Gives an array that has room for many more than `need` elements less of it,
 * after a peak; a small one stays as it is, and so does one for which there is
 * no memory.
 */
void mem_shrink(void **array, uint32_t *cap, size_t need, size_t size);

/*
 * Keeps some megabytes of what was freed for what is allocated next, instead
 * of giving them back to the system and taking them again: for a server that
 * echoes 16 KiB to a hundred clients a turn that is half of the work. Said
 * once, before there is another thread.
 */
void mem_keep_freed(void);

/*
 * For what is needed again and again for a moment, as the bytes of a message
 * are: blocks of a few sizes, of which a thread keeps spare ones once it has
 * said so. A block is given back with the size it was taken with, on any
 * thread, and only so.
 */
void *mem_take(size_t size);
void mem_give(void *p, size_t size); /* NULL is fine */
/* What a block that was taken with this size really has. */
size_t mem_block(size_t size);
/* Of each size, blocks of so many bytes together may be spare. Up to the
 * largest. */
#define MEM_SPARE_BYTES ((size_t)256 << 10)
#define MEM_BLOCK_LAST  ((size_t)64 << 10)
/* This thread keeps spare ones, until as often the opposite was said: then they
 * are freed. */
void mem_keep_spares(void);
void mem_drop_spares(void);

/*
 * Gives the spare blocks of this thread, and what malloc keeps though it was
 * freed, back to the system. A tenth of a millisecond for each megabyte, and
 * all threads that allocate wait meanwhile; see base/thrift.h.
 */
void mem_trim(void);
/* Bytes of the process that are in memory; 0 where the system does not say. */
size_t mem_resident(void);
/* Bytes that were allocated and not freed; 0 where malloc does not say. Looks
 * at each free piece. */
size_t mem_used(void);

/* How many allocations are live now: all threads together. Spare blocks are
 * not. */
long mem_live(void);
/* How often this thread has asked the system for memory. */
uint64_t mem_asked(void);

/*
 * Tests: lets n more allocations of this process succeed and fails the one
 * after that (once); negative turns it off.
 */
void mem_fail_after(long n);
/* How many would succeed now; negative: it is off, or one has failed. */
long mem_fail_left(void);

#endif
