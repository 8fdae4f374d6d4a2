/* SPDX-License-Identifier: MIT */
#include "configure.h"

#include "base/error.h"
#include "host/plugin/plugin_file.h"

#define PLUGIN_MAX ((size_t)512 << 20)

int kit_configure(struct str text, struct config **ret_config, struct buf *why)
{
    int error = config_parse("testkit", text, ret_config, why);
    if (error == 0 && !json_get((*ret_config)->root, STR("notices")))
        (*ret_config)->notices = false;
    return error;
}

/* What a file calls itself. */
static int read_note(const char *file, struct elf_note *ret_note,
                     struct buf *why)
{
    struct buf bytes;

    buf_init(&bytes, PLUGIN_MAX);
    int error = plugin_file_read(file, &bytes, why);
    if (error == 0)
        error = elf_note_read(bytes.p, bytes.n, ret_note, why);
    buf_free(&bytes);
    return error;
}

int kit_plugin_read(struct kit_place at, const char *file, const char *settings,
                    va_list args, struct kit_plugin *ret, struct buf *why)
{
    int error = read_note(file, &ret->note, why);
    if (error < 0)
        return error;
    ret->path = realpath(file, NULL);
    if (!ret->path)
        return ERR_IO;
    buf_init(&ret->settings, BUF_MAX);
    if (kit_build_json(at, &ret->settings, settings, args) > 1)
        kit_fail(at, "the settings are one object");
    return 0;
}

void kit_plugin_free(struct kit_plugin *plugin)
{
    free(plugin->path);
    buf_free(&plugin->settings);
}

void kit_plugin_put(struct json_writer *w, const struct kit_plugin *plugin,
                    const struct json *before)
{
    bool settings = plugin->settings.n > 0;

    json_open_object(w);
    json_put_key(w, STR("name"));
    json_put_string(w, str_z(plugin->note.name));
    json_put_key(w, STR("path"));
    json_put_string(w, str_z(plugin->path));
    if (settings) {
        json_put_key(w, STR("settings"));
        json_put_raw(w, buf_str(&plugin->settings));
    }
    for (const struct json *m = before ? before->child : NULL; m; m = m->next) {
        if (str_eq(m->key, STR("name")) || str_eq(m->key, STR("path")) ||
            (settings && str_eq(m->key, STR("settings"))))
            continue;
        json_put_key(w, m->key);
        json_put_value(w, m);
    }
    json_close_object(w);
}
