/* SPDX-License-Identifier: MIT */
/* The functions of libc that the server and its libraries call, each in front
 * of the true one. */
#include "shim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- bytes: half of them, where that is asked for --- */

#define BYTES(name, writes, parameters, ...)                                   \
    ssize_t name parameters                                                    \
    {                                                                          \
        int what = fault(fault_kind_of(fd, writes));                           \
        if (what > 0)                                                          \
            return -1;                                                         \
        if (what == FAULT_SHORT && n > 1)                                      \
            n /= 2;                                                            \
        return NEXT(name)(__VA_ARGS__);                                        \
    }

BYTES(read, false, (int fd, void *p, size_t n), fd, p, n)
BYTES(recv, false, (int fd, void *p, size_t n, int flags), fd, p, n, flags)
BYTES(send, true, (int fd, const void *p, size_t n, int flags), fd, p, n, flags)
BYTES(pread, false, (int fd, void *p, size_t n, off_t at), fd, p, n, at)
BYTES(pread64, false, (int fd, void *p, size_t n, off64_t at), fd, p, n, at)
BYTES(pwrite, true, (int fd, const void *p, size_t n, off_t at), fd, p, n, at)
BYTES(pwrite64, true, (int fd, const void *p, size_t n, off64_t at), fd, p, n,
      at)

/* One byte in a pipe wakes whoever has written it, and comes from a handler of
 * signals: there is always room for that. */
ssize_t write(int fd, const void *p, size_t n)
{
    enum kind kind = fault_kind_of(fd, true);
    int what = kind == KIND_pipe_write && n == 1 ? FAULT_NONE : fault(kind);

    if (what > 0)
        return -1;
    return NEXT(write)(fd, p, what == FAULT_SHORT && n > 1 ? n / 2 : n);
}

/* Of many pieces the first, or half of the only one. */
static int cut(struct iovec *first, const struct iovec *pieces, int count)
{
    *first = pieces[0];
    if (count == 1 && first->iov_len > 1)
        first->iov_len /= 2;
    return 1;
}

