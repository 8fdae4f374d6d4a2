/* SPDX-License-Identifier: MIT */
#include "host/services/settings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <mortise/settings.h>

#include "base/error.h"
#include "base/log.h"
#include "config/complain.h"
#include "config/nearest.h"
#include "host/calls/api.h"
#include "host/calls/extensions.h"
#include "host/calls/plugin_log.h"

#define COMPLAINTS_SIZE_MAX ((size_t)1 << 20)
#define EXPECTED_SIZE       512
#define REFUSAL_SIZE        1000
/* A value that is longer is called by its type. */
#define SHOWN_MAX 40

/* In the arena of the callback. */
struct known_setting {
    struct known_setting *next;
    const struct json *object;
    const char *key;
};

void settings_init(struct settings *s)
{
    *s = (struct settings){0};
    buf_init(&s->complaints, COMPLAINTS_SIZE_MAX);
}

void settings_free(struct settings *s)
{
    buf_free(&s->complaints);
}

static bool in_init(const struct generation *g)
{
    return g->state == GENERATION_LOADED && g->host->settings.config;
}

static void know(const struct generation *g, const struct json *object,
                 const char *key)
{
    struct settings *s = &g->host->settings;
    struct known_setting *k = arena_alloc(&g->host->arena, sizeof(*k));
    const char *copy = api_copy(g, str_z(key));

    if (!k || !copy)
        return; /* it may be taken for an unknown one: better than silence */
    *k = (struct known_setting){s->known, object, copy};
    s->known = k;
}

/* The member, NULL when it is not there; it counts as known from now on. */
static const struct json *find(mortise_host table, mortise_value settings,
                               const char *key)
{
    const struct generation *g = api_caller(table);
    const struct json *object = host_json(g->host, settings);
    if (!object || !key)
        return NULL;
    know(g, object, key);
    return json_get(object, str_z(key));
}

/* Begins a line about a place in the configuration. */
static struct buf *begin(const struct generation *g, size_t offset)
{
    struct settings *s = &g->host->settings;
    complain_place(s->config, offset, &s->complaints);
    buf_printf(&s->complaints, ": plugin \"%s\": ", g->name);
    return &s->complaints;
}

static const struct config_plugin *entry_of(const struct generation *g)
{
    const struct config *config = g->host ? g->host->settings.config : NULL;
    for (uint32_t i = 0; config && i < config->plugin_count; i++)
        if (str_eq(config->plugins[i].name, str_z(g->name)))
            return &config->plugins[i];
    return NULL;
}

void settings_put_place(const struct generation *g, struct buf *out)
{
    const struct config_plugin *entry = entry_of(g);
    if (entry)
        buf_printf(out, "%.*s:%u:%u: ", STR_ARG(g->host->settings.config->file),
                   entry->line, entry->column);
}

