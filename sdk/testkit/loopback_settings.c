/* SPDX-License-Identifier: MIT */
/*
 * mortise/settings.h, looped back: both sides.
 *
 * What the host says about settings names their place in the configuration, so
 * it is to know which object is meant: as a path from the settings that init
 * was given, a member's number each. Any other object crosses as it is.
 */
#include <mortise/settings.h>
#include <string.h>

#include "internal.h"
#include "loopback.h"

enum {
    CALL_INTEGER,
    CALL_NUMBER,
    CALL_BOOLEAN,
    CALL_TEXT,
    CALL_CHOICE,
    CALL_VALUE,
    CALL_DONE,
};

/* Deeper than a configuration can be. */
#define DEPTH_MAX 128

enum { OBJECT_OF_SETTINGS, OBJECT_OTHER, OBJECT_NONE };

/* --- which object --- */

struct path {
    uint32_t depth;
    uint32_t steps[DEPTH_MAX];
};

/* The way from one node to another below it. */
static bool find(const struct json *from, const struct json *node,
                 struct path *path)
{
    if (from == node)
        return true;
    if (!from || path->depth == DEPTH_MAX)
        return false;
    uint32_t *step = &path->steps[path->depth++];
    *step = 0;
    for (const struct json *child = from->child; child; child = child->next) {
        if (find(child, node, path))
            return true;
        ++*step;
    }
    path->depth--;
    return false;
}

static void put_object(struct crossing *c, mortise_value settings)
{
    const struct json *node = host_json(&c->plugin->near_host, settings);
    struct path path = {0};

    if (!node) {
        wire_put(&c->wire, OBJECT_NONE);
    } else if (c->plugin->settings && find(c->plugin->settings, node, &path)) {
        wire_put(&c->wire, OBJECT_OF_SETTINGS);
        wire_put(&c->wire, path.depth);
        for (uint32_t i = 0; i < path.depth; i++)
            wire_put(&c->wire, path.steps[i]);
    } else {
        wire_put(&c->wire, OBJECT_OTHER);
        wire_put_value(&c->wire, node);
    }
}

static const struct json *walk(struct service *s)
{
    const struct json *node = s->plugin->far_settings;
    uint32_t depth = (uint32_t)wire_get(s->in);

    while (depth-- > 0) {
        uint32_t step = (uint32_t)wire_get(s->in);
        for (node = node->child; step > 0; step--)
            node = node->next;
    }
    return node;
}

static mortise_value get_object(struct service *s)
{
    uint64_t what = wire_get(s->in);
    const struct json *node = NULL;

    if (what == OBJECT_OF_SETTINGS)
        node = walk(s);
    else if (what == OBJECT_OTHER)
        node = wire_get_values(s->in, &s->host->arena)->child;
    return host_value(s->host, node);
}

/* --- the plugin's calls --- */

static void begin(struct crossing *c, mortise_host table, uint64_t call,
                  mortise_value settings, const char *key)
{
    crossing_begin(c, table, &loopback_settings, call);
    put_object(c, settings);
    wire_put_text(&c->wire, key);
}

static int64_t near_integer(mortise_host table, mortise_value settings,
                            const char *key, int64_t otherwise, int64_t min,
                            int64_t max)
{
    struct crossing c;
    begin(&c, table, CALL_INTEGER, settings, key);
    wire_put(&c.wire, (uint64_t)otherwise);
    wire_put(&c.wire, (uint64_t)min);
    wire_put(&c.wire, (uint64_t)max);
    return (int64_t)crossing_number(&c);
}

static double near_number(mortise_host table, mortise_value settings,
                          const char *key, double otherwise, double min,
                          double max)
{
    struct crossing c;
    struct wire reply;

    begin(&c, table, CALL_NUMBER, settings, key);
    wire_put_double(&c.wire, otherwise);
    wire_put_double(&c.wire, min);
    wire_put_double(&c.wire, max);
    crossing_make(&c, &reply);
    double number = wire_get_double(&reply);
    crossing_end(&c, &reply);
    return number;
}

static int near_boolean(mortise_host table, mortise_value settings,
                        const char *key, int otherwise)
{
    struct crossing c;
    begin(&c, table, CALL_BOOLEAN, settings, key);
    wire_put(&c.wire, (uint64_t)(int64_t)otherwise);
    return (int)crossing_number(&c);
}

