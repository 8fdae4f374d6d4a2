/* SPDX-License-Identifier: MIT */
/* Reading values: a mortise_value is one of json/'s nodes. */
#include <string.h>

#include "base/error.h"
#include "host/api.h"

/* The SDK's numbers of types are ours. */
_Static_assert(MORTISE_NULL == (int)JSON_NULL, "type");
_Static_assert(MORTISE_BOOL == (int)JSON_BOOL, "type");
_Static_assert(MORTISE_NUMBER == (int)JSON_NUMBER, "type");
_Static_assert(MORTISE_STRING == (int)JSON_STRING, "type");
_Static_assert(MORTISE_ARRAY == (int)JSON_ARRAY, "type");
_Static_assert(MORTISE_OBJECT == (int)JSON_OBJECT, "type");
_Static_assert(MORTISE_BINARY == (int)JSON_BINARY, "type");

static const struct json *node(mortise_value v)
{
    return (const void *)v;
}

static mortise_value value(const struct json *v)
{
    return (const void *)v;
}

mortise_value api_arg(mortise_host table, const mortise_event *event,
                      uint32_t index)
{
    const struct host_call *call = api_call(api_caller(table), event);
    const struct json *v = call ? call->first : NULL;
    while (v && index-- > 0)
        v = v->next;
    return value(v);
}

uint32_t api_type(mortise_host table, mortise_value v)
{
    return v ? (uint32_t)node(v)->type : MORTISE_NULL;
}

uint32_t api_count(mortise_host table, mortise_value v)
{
    return v ? node(v)->count : 0;
}

static const struct json *child_at(mortise_value v, uint32_t index)
{
    const struct json *child = v ? node(v)->child : NULL;
    while (child && index-- > 0)
        child = child->next;
    return child;
}

mortise_value api_at(mortise_host table, mortise_value v, uint32_t index)
{
    return value(child_at(v, index));
}

mortise_value api_get(mortise_host table, mortise_value v, const char *key)
{
    return key ? value(json_get(node(v), str_z(key))) : NULL;
}

/* A copy that ends with NUL; NULL when it has one inside. */
static const char *text_copy(struct host *host, struct str s)
{
    if (s.n > 0 && memchr(s.p, 0, s.n))
        return NULL;
    return arena_str(&host->arena, s).p;
}

const char *api_key_at(mortise_host table, mortise_value v, uint32_t index)
{
    const struct json *child = child_at(v, index);
    if (!child || node(v)->type != JSON_OBJECT)
        return NULL;
    return text_copy(api_caller(table)->host, child->key);
}

const char *api_text(mortise_host table, mortise_value v)
{
    struct str s;
    if (json_string(node(v), &s) < 0)
        return NULL;
    return text_copy(api_caller(table)->host, s);
}

int api_bytes(mortise_host table, mortise_value v, mortise_str *ret)
{
    struct str s;
    if (v && node(v)->type == JSON_BINARY)
        s = node(v)->text;
    else if (json_string(node(v), &s) < 0)
        return ERR_TYPE;
    *ret = (mortise_str){s.p, s.n};
    return 0;
}

int api_integer(mortise_host table, mortise_value v, int64_t *ret)
{
    return json_int(node(v), ret);
}

int api_number(mortise_host table, mortise_value v, double *ret)
{
    return json_double(node(v), ret);
}

int api_boolean(mortise_host table, mortise_value v, int *ret)
{
    bool truth;
    int error = json_bool(node(v), &truth);
    if (error == 0)
        *ret = truth;
    return error;
}
