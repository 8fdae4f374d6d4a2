/* SPDX-License-Identifier: MIT */
#include "host/plugin/plugin_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/error.h"
#include "base/mem.h"

/* More than any plugin; a slip such as a core file is refused before it is
 * read. */
#define FILE_MAX        ((off_t)256 << 20)
#define READ_SIZE       65536
#define PATH_LENGTH_MAX 4096

static int complain(struct buf *why, int error, const char *path,
                    const char *text)
{
    buf_printf(why, "%s: %s", path, text);
    return error;
}

static int check_file(const char *path, const struct stat *st, struct buf *why)
{
    if (!S_ISREG(st->st_mode))
        return complain(why, ERR_IO, path, "it is not a regular file");
    if (st->st_size > FILE_MAX)
        return complain(why, ERR_LIMIT, path, "it is too large for a plugin");
    if (st->st_mode & S_IWOTH)
        return complain(why, ERR_DENIED, path,
                        "everybody may write to it (chmod o-w)");
    return 0;
}

static int check_owner(const char *path, bool folder, struct buf *why)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return complain(why, ERR_IO, path, strerror(errno));
    if (st.st_uid != 0 && st.st_uid != geteuid())
        return complain(why, ERR_DENIED, path,
                        "it belongs to somebody else than root and the "
                        "server's user (chown)");
    if (folder && (st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
        return complain(why, ERR_DENIED, path,
                        "everybody may write to this folder of a plugin "
                        "(chmod o-w)");
    return 0;
}

int plugin_file_check_place(const char *path, struct buf *why)
{
    /* Where links lead. */
    char real[PATH_MAX];

    if (!realpath(path, real))
        return complain(why, ERR_IO, path, strerror(errno));
    int error = check_owner(real, false, why);
    char *slash = strrchr(real, '/');
    if (error == 0) {
        slash[slash == real ? 1 : 0] = '\0';
        error = check_owner(real, true, why);
    }
    return error;
}

/* Whether nobody has written to it meanwhile. */
static bool unchanged(const struct stat *before, const struct stat *after)
{
    return before->st_size == after->st_size &&
           before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
           before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

/* Everything up to the end, or a little more than `size`, which is enough to
 * see that the file has grown. */
static int read_all(int fd, const char *path, off_t size, struct buf *to,
                    struct buf *why)
{
    while (to->n <= (size_t)size) {
        char *here = buf_reserve(to, READ_SIZE);
        if (!here)
            return complain(why, to->error, path, error_text(to->error));
        ssize_t n = read(fd, here, READ_SIZE);
        if (n == 0)
            break;
        if (n > 0)
            buf_commit(to, (size_t)n);
        else if (errno != EINTR)
            return complain(why, ERR_IO, path, strerror(errno));
    }
    return 0;
}

int plugin_file_read(const char *path, struct buf *to, struct buf *why)
{
    struct stat before, after;
    int error;
    /* Not blocking: a FIFO would have us wait for somebody to write. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return complain(why, ERR_IO, path, strerror(errno));
    if (fstat(fd, &before) < 0) {
        error = complain(why, ERR_IO, path, strerror(errno));
        goto out;
    }
    error = check_file(path, &before, why);
    if (error == 0)
        error = read_all(fd, path, before.st_size, to, why);
    if (error < 0)
        goto out;
    if (fstat(fd, &after) < 0 || !unchanged(&before, &after) ||
        to->n != (size_t)before.st_size)
        error = complain(why, ERR_IO, path, "it is being written to");
out:
    close(fd);
    return error;
}

static int write_all(int fd, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR_IO;
        bytes = str_of(bytes.p + n, bytes.n - (size_t)n);
    }
    return 0;
}

/* The number makes the name new; the hash tells people which build it is. */
static char *copy_path(struct str dir, struct str name, uint32_t number,
                       struct str bytes)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    struct buf path;

    EVP_Digest(bytes.p, bytes.n, digest, NULL, EVP_sha256(), NULL);
    buf_init(&path, PATH_LENGTH_MAX);
    buf_printf(&path, "%.*s/%.*s.%u-%02x%02x%02x%02x.so", STR_ARG(dir),
               STR_ARG(name), number, digest[0], digest[1], digest[2],
               digest[3]);
    char *z = path.error == 0 ? mem_dupz(path.p, path.n) : NULL;
    buf_free(&path);
    return z;
}

int plugin_file_copy(struct str dir, struct str name, uint32_t number,
                     struct str bytes, char **ret_path, struct buf *why)
{
    char *path = copy_path(dir, name, number, bytes);
    if (!path)
        return ERR_NOMEM;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500);
    int error = fd < 0 ? ERR_IO : write_all(fd, bytes);

    if (error < 0)
        complain(why, error, path, strerror(errno));
    /* Some file systems say only now that they are full. */
    if (fd >= 0 && close(fd) < 0 && error == 0)
        error = complain(why, ERR_IO, path, strerror(errno));
    if (error == 0) {
        *ret_path = path;
        return 0;
    }
    if (fd >= 0)
        unlink(path);
    mem_free(path);
    return error;
}