/* What stands in a text's place is the plugin's own: it does not cross. */
static const char *near_text(mortise_host table, mortise_value settings,
                             const char *key, const char *otherwise)
{
    struct crossing c;
    begin(&c, table, CALL_TEXT, settings, key);
    const char *text = crossing_text(&c);
    return text ? text : otherwise;
}

static int near_choice(mortise_host table, mortise_value settings,
                       const char *key, const char *const *words, int otherwise)
{
    struct crossing c;

    begin(&c, table, CALL_CHOICE, settings, key);
    wire_put(&c.wire, words != NULL);
    for (int i = 0; words && words[i]; i++)
        wire_put_text(&c.wire, words[i]);
    if (words)
        wire_put_text(&c.wire, NULL);
    wire_put(&c.wire, (uint64_t)(int64_t)otherwise);
    return (int)crossing_number(&c);
}

/* The value is here already; what crosses is whether it will do. */
static mortise_value near_value(mortise_host table, mortise_value settings,
                                const char *key, uint32_t type)
{
    struct host *near = &loopback_of(table)->near_host;
    struct crossing c;

    begin(&c, table, CALL_VALUE, settings, key);
    wire_put(&c.wire, type);
    if (!crossing_number(&c))
        return NULL;
    return host_value(near, json_get(host_json(near, settings), str_z(key)));
}

static int near_done(mortise_host table, mortise_value settings)
{
    struct crossing c;
    begin(&c, table, CALL_DONE, settings, NULL);
    return (int)crossing_number(&c);
}

static const struct mortise_settings_table near_table = {
    .size = sizeof(struct mortise_settings_table),
    .integer = near_integer,
    .number = near_number,
    .boolean = near_boolean,
    .text = near_text,
    .choice = near_choice,
    .value = near_value,
    .done = near_done,
};

/* --- the far side --- */

static int serve_choice(struct service *s,
                        const struct mortise_settings_table *t,
                        mortise_value settings, const char *key)
{
    bool given = wire_get(s->in);
    const char **words = NULL;
    size_t count = 0;

    do {
        words = kit_realloc(words, (count + 1) * sizeof(*words));
        words[count] = given ? wire_get_text(s->in) : NULL;
    } while (words[count++]);
    int otherwise = (int)wire_get(s->in);
    int result =
        t->choice(s->table, settings, key, given ? words : NULL, otherwise);
    free(words);
    return result;
}

static int64_t serve_integer(struct service *s,
                             const struct mortise_settings_table *t,
                             mortise_value settings, const char *key)
{
    int64_t otherwise = (int64_t)wire_get(s->in);
    int64_t min = (int64_t)wire_get(s->in);
    int64_t max = (int64_t)wire_get(s->in);
    return t->integer(s->table, settings, key, otherwise, min, max);
}

static double serve_number(struct service *s,
                           const struct mortise_settings_table *t,
                           mortise_value settings, const char *key)
{
    double otherwise = wire_get_double(s->in);
    double min = wire_get_double(s->in);
    double max = wire_get_double(s->in);
    return t->number(s->table, settings, key, otherwise, min, max);
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_settings_table *t = s->extension;
    mortise_value settings = get_object(s);
    const char *key = wire_get_text(s->in);
    int64_t result;

    switch (call) {
    case CALL_NUMBER:
        wire_put_double(s->out, serve_number(s, t, settings, key));
        return;
    case CALL_TEXT:
        wire_put_text(s->out, t->text(s->table, settings, key, NULL));
        return;
    case CALL_INTEGER:
        result = serve_integer(s, t, settings, key);
        break;
    case CALL_BOOLEAN:
        result = t->boolean(s->table, settings, key, (int)wire_get(s->in));
        break;
    case CALL_CHOICE:
        result = serve_choice(s, t, settings, key);
        break;
    case CALL_VALUE:
        result = t->value(s->table, settings, key, (uint32_t)wire_get(s->in)) !=
                 NULL;
        break;
    default:
        result = t->done(s->table, settings);
    }
    wire_put(s->out, (uint64_t)result);
}

const struct loopback_extension loopback_settings = {
    .id = "mortise.settings/1",
    .table = &near_table,
    .serve = serve,
};
