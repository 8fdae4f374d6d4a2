/* SPDX-License-Identifier: MIT */
/*
 * Faults: what the shared object in front of libc shares with itself and, by a
 * file, with who asks for a fault. Each call that the server makes is of a
 * kind; the n-th of a kind fails with an errno that is plausible for it.
 *
 * The file that FAULTS_FILE names is mapped by the server and by the processes
 * in which it tries new builds. It begins with a plan for the former, behind it
 * stands one for the latter, and then, from FAULTS_NAMES on, the names of the
 * kinds, a line each.
 */
#ifndef MORTISE_TESTS_SHIM_H
#define MORTISE_TESTS_SHIM_H

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define FAULTS_KINDS(X)                                                        \
    X(recv)                                                                    \
    X(send)                                                                    \
    X(accept)                                                                  \
    X(socket)                                                                  \
    X(bind)                                                                    \
    X(listen)                                                                  \
    X(connect)                                                                 \
    X(sockopt)                                                                 \
    X(shutdown)                                                                \
    X(read)                                                                    \
    X(write)                                                                   \
    X(pipe_read)                                                               \
    X(pipe_write)                                                              \
    X(open)                                                                    \
    X(close)                                                                   \
    X(stat)                                                                    \
    X(list)                                                                    \
    X(sync)                                                                    \
    X(truncate)                                                                \
    X(unlink)                                                                  \
    X(mkdir)                                                                   \
    X(fcntl)                                                                   \
    X(lock)                                                                    \
    X(mmap)                                                                    \
    X(epoll_ctl)                                                               \
    X(epoll_wait)                                                              \
    X(descriptor)                                                              \
    X(process)                                                                 \
    X(wait)                                                                    \
    X(thread)                                                                  \
    X(random)                                                                  \
    X(dlopen)                                                                  \
    X(memory)

enum kind {
#define X(name) KIND_##name,
    FAULTS_KINDS(X)
#undef X
        KIND_COUNT
};

/* One more: of all kinds together, but for memory. */
enum { KIND_ANY = KIND_COUNT, KINDS_MAX = 64 };

struct plan {
    _Atomic uint32_t armed;  /* 0: nothing fails, and calls are counted */
    _Atomic uint32_t kind;   /* of those that fail */
    _Atomic uint32_t nth;    /* the first that fails, from 1 */
    _Atomic uint32_t period; /* then each so many-th; 0: none */
    _Atomic int32_t error;   /* an errno; 0: it does half of what it is asked;
                              * below 0: the usual one of its kind */
    _Atomic uint32_t fired;  /* how many have failed */
    _Atomic uint32_t pid;    /* whose plan it is */
    uint32_t reserved;
    _Atomic uint32_t counts[KINDS_MAX];
};

enum { FAULTS_NAMES = 2048, FAULTS_SIZE = 4096 };
_Static_assert(2 * sizeof(struct plan) <= FAULTS_NAMES, "they do not overlap");

/* What a call is to do instead of what it is for. */
enum { FAULT_NONE = 0, FAULT_SHORT = -1 }; /* else an errno */

/* Counts a call; whether it fails. */
int fault(enum kind kind);
/* The kind of a read (or a write) of this descriptor; KIND_COUNT: one that is
 * never touched, such as the log's. */
enum kind fault_kind_of(int fd, bool writes);

/* The next function of this name behind ours. */
#define NEXT(name)                                                             \
    ({                                                                         \
        static __typeof__(&(name)) next;                                       \
        if (!next)                                                             \
            next = (__typeof__(&(name)))dlsym(RTLD_NEXT, #name);               \
        next;                                                                  \
    })

#endif
