/* SPDX-License-Identifier: MIT */
#include "net/unix_socket.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Those that wait in the kernel; it cuts this to net.core.somaxconn. */
#define BACKLOG 4096

int unix_socket_address(const char *path, struct sockaddr_un *ret_address,
                        socklen_t *ret_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = strlen(path);

    if (n >= sizeof(address.sun_path))
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, n);
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    *ret_address = address;
    /* All bytes of an abstract name count; those of a path end with a NUL. */
    *ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n +
                            (path[0] != '@'));
    return 0;
}

static int close_with(int fd, int error)
{
    close(fd);
    errno = error;
    return -1;
}

static int open_connected(const char *path, int flags)
{
    struct sockaddr_un address;
    socklen_t size;
    int error = unix_socket_address(path, &address, &size);
    int fd =
        error ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

    if (error)
        errno = error;
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, size) < 0)
        return close_with(fd, errno);
    return fd;
}

int unix_socket_connect(const char *path)
{
    return open_connected(path, 0);
}

bool unix_socket_remove(const char *path)
{
    struct stat st;

    if (lstat(path, &st) < 0 || !S_ISSOCK(st.st_mode))
        return false;
    /* EAGAIN: somebody listens, and more wait than he has room for. */
    int fd = open_connected(path, SOCK_NONBLOCK);
    if (fd >= 0)
        close(fd);
    return fd < 0 && errno == ECONNREFUSED && unlink(path) == 0;
}

/* 0, or an errno. */
static int bind_to(int fd, const char *path, const struct sockaddr_un *address,
                   socklen_t size)
{
    const struct sockaddr *any = (const struct sockaddr *)address;

    if (bind(fd, any, size) == 0)
        return 0;
    if (errno != EADDRINUSE)
        return errno;
    if (!unix_socket_remove(path))
        return EADDRINUSE;
    return bind(fd, any, size) == 0 ? 0 : errno;
}

int unix_socket_listen(const char *path, mode_t mode)
{
    struct sockaddr_un address;
    socklen_t size;
    int error = unix_socket_address(path, &address, &size);

    if (error) {
        errno = error;
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    /* The file gets the mode of the socket, less the umask. */
    if (fchmod(fd, mode) < 0)
        return close_with(fd, errno);
    error = bind_to(fd, path, &address, size);
    if (error)
        return close_with(fd, error);
    if (chmod(path, mode) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    error = errno;
    unlink(path);
    return close_with(fd, error);
}