ssize_t readv(int fd, const struct iovec *pieces, int count)
{
    struct iovec first;
    int what = fault(fault_kind_of(fd, false));

    if (what > 0)
        return -1;
    if (what == FAULT_SHORT && count > 0) {
        count = cut(&first, pieces, count);
        pieces = &first;
    }
    return NEXT(readv)(fd, pieces, count);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    struct iovec first;
    int what = fault(fault_kind_of(fd, true));

    if (what > 0)
        return -1;
    if (what == FAULT_SHORT && count > 0) {
        count = cut(&first, pieces, count);
        pieces = &first;
    }
    return NEXT(writev)(fd, pieces, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct msghdr shorter = *message;
    struct iovec first;
    int what = fault(fault_kind_of(fd, true));

    if (what > 0)
        return -1;
    if (what == FAULT_SHORT && shorter.msg_iovlen > 0) {
        shorter.msg_iovlen =
            (size_t)cut(&first, shorter.msg_iov, (int)shorter.msg_iovlen);
        shorter.msg_iov = &first;
    }
    return NEXT(sendmsg)(fd, &shorter, flags);
}

ssize_t sendto(int fd, const void *p, size_t n, int flags,
               const struct sockaddr *to, socklen_t length)
{
    return fault(fault_kind_of(fd, true)) > 0
               ? -1
               : NEXT(sendto)(fd, p, n, flags, to, length);
}

/* --- calls that do all or nothing --- */

#define WHOLE(type, kind, name, parameters, ...)                               \
    type name parameters                                                       \
    {                                                                          \
        return fault(KIND_##kind) > 0 ? (type)-1 : NEXT(name)(__VA_ARGS__);    \
    }

WHOLE(int, accept, accept4,
      (int fd, struct sockaddr *address, socklen_t *n, int flags), fd, address,
      n, flags)
WHOLE(int, socket, socket, (int family, int type, int protocol), family, type,
      protocol)
WHOLE(int, socket, socketpair, (int family, int type, int protocol, int fds[2]),
      family, type, protocol, fds)
WHOLE(int, bind, bind, (int fd, const struct sockaddr *at, socklen_t n), fd, at,
      n)
WHOLE(int, listen, listen, (int fd, int backlog), fd, backlog)
WHOLE(int, connect, connect, (int fd, const struct sockaddr *at, socklen_t n),
      fd, at, n)
WHOLE(int, sockopt, setsockopt,
      (int fd, int level, int name, const void *value, socklen_t n), fd, level,
      name, value, n)
WHOLE(int, sockopt, getsockname,
      (int fd, struct sockaddr *restrict address, socklen_t *restrict n), fd,
      address, n)
WHOLE(int, shutdown, shutdown, (int fd, int how), fd, how)
WHOLE(int, stat, fstat, (int fd, struct stat *ret), fd, ret)
WHOLE(int, stat, fstat64, (int fd, struct stat64 *ret), fd, ret)
WHOLE(int, stat, stat, (const char *restrict path, struct stat *restrict ret),
      path, ret)
WHOLE(int, stat, stat64,
      (const char *restrict path, struct stat64 *restrict ret), path, ret)
WHOLE(int, stat, lstat64,
      (const char *restrict path, struct stat64 *restrict ret), path, ret)
WHOLE(ssize_t, random, getrandom, (void *p, size_t n, unsigned flags), p, n,
      flags)
WHOLE(int, sync, fsync, (int fd), fd)
WHOLE(int, sync, fdatasync, (int fd), fd)
WHOLE(int, truncate, ftruncate, (int fd, off_t size), fd, size)
WHOLE(int, truncate, ftruncate64, (int fd, off64_t size), fd, size)
WHOLE(int, unlink, unlink, (const char *path), path)
WHOLE(int, unlink, unlinkat, (int fd, const char *path, int flags), fd, path,
      flags)
WHOLE(int, unlink, rmdir, (const char *path), path)
WHOLE(int, unlink, rename, (const char *from, const char *to), from, to)
WHOLE(int, mkdir, mkdir, (const char *path, mode_t mode), path, mode)
WHOLE(int, mkdir, symlinkat, (const char *to, int fd, const char *path), to, fd,
      path)
WHOLE(int, mkdir, chmod, (const char *path, mode_t mode), path, mode)
WHOLE(int, mkdir, fchmod, (int fd, mode_t mode), fd, mode)
WHOLE(int, lock, flock, (int fd, int what), fd, what)
WHOLE(int, epoll_wait, epoll_wait,
      (int fd, struct epoll_event *events, int most, int timeout), fd, events,
      most, timeout)
WHOLE(int, descriptor, epoll_create1, (int flags), flags)
WHOLE(int, descriptor, eventfd, (unsigned value, int flags), value, flags)
WHOLE(int, descriptor, pipe2, (int fds[2], int flags), fds, flags)
WHOLE(int, descriptor, inotify_init1, (int flags), flags)
WHOLE(int, descriptor, inotify_add_watch,
      (int fd, const char *path, uint32_t mask), fd, path, mask)
WHOLE(int, descriptor, pidfd_open, (pid_t pid, unsigned flags), pid, flags)
WHOLE(int, descriptor, dup3, (int from, int to, int flags), from, to, flags)
WHOLE(pid_t, process, fork, (void), )
WHOLE(pid_t, wait, waitpid, (pid_t pid, int *status, int flags), pid, status,
      flags)

/* --- others --- */

/* Only for what is new memory is needed. */
int epoll_ctl(int fd, int what, int of, struct epoll_event *event)
{
    if (what == EPOLL_CTL_ADD && fault(KIND_epoll_ctl) > 0)
        return -1;
    return NEXT(epoll_ctl)(fd, what, of, event);
}

/* What cannot be closed well is closed all the same. */
int close(int fd)
{
    int result = NEXT(close)(fd);
    int error = errno;

    if (result == 0 && fault(KIND_close) > 0)
        return -1;
    errno = error;
    return result;
}

/* The mode of a file that is made. */
#define OPEN(name, parameters, ...)                                            \
    int name parameters                                                        \
    {                                                                          \
        va_list more;                                                          \
        va_start(more, flags);                                                 \
        mode_t mode =                                                          \
            flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;          \
        va_end(more);                                                          \
        return fault(KIND_open) > 0 ? -1 : NEXT(name)(__VA_ARGS__, mode);      \
    }

OPEN(open, (const char *path, int flags, ...), path, flags)
OPEN(open64, (const char *path, int flags, ...), path, flags)
OPEN(openat, (int fd, const char *path, int flags, ...), fd, path, flags)
OPEN(openat64, (int fd, const char *path, int flags, ...), fd, path, flags)

/* A lock on a file is another kind than a flag; it can always be given back. */
static enum kind kind_of_fcntl(int what, const void *argument)
{
    if (what != F_SETLK)
        return KIND_fcntl;
    return ((const struct flock *)argument)->l_type == F_UNLCK ? KIND_COUNT
                                                               : KIND_lock;
}

#define FCNTL(name)                                                            \
    int name(int fd, int what, ...)                                            \
    {                                                                          \
        va_list more;                                                          \
        va_start(more, what);                                                  \
        void *argument = va_arg(more, void *);                                 \
        va_end(more);                                                          \
        if (fault(kind_of_fcntl(what, argument)) > 0)                          \
            return -1;                                                         \
        return NEXT(name)(fd, what, argument);                                 \
    }

FCNTL(fcntl)
FCNTL(fcntl64)

void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t from)
{
    if (fault(KIND_mmap) > 0)
        return MAP_FAILED;
    return NEXT(mmap)(at, n, protection, flags, fd, from);
}

void *mmap64(void *at, size_t n, int protection, int flags, int fd,
             off64_t from)
{
    if (fault(KIND_mmap) > 0)
        return MAP_FAILED;
    return NEXT(mmap64)(at, n, protection, flags, fd, from);
}

char *mkdtemp(char *path)
{
    return fault(KIND_mkdir) > 0 ? NULL : NEXT(mkdtemp)(path);
}

DIR *opendir(const char *path)
{
    return fault(KIND_list) > 0 ? NULL : NEXT(opendir)(path);
}

DIR *fdopendir(int fd)
{
    return fault(KIND_list) > 0 ? NULL : NEXT(fdopendir)(fd);
}

int clone(int (*run)(void *), void *stack, int flags, void *argument, ...)
{
    return fault(KIND_process) > 0 ? -1
                                   : NEXT(clone)(run, stack, flags, argument);
}

int pthread_create(pthread_t *restrict ret, const pthread_attr_t *restrict how,
                   void *(*run)(void *), void *restrict argument)
{
    int error = fault(KIND_thread);
    return error > 0 ? error : NEXT(pthread_create)(ret, how, run, argument);
}

/* One that is not there says so in dlerror(). */
void *dlopen(const char *path, int flags)
{
    return NEXT(dlopen)(fault(KIND_dlopen) > 0 ? "/nowhere/fault.so" : path,
                        flags);
}
