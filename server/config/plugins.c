/* SPDX-License-Identifier: MIT */
/* "plugins": what to load, and with which settings. */
#include "base/error.h"
#include "base/table.h"
#include "config/read.h"

enum { NAME_MAX_BYTES = 64, NAMESPACE_MAX_BYTES = 256 };

bool read_is_plugin_name(struct str text)
{
    if (text.n == 0 || text.n > NAME_MAX_BYTES || text.p[0] < 'a' ||
        text.p[0] > 'z')
        return false;
    for (size_t i = 1; i < text.n; i++) {
        char c = text.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' &&
            c != '-')
            return false;
    }
    return true;
}

static bool has_two_stars(struct str text)
{
    for (size_t i = 1; i < text.n; i++)
        if (text.p[i - 1] == '*' && text.p[i] == '*')
            return true;
    return false;
}

/* A comma ends the namespace in a packet, and what is behind a question mark
 * is no part of it. */
bool read_is_namespace(struct str text)
{
    return text.n > 0 && text.n <= NAMESPACE_MAX_BYTES && text.p[0] == '/' &&
           str_find(text, ',') == text.n && str_find(text, '?') == text.n &&
           !has_two_stars(text);
}

void read_plugin_path(struct reader *r, const struct schema_item *item)
{
    struct config_plugin *plugin = item->base;
    struct str text;

    if (json_string(item->value, &text) < 0 || text.n == 0 ||
        !read_is_plain(text)) {
        read_refuse(r, item);
        return;
    }
    /* A bare file name is looked for in pluginDir. */
    plugin->path = str_find(text, '/') < text.n ? read_resolve(r, text) : text;
}

void read_plugin_settings(struct reader *r, const struct schema_item *item)
{
    struct config_plugin *plugin = item->base;

    if (item->value->type == JSON_OBJECT)
        plugin->settings = item->value;
    else
        read_refuse(r, item);
}

void read_plugin_state(struct reader *r, const struct schema_item *item)
{
    struct config_plugin *plugin = item->base;
    struct str text;

    if (json_string(item->value, &text) == 0 && str_eq(text, STR("fresh")))
        plugin->fresh_state = true;
    else if (json_string(item->value, &text) < 0 ||
             !str_eq(text, STR("require")))
        read_refuse(r, item);
}

static void read_plugin(struct reader *r, const struct schema_item *list,
                        const struct json *entry, uint32_t index)
{
    struct config_plugin *plugin = &r->config->plugins[index];
    size_t offset = complain_value_offset(r->config, entry);
    struct buf prefix;

    if (entry->type != JSON_OBJECT) {
        read_refuse_part(r, list, entry);
        return;
    }
    json_place(r->config->text, offset, &plugin->line, &plugin->column);
    buf_init(&prefix, 64);
    buf_printf(&prefix, "plugins[%u].", index);
    if (prefix.error)
        r->error = ERR_NOMEM;
    else
        read_object(r, entry, schema_plugin, buf_str(&prefix), plugin);
    buf_free(&prefix);
}

/* Two entries may use one file, but not one name: it is the plugin's identity
 * across reloads. */
static void find_same_names(struct reader *r, const struct json *list)
{
    struct config_plugin *plugin = r->config->plugins;
    struct table names;

    table_init(&names);
    for (const struct json *entry = list->child; entry;
         entry = entry->next, plugin++) {
        if (plugin->name.n == 0)
            continue;
        int error = table_add(&names, plugin->name, plugin);
        if (error == ERR_EXIST) {
            struct config_plugin *other = table_get(&names, plugin->name);
            complain(
                r,
                complain_value_offset(r->config, json_get(entry, STR("name"))),
                "the plugin in line %u is called \"%.*s\" too", other->line,
                STR_ARG(plugin->name));
        } else if (error < 0) {
            r->error = error;
        }
    }
    table_free(&names);
}

void read_plugins(struct reader *r, const struct schema_item *item)
{
    uint32_t index = 0;

    if (item->value->type != JSON_ARRAY) {
        read_refuse(r, item);
        return;
    }
    if (item->value->count == 0)
        return;
    r->config->plugins =
        reader_alloc(r, item->value->count * sizeof(*r->config->plugins));
    if (!r->config->plugins)
        return;
    r->config->plugin_count = item->value->count;
    for (const struct json *entry = item->value->child; entry;
         entry = entry->next)
        read_plugin(r, item, entry, index++);
    find_same_names(r, item->value);
}
