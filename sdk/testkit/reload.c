/* SPDX-License-Identifier: MIT */
/* Builds that take each other's place. */
#include "host/reload/reload.h"

#include <string.h>

#include "base/error.h"
#include "configure.h"
#include "host/options.h"
#include "internal.h"
#include "state.h"

#define AT ((struct kit_place){file, line})

/* --- the configuration that there will be --- */

static const struct json *name_of(const struct json *entry)
{
    return json_get(entry, STR("name"));
}

static bool is_called(const struct json *entry, const char *name)
{
    struct str text;
    return json_string(name_of(entry), &text) == 0 && str_eq(text, str_z(name));
}

/* The plugins as they are, this one in its place. */
static void put_plugins(struct json_writer *w, const struct json *plugins,
                        const struct kit_plugin *plugin)
{
    json_open_array(w);
    for (const struct json *e = plugins->child; e; e = e->next)
        if (is_called(e, plugin->note.name))
            kit_plugin_put(w, plugin, e);
        else
            json_put_value(w, e);
    json_close_array(w);
}

/* What is in effect, with another file for the plugin. */
static void put_config(struct buf *out, const struct testkit *kit,
                       const struct kit_plugin *plugin)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_open_object(&w);
    for (const struct json *m = kit->config->root->child; m; m = m->next) {
        json_put_key(&w, m->key);
        if (str_eq(m->key, STR("plugins")))
            put_plugins(&w, m, plugin);
        else
            json_put_value(&w, m);
    }
    json_close_object(&w);
}

/* --- the reload --- */

static int exchange(struct testkit *kit, const struct config *after,
                    struct buf *why)
{
    struct reload *r = NULL;

    int error = reload_new(kit->host, after, &r, why);
    if (error < 0)
        return error;
    error = reload_stage(r, why);
    if (error == 0)
        reload_commit(r);
    else
        reload_abandon(r);
    reload_free(r);
    return error;
}

/* As SIGHUP does, but for what is not there in a test: the canary, and the
 * floors that a kit has not got. */
static int reload(struct testkit *kit, struct str config, struct buf *why)
{
    struct config *after = NULL;

    kit_enter(kit);
    kit_state_begin(kit);
    int error = kit_configure(config, &after, why);
    if (error == 0)
        error = exchange(kit, after, why);
    kit_state_end(kit);
    if (error == 0) {
        host_set_options(kit->host, after);
        config_free(kit->config);
        kit->config = after;
    } else {
        config_free(after);
    }
    kit_leave(kit);
    if (error < 0 && why->n == 0)
        buf_append_z(why, error_text(error));
    return error;
}

/* The slot of a plugin that runs; the test fails where there is none. */
static struct plugin_slot *find_slot(struct kit_place at, struct testkit *kit,
                                     const char *name)
{
    for (uint32_t i = 0; i < kit->host->slot_count; i++) {
        struct plugin_slot *slot = kit->host->slots[i];
        if (slot->current && strcmp(slot->name, name) == 0)
            return slot;
    }
    kit_fail(at, "there is no plugin \"%s\" to be replaced", name);
}

static int reload_plugin(struct kit_place at, struct testkit *kit,
                         const char *plugin, const char *settings, va_list args,
                         struct buf *why)
{
    struct kit_plugin p;
    struct buf config;

    int error = kit_plugin_read(at, plugin, settings, args, &p, why);
    if (error < 0)
        return error;
    struct generation *now = find_slot(at, kit, p.note.name)->current;
    unsigned char hash[sizeof(now->hash)];
    /* The same file is another build, too. */
    memcpy(hash, now->hash, sizeof(hash));
    memset(now->hash, 0, sizeof(hash));
    buf_init(&config, BUF_MAX);
    put_config(&config, kit, &p);
    error = reload(kit, buf_str(&config), why);
    if (error < 0)
        memcpy(now->hash, hash, sizeof(hash));
    buf_free(&config);
    kit_plugin_free(&p);
    return error;
}

/* --- expecting --- */

static void check_taken(struct kit_place at, struct testkit *kit, int error,
                        struct buf *why)
{
    if (error < 0)
        kit_fail(at, "the reload was refused: %.*s\nthe log:\n%s",
                 STR_ARG(buf_str(why)), testkit_log(kit));
    buf_free(why);
}

/* lines: how many the log had before. */
static void check_refused(struct kit_place at, struct testkit *kit, int error,
                          const char *why, struct buf *said, int lines)
{
    if (error == 0)
        kit_fail(at, "the reload was done");
    kit_log_print_from(said, kit, lines);
    buf_append_char(said, '\0');
    if (said->error < 0 || !strstr(said->p, why))
        kit_fail(at, "\"%s\" is not why the reload was refused:\n%s", why,
                 said->error < 0 ? "" : said->p);
    buf_free(said);
}

void testkit_reload_at(const char *file, int line, struct testkit *kit,
                       const char *plugin, const char *settings, ...)
{
    struct buf why;
    va_list args;

    buf_init(&why, BUF_MAX);
    va_start(args, settings);
    int error = reload_plugin(AT, kit, plugin, settings, args, &why);
    va_end(args);
    check_taken(AT, kit, error, &why);
}

void testkit_expect_no_reload_at(const char *file, int line,
                                 struct testkit *kit, const char *plugin,
                                 const char *why, const char *settings, ...)
{
    int lines = kit->lines;
    struct buf said;
    va_list args;

    buf_init(&said, BUF_MAX);
    va_start(args, settings);
    int error = reload_plugin(AT, kit, plugin, settings, args, &said);
    va_end(args);
    check_refused(AT, kit, error, why, &said, lines);
}

void testkit_reconfigure_at(const char *file, int line, struct testkit *kit,
                            const char *config, ...)
{
    struct buf text, why;
    va_list args;

    buf_init(&text, BUF_MAX);
    buf_init(&why, BUF_MAX);
    va_start(args, config);
    kit_build_json(AT, &text, config, args);
    va_end(args);
    int error = reload(kit, buf_str(&text), &why);
    buf_free(&text);
    check_taken(AT, kit, error, &why);
}

void testkit_expect_no_reconfigure_at(const char *file, int line,
                                      struct testkit *kit, const char *why,
                                      const char *config, ...)
{
    int lines = kit->lines;
    struct buf text, said;
    va_list args;

    buf_init(&text, BUF_MAX);
    buf_init(&said, BUF_MAX);
    va_start(args, config);
    kit_build_json(AT, &text, config, args);
    va_end(args);
    int error = reload(kit, buf_str(&text), &said);
    buf_free(&text);
    check_refused(AT, kit, error, why, &said, lines);
}
