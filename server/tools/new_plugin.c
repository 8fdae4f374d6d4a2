/* SPDX-License-Identifier: MIT */
#include "tools/new_plugin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tools/templates.h"

#define NAME_MAX_LENGTH 63 /* what the SDK's note has room for */
#define PATH_LENGTH_MAX 4096

static const char usage[] = "Usage: mortise new-plugin NAME [DIR]\n";

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "mortise new-plugin: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

/* As the configuration and the SDK have it. */
static bool is_name(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n <= NAME_MAX_LENGTH && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static bool is_empty(const char *dir)
{
    const struct dirent *entry;
    DIR *d = opendir(dir);
    bool empty = d != NULL;

    while (empty && (entry = readdir(d)))
        empty =
            strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (d)
        closedir(d);
    return empty;
}

/* The text, with the name in place of every @NAME@. */
static void put_text(struct buf *out, const char *text, const char *name)
{
    static const char mark[] = "@NAME@";
    const char *at;

    while ((at = strstr(text, mark))) {
        buf_append(out, text, (size_t)(at - text));
        buf_append_z(out, name);
        text = at + sizeof(mark) - 1;
    }
    buf_append_z(out, text);
}

/* "plugin.c" becomes NAME.c, "test.c" test_NAME.c; others keep their name. */
static void put_path(struct buf *out, const char *dir, const char *file,
                     const char *name)
{
    buf_printf(out, "%s/", dir);
    if (strncmp(file, "plugin.", 7) == 0)
        buf_printf(out, "%s%s", name, file + 6);
    else if (strncmp(file, "test.", 5) == 0)
        buf_printf(out, "test_%s%s", name, file + 4);
    else
        buf_append_z(out, file);
    buf_append_char(out, '\0');
}

/* 0 or -1 with errno; nothing that is there is written over. */
static int write_file(const char *path, struct str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0)
        return -1;
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            int error = n < 0 ? errno : EIO;
            close(fd);
            errno = error;
            return -1;
        }
        text = str_of(text.p + n, text.n - (size_t)n);
    }
    return close(fd);
}

static int write_template(const struct template *t, const char *dir,
                          const char *name)
{
    struct buf path, text;
    int status = EXIT_SUCCESS;

    buf_init(&path, PATH_LENGTH_MAX);
    buf_init(&text, BUF_MAX);
    put_path(&path, dir, t->name, name);
    put_text(&text, t->text, name);
    if (path.error < 0)
        status = complain(dir, "the path is too long");
    else if (text.error < 0)
        status = complain(path.p, strerror(ENOMEM));
    else if (write_file(path.p, buf_str(&text)) < 0)
        status = complain(path.p, strerror(errno));
    else
        printf("%s\n", path.p);
    buf_free(&path);
    buf_free(&text);
    return status;
}

/* What to do next. A program that runs where it was built has the SDK's
 * pkg-config files beside it. */
static void say_next(const char *dir, const char *name)
{
    char program[PATH_LENGTH_MAX];
    char sdk[PATH_LENGTH_MAX + sizeof("/meson-uninstalled")];
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program));
    const char *slash = n > 0 ? memrchr(program, '/', (size_t)n) : NULL;
    bool built_here = false;

    if (slash) {
        snprintf(sdk, sizeof(sdk), "%.*s/meson-uninstalled",
                 (int)(slash - program), program);
        built_here = access(sdk, F_OK) == 0;
    }
    putchar('\n');
    if (built_here)
        printf("export PKG_CONFIG_PATH=%s\n", sdk);
    printf("cd %s && meson setup build && meson test -C build\n"
           "%.*s --config %s.json\n",
           dir, built_here ? (int)n : 7, built_here ? program : "mortise",
           name);
}

int new_plugin_run(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    const char *dir = argc > 2 ? argv[2] : name;
    int status = EXIT_SUCCESS;

    if (!name || argc > 3) {
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    if (!is_name(name))
        return complain(name, "a name has at most 63 of a-z, 0-9, _ and -, a "
                              "letter first");
    if (mkdir(dir, 0777) < 0 && errno != EEXIST)
        return complain(dir, strerror(errno));
    if (!is_empty(dir))
        return complain(dir, "it is there already, and not an empty folder");
    for (const struct template *t = templates;
         t->name && status == EXIT_SUCCESS; t++)
        status = write_template(t, dir, name);
    if (status == EXIT_SUCCESS)
        say_next(dir, name);
    return status;
}
