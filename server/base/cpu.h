/* SPDX-License-Identifier: MIT */
/*
 * What the processor can do beyond plain C. CPU_SSE2 and CPU_NEON are defined
 * where every processor of the architecture has those registers; what is
 * declared CPU_AVX2 may only be called where cpu_has_avx2().
 */
#ifndef MORTISE_BASE_CPU_H
#define MORTISE_BASE_CPU_H

#include <stdbool.h>

#if defined(__x86_64__)
#define CPU_SSE2
#define CPU_AVX2 __attribute__((target("avx2")))
#include <immintrin.h>

static inline bool cpu_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}

#elif defined(__aarch64__)
#define CPU_NEON
#include <arm_neon.h>
#endif

#endif
