/* SPDX-License-Identifier: MIT */
/* Reading values: a mortise_value stands for one of json/'s nodes. */
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "host/api.h"

/* The SDK's numbers of types are ours. */
_Static_assert(MORTISE_NULL == (int)JSON_NULL, "type");
_Static_assert(MORTISE_BOOL == (int)JSON_BOOL, "type");
_Static_assert(MORTISE_NUMBER == (int)JSON_NUMBER, "type");
_Static_assert(MORTISE_STRING == (int)JSON_STRING, "type");
_Static_assert(MORTISE_ARRAY == (int)JSON_ARRAY, "type");
_Static_assert(MORTISE_OBJECT == (int)JSON_OBJECT, "type");
_Static_assert(MORTISE_BINARY == (int)JSON_BINARY, "type");

/* NULL, and the author hears of it, for a value that was kept too long. */
static const struct json *node(mortise_host table, mortise_value v)
{
    const struct generation *g = api_caller(table);
    const struct json *json = host_json(g->host, v);
    if (v && !json)
        log_warn(HOST_PLUGIN ": a value was kept beyond its callback",
                 HOST_PLUGIN_ARG(g));
    return json;
}

static mortise_value value(mortise_host table, const struct json *v)
{
    return host_value(api_caller(table)->host, v);
}

mortise_value api_arg(mortise_host table, const mortise_event *event,
                      uint32_t index)
{
    const struct host_call *call = api_call(api_caller(table), event);
    const struct json *v = call ? call->first : NULL;

    if (call && call->answers)
        return index < call->answer_count
                   ? value(table, call->answers[index].args)
                   : NULL;
    while (v && index-- > 0)
        v = v->next;
    return value(table, v);
}

uint32_t api_type(mortise_host table, mortise_value v)
{
    const struct json *json = node(table, v);
    return json ? (uint32_t)json->type : MORTISE_NULL;
}

uint32_t api_count(mortise_host table, mortise_value v)
{
    const struct json *json = node(table, v);
    return json ? json->count : 0;
}

static const struct json *child_at(const struct json *parent, uint32_t index)
{
    const struct json *child = parent ? parent->child : NULL;
    while (child && index-- > 0)
        child = child->next;
    return child;
}

mortise_value api_at(mortise_host table, mortise_value v, uint32_t index)
{
    return value(table, child_at(node(table, v), index));
}

mortise_value api_get(mortise_host table, mortise_value v, const char *key)
{
    const struct json *object = node(table, v);
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
    const struct json *object = node(table, v);
    const struct json *child = child_at(object, index);
    if (!child || object->type != JSON_OBJECT)
        return NULL;
    return api_copy(api_caller(table), child->key);
}

const char *api_text(mortise_host table, mortise_value v)
{
    struct str s;
    if (json_string(node(table, v), &s) < 0)
        return NULL;
    return api_copy(api_caller(table), s);
}

int api_bytes(mortise_host table, mortise_value v, mortise_str *ret)
{
    const struct json *json = node(table, v);
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
    return json_int(node(table, v), ret);
}

int api_number(mortise_host table, mortise_value v, double *ret)
{
    return json_double(node(table, v), ret);
}

int api_boolean(mortise_host table, mortise_value v, int *ret)
{
    bool truth;
    int error = json_bool(node(table, v), &truth);
    if (error == 0)
        *ret = truth;
    return error;
}
