/* SPDX-License-Identifier: MIT */
/* Reading values: a mortise_value stands for one of json/'s nodes. */
#include <string.h>

#include "base/error.h"
#include "host/calls/api.h"
#include "host/calls/plugin_log.h"

/* The SDK's numbers of types are ours. */
_Static_assert(MORTISE_NULL == (int)JSON_NULL, "type");
_Static_assert(MORTISE_BOOL == (int)JSON_BOOL, "type");
_Static_assert(MORTISE_NUMBER == (int)JSON_NUMBER, "type");
_Static_assert(MORTISE_STRING == (int)JSON_STRING, "type");
_Static_assert(MORTISE_ARRAY == (int)JSON_ARRAY, "type");
_Static_assert(MORTISE_OBJECT == (int)JSON_OBJECT, "type");
_Static_assert(MORTISE_BINARY == (int)JSON_BINARY, "type");

const struct json *api_node(mortise_host table, mortise_value v)
{
    const struct generation *g = api_caller(table);
    const struct json *json = host_json(g->host, v);
    if (v && !json)
        plugin_warn(g, "a value was kept beyond its callback");
    return json;
}

static mortise_value value(mortise_host table, const struct json *v)
{
    return host_value(api_caller(table)->host, v);
}

/* Places before this one are found from the front. */
#define NEAR 16

/* The place that was asked for last in this list; what is new is the last. */
static struct value_place *place_of(struct host *host, const struct json *first)
{
    uint32_t i = 0;

    while (i < host->place_count && host->places[i].first != first)
        i++;
    if (i == host->place_count && i < HOST_PLACES)
        host->place_count++;
    if (i == HOST_PLACES)
        i--; /* the one that was used the longest ago */
    struct value_place place = host->places[i];
    if (place.first != first)
        place = (struct value_place){first, first, 0};
    memmove(host->places + 1, host->places, i * sizeof(place));
    host->places[0] = place;
    return host->places;
}

/*
 * The index-th of a list that is long enough. Loops ask for one after the
 * other, and loops within loops for one of each list by turns: from the place
 * that was asked for last it is one step.
 */
static const struct json *nth(struct host *host, const struct json *first,
                              uint32_t index)
{
    const struct json *v = first;

    if (index < NEAR) {
        while (index-- > 0)
            v = v->next;
        return v;
    }
    struct value_place *p = place_of(host, first);
    if (p->index > index)
        *p = (struct value_place){first, first, 0};
    for (; p->index < index; p->index++)
        p->at = p->at->next;
    return p->at;
}

mortise_value api_arg(mortise_host table, const mortise_event *event,
                      uint32_t index)
{
    const struct generation *g = api_caller(table);
    const struct host_call *call = api_call(g, event);

    if (call && call->answers)
        return index < call->answer_count
                   ? value(table, call->answers[index].args)
                   : NULL;
    if (!call || index >= call->event.argc)
        return NULL;
    return value(table, nth(g->host, call->first, index));
}

uint32_t api_type(mortise_host table, mortise_value v)
{
    const struct json *json = api_node(table, v);
    return json ? (uint32_t)json->type : MORTISE_NULL;
}

uint32_t api_count(mortise_host table, mortise_value v)
{
    const struct json *json = api_node(table, v);
    return json ? json->count : 0;
}

static const struct json *child_at(mortise_host table,
                                   const struct json *parent, uint32_t index)
{
    if (!parent || index >= parent->count)
        return NULL;
    return nth(api_caller(table)->host, parent->child, index);
}

mortise_value api_at(mortise_host table, mortise_value v, uint32_t index)
{
    return value(table, child_at(table, api_node(table, v), index));
}

mortise_value api_get(mortise_host table, mortise_value v, const char *key)
{
    const struct json *object = api_node(table, v);
    return key ? value(table, json_get(object, str_z(key))) : NULL;
}

const char *api_copy(const struct generation *g, struct str s)
{
    if (s.n > 0 && memchr(s.p, 0, s.n))
        return NULL;
    return arena_str(&g->host->arena, s).p;
}

const char *api_key_at(mortise_host table, mortise_value v, uint32_t index)
{
    const struct json *object = api_node(table, v);
    const struct json *child = child_at(table, object, index);
    if (!child || object->type != JSON_OBJECT)
        return NULL;
    return api_copy(api_caller(table), child->key);
}

const char *api_text(mortise_host table, mortise_value v)
{
    struct str s;
    if (json_string(api_node(table, v), &s) < 0)
        return NULL;
    return api_copy(api_caller(table), s);
}

int api_bytes(mortise_host table, mortise_value v, mortise_str *ret)
{
    const struct json *json = api_node(table, v);
    struct str s;
    if (json && json->type == JSON_BINARY)
        s = json->text;
    else if (json_string(json, &s) < 0)
        return ERR_TYPE;
    *ret = (mortise_str){s.p, s.n};
    return 0;
}

int api_integer(mortise_host table, mortise_value v, int64_t *ret)
{
    return json_int(api_node(table, v), ret);
}

int api_number(mortise_host table, mortise_value v, double *ret)
{
    return json_double(api_node(table, v), ret);
}

int api_boolean(mortise_host table, mortise_value v, int *ret)
{
    bool truth;
    int error = json_bool(api_node(table, v), &truth);
    if (error == 0)
        *ret = truth;
    return error;
}
