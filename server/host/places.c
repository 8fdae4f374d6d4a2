/* SPDX-License-Identifier: MIT */
#include "host/places.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

#define PATH_LENGTH_MAX 4096

/* Appends the directory of the running program. */
static void put_program_dir(struct buf *out)
{
    char path[PATH_LENGTH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
    while (n > 0 && path[n - 1] != '/')
        n--;
    if (n > 0)
        buf_append(out, path, (size_t)n);
}

/* Whether DIR/FILE is there; if so it is what `path` holds, with a NUL. */
static bool try(struct buf *path, struct str dir, struct str sub,
                struct str file)
{
    buf_clear(path);
    buf_append_str(path, dir);
    if (dir.n > 0 && dir.p[dir.n - 1] != '/')
        buf_append_char(path, '/');
    buf_append_str(path, sub);
    if (sub.n > 0)
        buf_append_char(path, '/');
    buf_append_str(path, file);
    buf_append_char(path, '\0');
    return path->error == 0 && access(path->p, R_OK) == 0;
}

static bool try_dir(struct buf *path, struct str dir, struct str name,
                    struct str file)
{
    return try(path, dir, STR(""), file) || try(path, dir, name, file);
}

static bool search(struct buf *path, const struct config *config,
                   struct str name, struct str file)
{
    struct buf beside;
    bool found;

    if (config->plugin_dir.n > 0)
        return try_dir(path, config->plugin_dir, name, file);
    buf_init(&beside, PATH_LENGTH_MAX);
    put_program_dir(&beside);
    buf_append_z(&beside, "plugins");
    found = try_dir(path, buf_str(&beside), name, file) ||
            try_dir(path, str_z(MORTISE_PLUGIN_DIR), name, file);
    buf_free(&beside);
    return found;
}

int places_find_plugin(const struct config *config,
                       const struct config_plugin *plugin, char **ret_file,
                       struct buf *why)
{
    struct buf path, file;
    bool found;
    int error = 0;

    buf_init(&path, PATH_LENGTH_MAX);
    buf_init(&file, PATH_LENGTH_MAX);
    if (plugin->path.n > 0) {
        buf_append_str(&file, plugin->path);
    } else {
        buf_append_str(&file, plugin->name);
        buf_append_z(&file, ".so");
    }
    if (plugin->path.n > 0 && str_find(plugin->path, '/') < plugin->path.n)
        found = try(&path, STR(""), STR(""), plugin->path);
    else
        found = search(&path, config, plugin->name, buf_str(&file));
    if (!found) {
        buf_printf(why, "there is no readable %.*s in the plugin directories",
                   STR_ARG(buf_str(&file)));
        error = ERR_NOENT;
    } else {
        *ret_file = mem_dupz(path.p, path.n - 1);
        error = *ret_file ? 0 : ERR_NOMEM;
    }
    buf_free(&path);
    buf_free(&file);
    return error;
}

static int complain(struct buf *why, const char *dir)
{
    buf_printf(why, "the directory for private copies, %s: %s\n", dir,
               strerror(errno));
    return ERR_IO;
}

/* One of our own, which nobody else can write to. */
static int make_dir(char **ret_dir, struct buf *why)
{
    const char *places[] = {getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"),
                            "/tmp"};
    struct buf path;
    int error = ERR_IO;

    buf_init(&path, PATH_LENGTH_MAX);
    for (size_t i = 0; i < 3 && error < 0; i++) {
        if (!places[i] || places[i][0] != '/')
            continue;
        buf_clear(&path);
        buf_printf(&path, "%s/mortise-XXXXXX", places[i]);
        buf_append_char(&path, '\0');
        if (path.error == 0 && mkdtemp(path.p)) {
            *ret_dir = mem_dupz(path.p, path.n - 1);
            error = *ret_dir ? 0 : ERR_NOMEM;
        }
    }
    if (error < 0)
        complain(why, "made anew under the system's own");
    buf_free(&path);
    return error;
}

int places_run_dir(const struct config *config, char **ret_dir, bool *ret_made,
                   struct buf *why)
{
    struct stat st;

    *ret_made = config->run_dir.n == 0;
    if (*ret_made) {
        int error = make_dir(ret_dir, why);
        *ret_made = error == 0;
        return error;
    }
    char *dir = mem_dupz(config->run_dir.p, config->run_dir.n);
    if (!dir)
        return ERR_NOMEM;
    if ((mkdir(dir, 0700) < 0 && errno != EEXIST) || stat(dir, &st) < 0) {
        int error = complain(why, dir);
        mem_free(dir);
        return error;
    }
    if (st.st_mode & S_IWOTH) {
        buf_printf(why,
                   "the directory for private copies, %s: everybody may "
                   "write to it\n",
                   dir);
        mem_free(dir);
        return ERR_DENIED;
    }
    *ret_dir = dir;
    return 0;
}

void places_remove(const char *dir)
{
    struct buf path;
    const struct dirent *entry;
    DIR *d = opendir(dir);

    buf_init(&path, PATH_LENGTH_MAX);
    while (d && (entry = readdir(d))) {
        if (entry->d_name[0] == '.')
            continue;
        buf_clear(&path);
        buf_printf(&path, "%s/%s", dir, entry->d_name);
        buf_append_char(&path, '\0');
        if (path.error == 0)
            unlink(path.p);
    }
    if (d)
        closedir(d);
    rmdir(dir);
    buf_free(&path);
}
