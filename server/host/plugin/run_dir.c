/* SPDX-License-Identifier: MIT */
#include "host/plugin/run_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

#define PREFIX          "mortise-run-"
#define PATH_LENGTH_MAX 4096
#define ATTEMPTS_MAX    16

void run_dir_init(struct run_dir *d)
{
    *d = (struct run_dir){.lock = -1};
}

static int complain(struct buf *why, int error, const char *dir,
                    const char *text)
{
    buf_printf(why, "the directory for private copies, %s: %s\n", dir, text);
    return error;
}

/* Whether what is loaded from inside of it is what was written there. In a
 * directory like /tmp, where everybody may write but remove only their own,
 * our own directory is safe. */
static int check_parent(const char *dir, struct buf *why)
{
    struct stat st;
    struct statvfs fs;

    if (stat(dir, &st) < 0 || statvfs(dir, &fs) < 0)
        return complain(why, ERR_IO, dir, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return complain(why, ERR_IO, dir, strerror(ENOTDIR));
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return complain(why, ERR_DENIED, dir, "it belongs to somebody else");
    if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
        return complain(why, ERR_DENIED, dir, "everybody may write to it");
    if (fs.f_flag & ST_NOEXEC)
        return complain(why, ERR_DENIED, dir,
                        "it is mounted noexec, code cannot be loaded from it");
    return 0;
}

static bool is_ours(const char *name)
{
    size_t n = strlen(name);

    return strcmp(name, RUN_DIR_CONTROL) == 0 ||
           strcmp(name, RUN_DIR_CONFIG) == 0 ||
           (n > 3 && strcmp(name + n - 3, ".so") == 0);
}

/* Removes what is ours in a directory that is open as `fd`, then itself. What
 * is not stays, and the directory with it. */
static void remove_dir(int fd, int parent, const char *name)
{
    const struct dirent *entry;
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *d = own < 0 ? NULL : fdopendir(own);

    while (d && (entry = readdir(d)))
        if (is_ours(entry->d_name))
            unlinkat(fd, entry->d_name, 0);
    if (d)
        closedir(d);
    else if (own >= 0)
        close(own);
    unlinkat(parent, name, AT_REMOVEDIR);
}

/* Opens a directory of ours and locks it; -1 when it is not ours, or somebody
 * has locked it. On file systems without locks nothing is ever stale. */
static int open_locked(int parent, const char *name)
{
    struct stat st;
    int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_uid != geteuid() ||
                    flock(fd, LOCK_EX | LOCK_NB) < 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Removes what servers that are no more have left behind. */
static void sweep(const char *dir)
{
    const struct dirent *entry;
    DIR *d = opendir(dir);

    while (d && (entry = readdir(d))) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        int fd = open_locked(dirfd(d), entry->d_name);
        if (fd < 0)
            continue;
        remove_dir(fd, dirfd(d), entry->d_name);
        close(fd);
    }
    if (d)
        closedir(d);
}

/* Locks the directory just made. False when the sweep of another server that
 * is starting too has taken it for a stale one. */
static bool lock(struct run_dir *d)
{
    struct stat opened, named;
    int fd = open(d->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return false;
    if ((flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) ||
        fstat(fd, &opened) < 0 || stat(d->path, &named) < 0 ||
        opened.st_dev != named.st_dev || opened.st_ino != named.st_ino) {
        close(fd);
        return false;
    }
    d->lock = fd;
    return true;
}

static int make_inside(struct run_dir *d, const char *parent, struct buf *why)
{
    struct buf path;
    int error = check_parent(parent, why);

    if (error < 0)
        return error;
    sweep(parent);
    buf_init(&path, PATH_LENGTH_MAX);
    for (int i = 0; error == 0 && d->lock < 0; i++) {
        mem_free(d->path);
        d->path = NULL;
        buf_clear(&path);
        buf_printf(&path, "%s/" PREFIX "XXXXXX", parent);
        buf_append_char(&path, '\0');
        if (path.error < 0 || i == ATTEMPTS_MAX)
            error = complain(why, ERR_IO, parent, "it cannot be used");
        else if (!mkdtemp(path.p))
            error = complain(why, ERR_IO, parent, strerror(errno));
        else if (!(d->path = mem_dupz(path.p, path.n - 1)))
            error = rmdir(path.p) < 0 ? ERR_IO : ERR_NOMEM;
        if (d->path && !lock(d))
            rmdir(d->path);
    }
    buf_free(&path);
    return error;
}

#define PLACES 3

/* The system's places; NULL in place of those that are not there. */
static void find_places(const char *places[PLACES])
{
    places[0] = getenv("XDG_RUNTIME_DIR");
    places[1] = getenv("TMPDIR");
    places[2] = "/tmp";
    for (int i = 0; i < PLACES; i++)
        if (places[i] && places[i][0] != '/')
            places[i] = NULL;
}

/* In the first of the system's places that will do. */
static int make_anywhere(struct run_dir *d, struct buf *why)
{
    const char *places[PLACES];
    struct buf reasons;
    int error = ERR_IO;

    find_places(places);
    buf_init(&reasons, BUF_MAX);
    for (int i = 0; i < PLACES && error < 0; i++)
        if (places[i])
            error = make_inside(d, places[i], &reasons);
    if (error < 0)
        buf_append_str(why, buf_str(&reasons));
    buf_free(&reasons);
    return error;
}

int run_dir_make(struct run_dir *d, struct str parent, struct buf *why)
{
    int error;

    if (parent.n == 0)
        return make_anywhere(d, why);
    char *path = mem_dupz(parent.p, parent.n);
    if (!path)
        return ERR_NOMEM;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        error = complain(why, ERR_IO, path, strerror(errno));
    else
        error = make_inside(d, path, why);
    mem_free(path);
    return error;
}

/* The file's own path, whoever names it how; the caller's. */
static char *real_path(struct str file)
{
    char *name = mem_dupz(file.p, file.n), real[PATH_MAX];
    bool found = name && realpath(name, real);

    mem_free(name);
    return found ? mem_dupz(real, strlen(real)) : NULL;
}

int run_dir_mark(const struct run_dir *d, struct str config)
{
    char *path = real_path(config);
    int error = path ? 0 : ERR_IO;

    if (path && symlinkat(path, d->lock, RUN_DIR_CONFIG) < 0)
        error = ERR_IO;
    mem_free(path);
    return error;
}

void run_dir_remove(struct run_dir *d)
{
    if (d->lock >= 0) {
        remove_dir(d->lock, AT_FDCWD, d->path);
        close(d->lock);
    }
    mem_free(d->path);
    run_dir_init(d);
}

static void visit(const char *parent, bool only_ours,
                  void (*found)(void *user, const char *path), void *user)
{
    const struct dirent *entry;
    DIR *d = opendir(parent);
    char path[PATH_LENGTH_MAX];
    struct stat st;

    while (d && (entry = readdir(d))) {
        int n = snprintf(path, sizeof(path), "%s/%s", parent, entry->d_name);
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 &&
            (size_t)n < sizeof(path) && lstat(path, &st) == 0 &&
            S_ISDIR(st.st_mode) && (!only_ours || st.st_uid == geteuid()))
            found(user, path);
    }
    if (d)
        closedir(d);
}

/* Those of the system's places that are no other's name; how many there are. */
static int distinct_places(const char *ret[PLACES])
{
    const char *places[PLACES];
    int count = 0;

    find_places(places);
    for (int i = 0; i < PLACES; i++) {
        bool again = false;
        for (int k = 0; k < count && places[i]; k++)
            again |= strcmp(ret[k], places[i]) == 0;
        if (places[i] && !again)
            ret[count++] = places[i];
    }
    return count;
}

void run_dir_visit(struct str parent,
                   void (*found)(void *user, const char *path), void *user)
{
    const char *places[PLACES];
    char *path = mem_dupz(parent.p, parent.n);

    if (path && parent.n > 0)
        visit(path, false, found, user);
    mem_free(path);
    if (parent.n > 0)
        return;
    int count = distinct_places(places);
    for (int i = 0; i < count; i++)
        visit(places[i], true, found, user);
}

void run_dir_name_places(struct str parent, struct buf *out)
{
    const char *places[PLACES];
    int count = distinct_places(places);

    if (parent.n > 0)
        buf_append_str(out, parent);
    for (int i = 0; i < count && parent.n == 0; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : ", ", places[i]);
}

/* --- who lives --- */

struct looking {
    const char *config; /* its own path */
    bool found;
};

static void look(void *user, const char *path)
{
    struct looking *looking = user;
    char config[PATH_MAX];
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return;
    ssize_t n = readlinkat(fd, RUN_DIR_CONFIG, config, sizeof(config));
    if (n > 0 && str_eq(str_of(config, (size_t)n), str_z(looking->config)) &&
        flock(fd, LOCK_SH | LOCK_NB) < 0)
        looking->found = true;
    close(fd);
}

bool run_dir_in_use(struct str parent, const char *config)
{
    char *path = real_path(str_z(config));
    struct looking looking = {.config = path};

    if (path)
        run_dir_visit(parent, look, &looking);
    mem_free(path);
    return looking.found;
}
