/* SPDX-License-Identifier: MIT */
#include "host/plugin/places.h"

#include <stdbool.h>
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

/* Says where it was looked for. */
static void complain(const struct config *config,
                     const struct config_plugin *plugin, struct str file,
                     bool anywhere, struct buf *why)
{
    buf_printf(why, "there is no readable %.*s", STR_ARG(file));
    if (!anywhere)
        return;
    buf_append_z(why, " in ");
    if (config->plugin_dir.n > 0) {
        buf_append_str(why, config->plugin_dir);
    } else {
        put_program_dir(why);
        buf_append_z(why, "plugins or " MORTISE_PLUGIN_DIR);
    }
    if (plugin->path.n > 0)
        buf_append_z(why, "; with a slash in it \"path\" counts from the "
                          "folder of the configuration");
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
    bool anywhere = str_find(buf_str(&file), '/') == file.n;
    if (anywhere)
        found = search(&path, config, plugin->name, buf_str(&file));
    else
        found = try(&path, STR(""), STR(""), plugin->path);
    if (!found) {
        complain(config, plugin, buf_str(&file), anywhere, why);
        error = ERR_NOENT;
    } else {
        *ret_file = mem_dupz(path.p, path.n - 1);
        error = *ret_file ? 0 : ERR_NOMEM;
    }
    buf_free(&path);
    buf_free(&file);
    return error;
}