void settings_refuse(const struct generation *g, const char *format, ...)
{
    struct settings *s = &g->host->settings;
    char text[REFUSAL_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (!in_init(g)) {
        plugin_warn(g, "%s", text);
        return;
    }
    settings_put_place(g, &s->complaints);
    buf_printf(&s->complaints, "plugin \"%s\": %s\n", g->name, text);
}

static void put_value(struct buf *out, const struct json *value)
{
    char quoted[QUOTED_SIZE];
    if (value->type == JSON_STRING)
        buf_append_z(out, complain_quote(value->text, quoted));
    else if (value->child || value->raw.n > SHOWN_MAX)
        buf_printf(out, "this %s", json_type_name(value->type));
    else
        buf_append_str(out, value->raw);
}

__attribute__((format(printf, 4, 5))) static void
complain_value(mortise_host table, const char *key, const struct json *value,
               const char *expected, ...)
{
    const struct generation *g = api_caller(table);
    va_list args;

    if (!in_init(g)) {
        plugin_warn(g, "the setting \"%s\" is wrong", key);
        return;
    }
    struct buf *out =
        begin(g, complain_value_offset(g->host->settings.config, value));
    buf_printf(out, "the setting \"%s\" must be ", key);
    va_start(args, expected);
    buf_vprintf(out, expected, args);
    va_end(args);
    buf_append_z(out, ", not ");
    put_value(out, value);
    buf_append_char(out, '\n');
}

/* --- mortise/settings.h --- */

static int64_t settings_integer(mortise_host table, mortise_value settings,
                                const char *key, int64_t otherwise, int64_t min,
                                int64_t max)
{
    const struct json *v = find(table, settings, key);
    int64_t x;

    if (!v)
        return otherwise;
    if (json_int(v, &x) == 0 && x >= min && x <= max)
        return x;
    complain_value(table, key, v, "a whole number from %" PRId64 " to %" PRId64,
                   min, max);
    return otherwise;
}

static double settings_number(mortise_host table, mortise_value settings,
                              const char *key, double otherwise, double min,
                              double max)
{
    const struct json *v = find(table, settings, key);
    double x;

    if (!v)
        return otherwise;
    if (json_double(v, &x) == 0 && x >= min && x <= max)
        return x;
    complain_value(table, key, v, "a number from %.15g to %.15g", min, max);
    return otherwise;
}

static int settings_boolean(mortise_host table, mortise_value settings,
                            const char *key, int otherwise)
{
    const struct json *v = find(table, settings, key);
    bool x;

    if (!v)
        return otherwise;
    if (json_bool(v, &x) == 0)
        return x;
    complain_value(table, key, v, "true or false");
    return otherwise;
}

static const char *settings_text(mortise_host table, mortise_value settings,
                                 const char *key, const char *otherwise)
{
    const struct json *v = find(table, settings, key);
    struct str x;

    if (!v)
        return otherwise;
    if (json_string(v, &x) == 0 && str_find(x, '\0') == x.n) {
        const char *copy = api_copy(api_caller(table), x);
        return copy ? copy : otherwise;
    }
    complain_value(table, key, v, "a string");
    return otherwise;
}

static int settings_choice(mortise_host table, mortise_value settings,
                           const char *key, const char *const *words,
                           int otherwise)
{
    const struct json *v = find(table, settings, key);
    struct buf expected;
    struct str x;

    if (!v || !words)
        return otherwise;
    if (json_string(v, &x) == 0)
        for (int i = 0; words[i]; i++)
            if (str_eq(x, str_z(words[i])))
                return i;
    buf_init(&expected, EXPECTED_SIZE);
    for (int i = 0; words[i]; i++)
        buf_printf(&expected, "%s\"%s\"",
                   i == 0         ? ""
                   : words[i + 1] ? ", "
                                  : " or ",
                   words[i]);
    complain_value(table, key, v, "%.*s", STR_ARG(buf_str(&expected)));
    buf_free(&expected);
    return otherwise;
}

static mortise_value settings_value(mortise_host table, mortise_value settings,
                                    const char *key, uint32_t type)
{
    const struct json *v = find(table, settings, key);

    if (!v)
        return NULL;
    if ((uint32_t)v->type == type)
        return host_value(api_caller(table)->host, v);
    complain_value(table, key, v, "of the type %s",
                   type <= JSON_BINARY ? json_type_name((enum json_type)type)
                                       : "(none)");
    return NULL;
}

/* A member that nobody has asked for. */
static void complain_unknown(const struct generation *g,
                             const struct json *object,
                             const struct json *member)
{
    const struct settings *s = &g->host->settings;
    char quoted[QUOTED_SIZE];
    struct nearest near;

    nearest_init(&near, member->key);
    for (const struct known_setting *k = s->known; k; k = k->next)
        if (k->object == object)
            nearest_offer(&near, k->key);
    struct buf *out = begin(g, complain_key_offset(s->config, member));
    buf_printf(out, "there is no setting %s",
               complain_quote(member->key, quoted));
    if (near.name)
        buf_printf(out, "; did you mean \"%s\"?", near.name);
    buf_append_char(out, '\n');
}

static bool is_known(const struct settings *s, const struct json *object,
                     struct str key)
{
    for (const struct known_setting *k = s->known; k; k = k->next)
        if (k->object == object && str_eq(str_z(k->key), key))
            return true;
    return false;
}

static int settings_done(mortise_host table, mortise_value settings)
{
    const struct generation *g = api_caller(table);
    struct settings *s = &g->host->settings;
    const struct json *object = host_json(g->host, settings);

    if (!in_init(g))
        return ERR_INVAL;
    if (object && object->type == JSON_OBJECT)
        for (const struct json *m = object->child; m; m = m->next)
            if (!is_known(s, object, m->key))
                complain_unknown(g, object, m);
    return s->complaints.n > 0 || s->complaints.error ? ERR_INVAL : 0;
}

const struct mortise_settings_table ext_settings = {
    .size = sizeof(struct mortise_settings_table),
    .integer = settings_integer,
    .number = settings_number,
    .boolean = settings_boolean,
    .text = settings_text,
    .choice = settings_choice,
    .value = settings_value,
    .done = settings_done,
};

void settings_warn_of_development(const struct config *config)
{
    for (uint32_t i = 0; i < config->plugin_count; i++) {
        const struct config_plugin *p = &config->plugins[i];
        bool development = false;
        if (config->mode != CONFIG_PRODUCTION || !p->enabled || !p->settings)
            continue;
        json_bool(json_get(p->settings, STR("development")), &development);
        if (development)
            log_warn("%.*s:%u:%u: plugin \"%.*s\" has \"development\": true in "
                     "its settings, but the server is in production: that "
                     "leaves out what protects its users",
                     STR_ARG(config->file), p->line, p->column,
                     STR_ARG(p->name));
    }
}
