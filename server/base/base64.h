/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648). */
#ifndef MORTISE_BASE_BASE64_H
#define MORTISE_BASE_BASE64_H

#include <stddef.h>

#define BASE64_LENGTH(n) (((n) + 2) / 3 * 4)
/* The most bytes that n characters can stand for. */
#define BASE64_DECODED_MAX(n) ((n) / 4 * 3 + 3)

/* Writes BASE64_LENGTH(n) characters, standard alphabet, padded, no NUL. */
void base64_encode(char *to, const void *from, size_t n);
/* URL-safe alphabet, no padding; returns the number of characters. */
size_t base64url_encode(char *to, const void *from, size_t n);
/*
 * Reads both alphabets, padding optional at the end (clients differ); any
 * other character, misplaced padding or a lone last character is ERR_SYNTAX.
 * `to` has room for BASE64_DECODED_MAX(n), or is the memory of `from` itself.
 */
int base64_decode(void *to, const char *from, size_t n, size_t *ret_n);

#endif
