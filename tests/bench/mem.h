/* SPDX-License-Identifier: MIT */
/*
 * Memory of the bench programs: allocation that ends the program when it
 * fails, and a byte queue on top of it.
 *
 * A struct bytes is owned by whoever embeds it; all zero is an empty one. It
 * never grows beyond BYTES_MAX, so a server gone wild cannot fill the machine.
 */
#ifndef MORTISE_BENCH_MEM_H
#define MORTISE_BENCH_MEM_H

#include <stddef.h>
#include <stdint.h>

#define BYTES_MAX ((size_t)64 << 20)

struct bytes {
    uint8_t *data; /* NULL as long as nothing was stored */
    size_t len;
    size_t cap;
};

/* n zeroed bytes; never NULL. */
void *mem_new(size_t n);
/* Releases what mem_new() returned; NULL is fine. */
void mem_free(void *p);

/* Stores len more bytes at the end; beyond BYTES_MAX the program ends. */
void bytes_append(struct bytes *b, const void *data, size_t len);
/* Forgets the first n bytes; the memory goes when nothing is left. */
void bytes_drop(struct bytes *b, size_t n);
/* Forgets everything and releases the memory. */
void bytes_free(struct bytes *b);

#endif
