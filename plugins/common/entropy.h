/* SPDX-License-Identifier: MIT */
/* Unguessable bytes, for ids, codes and seeds. */
#ifndef COMMON_ENTROPY_H
#define COMMON_ENTROPY_H

#include <stddef.h>

/* From the kernel, which has them since it has started; until then it waits. It
 * cannot fail: what else is drawn from would be guessed. */
void entropy_fill(void *ret, size_t n);

#endif
