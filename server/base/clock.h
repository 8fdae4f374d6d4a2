/* SPDX-License-Identifier: MIT */
/* The clocks. CLOCK_MONOTONIC for every delay, the wall clock only for
 * what people read. */
#ifndef MORTISE_BASE_CLOCK_H
#define MORTISE_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
/* As of the kernel's last tick, a few ms ago: costs a fifth. */
int64_t clock_coarse_ms(void);
int64_t clock_wall_ms(void); /* since 1970, UTC */
/* What this thread has worked so far. */
int64_t clock_thread_us(void);

#endif
