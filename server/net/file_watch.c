/* SPDX-License-Identifier: MIT */
#include "net/file_watch.h"

#include <errno.h>
#include <event2/event.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/loop.h"

#define LOOK_MS 1000
/* A link is there when it was made; a file not before it was written. */
#define MASK (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE)

/* One file, by one of its paths. */
struct watched {
    char *shown; /* as it was given */
    char *path;  /* that, or where it leads to */
    size_t name; /* where in it the name begins; in front is the folder */
    int wd;      /* -1: the folder is not there */
    dev_t device;
    ino_t inode; /* of the folder */
};

struct file_watch {
    struct loop *loop;
    int fd;
    struct event *readable;
    struct timer look;
    struct watched *files;
    uint32_t count;
    void (*changed)(void *user, const char *path);
    void *user;
};

static void free_files(struct watched *files, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        mem_free(files[i].shown);
        mem_free(files[i].path);
    }
    mem_free(files);
}

/* --- folders --- */

static const char *name_of(const struct watched *f)
{
    return f->path + f->name;
}

static bool stat_folder(const struct watched *f, struct stat *st, char *folder)
{
    if (f->name >= PATH_MAX)
        return false;
    memcpy(folder, f->path, f->name);
    folder[f->name] = '\0';
    return stat(f->name > 0 ? folder : ".", st) == 0;
}

/* Folders that are the same have the same number. */
static void forget(struct file_watch *w, struct watched *f)
{
    int wd = f->wd;

    f->wd = -1;
    for (uint32_t i = 0; i < w->count; i++)
        if (w->files[i].wd == wd)
            return;
    inotify_rm_watch(w->fd, wd);
}

/* Watches the folder that is there now. True when it is another than before. */
static bool look_at(struct file_watch *w, struct watched *f)
{
    char folder[PATH_MAX];
    struct stat st;
    bool there = stat_folder(f, &st, folder);

    if (f->wd >= 0 &&
        (!there || st.st_dev != f->device || st.st_ino != f->inode))
        forget(w, f);
    if (!there || f->wd >= 0)
        return false;
    f->wd = inotify_add_watch(w->fd, f->name > 0 ? folder : ".", MASK);
    f->device = st.st_dev;
    f->inode = st.st_ino;
    return f->wd >= 0;
}

static void on_look(struct timer *timer)
{
    struct file_watch *w = CONTAINER_OF(timer, struct file_watch, look);

    for (uint32_t i = 0; i < w->count; i++)
        if (look_at(w, &w->files[i]) && access(w->files[i].path, F_OK) == 0)
            w->changed(w->user, w->files[i].shown);
    /* Cannot fail: it has just fired. */
    timer_start(&w->loop->timers, &w->look, LOOK_MS);
}

/* --- events --- */

static bool is_link(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && (S_ISLNK(st.st_mode) || st.st_nlink > 1);
}

static void on_event(struct file_watch *w, const struct inotify_event *event)
{
    bool lost = event->mask & IN_Q_OVERFLOW;

    for (uint32_t i = 0; i < w->count; i++) {
        struct watched *f = &w->files[i];
        /* The folder has gone; its inode may come back as another's. */
        if (f->wd == event->wd && (event->mask & IN_IGNORED))
            f->wd = -1;
        bool meant = f->wd == event->wd && event->len > 0 &&
                     strcmp(name_of(f), event->name) == 0 &&
                     (!(event->mask & IN_CREATE) || is_link(f->path));
        if (lost || meant)
            w->changed(w->user, f->shown);
    }
}

static void on_readable(evutil_socket_t fd, short what, void *user)
{
    struct file_watch *w = user;
    _Alignas(struct inotify_event) char events[16384];

    loop_update_now(w->loop);
    ssize_t n = read(fd, events, sizeof(events));
    for (ssize_t at = 0; at < n;) {
        const struct inotify_event *event =
            (const struct inotify_event *)(const void *)(events + at);
        on_event(w, event);
        at += (ssize_t)(sizeof(*event) + event->len);
    }
}

/* --- around it --- */

int file_watch_new(struct loop *loop,
                   void (*changed)(void *user, const char *path), void *user,
                   struct file_watch **ret_watch)
{
    struct file_watch *w = mem_zalloc(sizeof(*w));
    int error = ERR_NOMEM;

    if (!w)
        return ERR_NOMEM;
    w->loop = loop;
    w->changed = changed;
    w->user = user;
    timer_init(&w->look, on_look);
    w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->fd < 0)
        error = ERR_IO;
    else
        w->readable =
            event_new(loop->base, w->fd, EV_READ | EV_PERSIST, on_readable, w);
    if (w->readable && event_add(w->readable, NULL) == 0 &&
        timer_start(&loop->timers, &w->look, LOOK_MS) == 0) {
        *ret_watch = w;
        return 0;
    }
    int saved_errno = errno;
    file_watch_free(w);
    errno = saved_errno;
    return error;
}

void file_watch_free(struct file_watch *w)
{
    if (!w)
        return;
    if (w->readable)
        event_free(w->readable);
    if (w->fd >= 0)
        close(w->fd);
    timer_stop(&w->loop->timers, &w->look);
    free_files(w->files, w->count);
    mem_free(w);
}

static bool fill(struct watched *f, const char *shown, const char *path)
{
    const char *slash = strrchr(path, '/');

    f->shown = mem_dupz(shown, strlen(shown));
    f->path = mem_dupz(path, strlen(path));
    f->name = slash ? (size_t)(slash + 1 - path) : 0;
    f->wd = -1;
    return f->shown && f->path;
}

int file_watch_set(struct file_watch *w, char *const *paths, uint32_t count)
{
    struct watched *files =
        mem_zalloc((2 * (size_t)count + 1) * sizeof(files[0]));
    uint32_t n = 0;
    bool good = files != NULL;

    for (uint32_t i = 0; good && i < count; i++) {
        char real[PATH_MAX];
        good = fill(&files[n++], paths[i], paths[i]);
        if (good && realpath(paths[i], real) && strcmp(real, paths[i]) != 0)
            good = fill(&files[n++], paths[i], real);
    }
    if (!good) {
        free_files(files, n);
        return ERR_NOMEM;
    }
    struct watched *before = w->files;
    uint32_t before_count = w->count;
    w->files = files;
    w->count = n;
    for (uint32_t i = 0; i < n; i++)
        look_at(w, &files[i]);
    /* Their folders stay watched as far as these are in them. */
    for (uint32_t i = 0; i < before_count; i++)
        if (before[i].wd >= 0)
            forget(w, &before[i]);
    free_files(before, before_count);
    return 0;
}
