/* SPDX-License-Identifier: MIT */
#include "operation/order_message.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/mem.h"
#include "json/writer.h"

/* More than a plugin's value can be deep. */
#define DEPTH 2000

static void put_text(struct json_writer *w, struct str key, struct str text)
{
    json_put_key(w, key);
    json_put_string(w, text);
}

static void put_input(struct json_writer *w, struct str input)
{
    size_t n = BASE64_LENGTH(input.n);
    char *text = mem_alloc(n + 1);

    if (!text) {
        w->out->error = ERR_NOMEM;
        return;
    }
    base64_encode(text, input.p, input.n);
    put_text(w, STR("input"), str_of(text, n));
    mem_free(text);
}

void order_message_put(struct buf *out, const struct order_given *given)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_open_object(&w);
    put_text(&w, STR("plugin"), given->plugin);
    put_text(&w, STR("command"), given->command);
    json_put_key(&w, STR("args"));
    json_open_array(&w);
    for (uint32_t i = 0; i < given->argc; i++)
        json_put_string(&w, given->args[i]);
    json_close_array(&w);
    if (given->input.n > 0)
        put_input(&w, given->input);
    json_put_key(&w, STR("timeout"));
    json_put_int(&w, given->timeout);
    json_close_object(&w);
}

static int read_args(const struct json *array, struct arena *arena,
                     struct order_given *given)
{
    struct str *args;

    if (!array || array->count == 0)
        return 0;
    if (array->type != JSON_ARRAY)
        return ERR_SYNTAX;
    if (array->count > ORDER_ARGUMENTS_MAX)
        return ERR_LIMIT;
    args = arena_alloc(arena, array->count * sizeof(args[0]));
    if (!args)
        return ERR_NOMEM;
    for (const struct json *arg = array->child; arg; arg = arg->next)
        if (json_string(arg, &args[given->argc++]) < 0)
            return ERR_SYNTAX;
    given->args = args;
    return 0;
}

static int read_input(const struct json *value, struct arena *arena,
                      struct order_given *given)
{
    struct str text;
    size_t n;

    if (!value)
        return 0;
    if (json_string(value, &text) < 0)
        return ERR_SYNTAX;
    char *bytes = arena_alloc(arena, BASE64_DECODED_MAX(text.n));
    if (!bytes)
        return ERR_NOMEM;
    int error = base64_decode(bytes, text.p, text.n, &n);
    if (error == 0 && n > ORDER_INPUT_MAX)
        error = ERR_LIMIT;
    if (error == 0)
        given->input = str_of(bytes, n);
    return error;
}

int order_message_read(struct str text, struct arena *arena,
                       struct order_given *ret_given)
{
    struct json_limits limits = {.depth = DEPTH};
    struct order_given given = {.argc = 0};
    struct json *value;

    int error = json_parse(arena, text, &limits, &value, NULL);
    if (error < 0)
        return error;
    const struct json *timeout = json_get(value, STR("timeout"));
    if (json_string(json_get(value, STR("plugin")), &given.plugin) < 0 ||
        json_string(json_get(value, STR("command")), &given.command) < 0 ||
        (timeout && json_int(timeout, &given.timeout) < 0))
        return ERR_SYNTAX;
    error = read_args(json_get(value, STR("args")), arena, &given);
    if (error == 0)
        error = read_input(json_get(value, STR("input")), arena, &given);
    if (error == 0)
        *ret_given = given;
    return error;
}

void order_message_put_outcome(struct buf *out,
                               const struct order_outcome *outcome)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_open_object(&w);
    json_put_key(&w, STR("status"));
    json_put_int(&w, outcome->status);
    put_text(&w, STR("text"), outcome->text);
    if (outcome->value.n > 0) {
        json_put_key(&w, STR("value"));
        json_put_raw(&w, outcome->value);
    }
    json_close_object(&w);
}

int order_message_read_outcome(struct str text, struct arena *arena,
                               struct order_outcome *ret_outcome)
{
    struct json_limits limits = {.depth = DEPTH};
    struct order_outcome outcome = {.status = 0};
    struct json *value;
    int64_t status;

    int error = json_parse(arena, text, &limits, &value, NULL);
    if (error < 0)
        return error;
    if (json_int(json_get(value, STR("status")), &status) < 0 || status < 0 ||
        status > ORDER_STATUS_MAX ||
        json_string(json_get(value, STR("text")), &outcome.text) < 0)
        return ERR_SYNTAX;
    outcome.status = (int)status;
    const struct json *result = json_get(value, STR("value"));
    if (result)
        outcome.value = result->raw;
    *ret_outcome = outcome;
    return 0;
}
