/* SPDX-License-Identifier: MIT */
/*
 * What the bench programs ask of the system: the clock, the processor time
 * and memory of another process, descriptors, and an end with a message.
 */
#ifndef MORTISE_BENCH_PROC_H
#define MORTISE_BENCH_PROC_H

#include <stdint.h>
#include <sys/types.h>

/* Says why on standard error and exits with status 1. */
void proc_fail(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* Nanoseconds of the monotonic clock. */
uint64_t proc_now(void);

/* Nanoseconds of processor time, user and system, of all threads of pid,
 * those that have ended included. Exact, where /proc/PID/stat counts ticks
 * of 10 ms. Fails the program when there is no such process. */
uint64_t proc_cpu(pid_t pid);

/* Resident bytes of pid. Fails the program when they cannot be read. */
uint64_t proc_resident(pid_t pid);

/* Raises the descriptor limit of this process as far as it may, and returns
 * it. */
unsigned proc_raise_descriptors(void);

#endif
