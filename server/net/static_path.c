/* SPDX-License-Identifier: MIT */
#include "net/static_path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "net/http_parser.h"

#define INDEX "index.html"

/* A fifo must not make us wait for its other end, nor a terminal become ours;
 * who asked for them is turned away once it is clear what they are. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

bool static_path_valid(struct str path)
{
    if (path.n == 0 || memchr(path.p, '\0', path.n) != NULL ||
        memchr(path.p, '\\', path.n) != NULL)
        return false;
    while (path.p) {
        struct str component = str_cut(&path, '/');
        if (component.n == 0 || component.p[0] == '.')
            return false;
    }
    return true;
}

static size_t count_slashes(const char *p, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += p[i] == '/';
    return count;
}

int static_path_decode(struct str encoded, char ret_path[STATIC_PATH_MAX])
{
    if (encoded.n >= STATIC_PATH_MAX - sizeof(INDEX))
        return ERR_NOENT;
    int length = http_percent_decode(ret_path, encoded, false);
    if (length < 0)
        return ERR_NOENT;
    size_t n = (size_t)length;
    if (count_slashes(ret_path, n) != count_slashes(encoded.p, encoded.n))
        return ERR_NOENT;
    if (n == 0 || ret_path[n - 1] == '/') {
        memcpy(ret_path + n, INDEX, sizeof(INDEX) - 1);
        n += sizeof(INDEX) - 1;
    }
    if (!static_path_valid(str_of(ret_path, n)))
        return ERR_NOENT;
    ret_path[n] = '\0';
    return (int)n;
}

int static_path_walk(int root, const char *path)
{
    struct str rest = str_z(path);
    int dir = root;

    for (;;) {
        char name[STATIC_PATH_MAX];
        struct str component = str_cut(&rest, '/');
        if (component.n >= sizeof(name)) {
            errno = ENAMETOOLONG;
            break;
        }
        memcpy(name, component.p, component.n);
        name[component.n] = '\0';
        bool last = rest.p == NULL;
        int fd = openat(dir, name,
                        O_NOFOLLOW | (last ? OPEN_FLAGS
                                           : O_PATH | O_DIRECTORY | O_CLOEXEC));
        int error = errno;
        if (dir != root)
            close(dir);
        errno = error;
        if (fd < 0 || last)
            return fd;
        dir = fd;
    }
    if (dir != root)
        close(dir);
    return -1;
}

int static_path_open(int root, const char *path)
{
    static bool missing;
    struct open_how how = {
        .flags = OPEN_FLAGS,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    int fd = -1;

    if (!missing)
        fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
    if (fd >= 0)
        return fd;
    /* EPERM: a container's filter that does not know the call. EAGAIN: the
     * kernel gives up when things are renamed meanwhile. */
    if (!missing && errno == ENOSYS)
        missing = true;
    if (missing || errno == EPERM || errno == EAGAIN)
        return static_path_walk(root, path);
    return -1;
}
