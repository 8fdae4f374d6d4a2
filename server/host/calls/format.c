/* SPDX-License-Identifier: MIT */
#include "host/calls/format.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/plugin_log.h"

#define LIST_MAX ((size_t)64 << 20)

/* The text of its values, with commas between, and the bytes of the binary
 * ones, which live in the host's arena as long as the list. */
struct host_list {
    struct host_list *next;
    struct host *host;
    struct buf text;
    struct json_writer writer;
    size_t binary_size;
    uint32_t mark_count;
    struct json_mark marks[SIO_ATTACHMENTS_MAX];
};

struct reader {
    struct host *host;
    struct json_writer *w;
    const char *at;
    va_list args;
    int depth;
    uint32_t values;
    const char *wrong; /* the place in the format, */
    const char *text;  /* and what is wrong there */
};

static int write_value(struct reader *r);

static int fail(struct reader *r, int error, const char *at, const char *text)
{
    r->wrong = at;
    r->text = text;
    return error;
}

/* The writer's failure, if there is one, at the value that brought it on. */
static int check_writer(struct reader *r, const char *at)
{
    int error = r->w->out->error;
    const char *text = error_text(error);

    if (error == ERR_SYNTAX)
        text = "this text is not UTF-8";
    else if (error == ERR_TYPE)
        text = "binary cannot stand here";
    else if (error == ERR_LIMIT)
        text = "this is more than fits into one packet (limits.sendBuffer, "
               "limits.attachments)";
    return error < 0 ? fail(r, error, at, text) : 0;
}

static void skip_space(struct reader *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n')
        r->at++;
}

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
           c == '+' || c == '$';
}

static struct str read_word(struct reader *r)
{
    const char *from = r->at;
    while (word_char(*r->at))
        r->at++;
    return str_of(from, (size_t)(r->at - from));
}

/* Text between two like quotes; there are no escapes. */
static int read_quoted(struct reader *r, struct str *ret)
{
    const char *from = r->at;
    const char *end = strchr(from + 1, *from);
    if (!end)
        return fail(r, ERR_SYNTAX, from, "this quote is never closed");
    *ret = str_of(from + 1, (size_t)(end - from - 1));
    r->at = end + 1;
    return 0;
}

/* A list is looked up before it is believed in: one that a plugin kept beyond
 * its callback is refused, not followed. */
static bool list_lives(const struct host *host, const struct host_list *list)
{
    const struct host_list *l = host->lists;
    while (l && l != list)
        l = l->next;
    return l != NULL;
}

static int write_list(struct reader *r, const struct host_list *list,
                      const char *at)
{
    if (!list_lives(r->host, list))
        return fail(r, ERR_INVAL, at, "there is no such list, or no longer");
    if (&list->text == r->w->out)
        return fail(r, ERR_INVAL, at, "a list cannot be part of itself");
    json_open_array(r->w);
    if (list->text.n > 0)
        json_put_marked(r->w, buf_str(&list->text), list->marks,
                        list->mark_count);
    json_close_array(r->w);
    return 0;
}

static void write_text(struct json_writer *w, const char *z)
{
    if (z)
        json_put_string(w, str_z(z));
    else
        json_put_null(w);
}

static int write_json(struct reader *r, mortise_value value, const char *at)
{
    const struct json *json = host_json(r->host, value);
    if (value && !json)
        return fail(r, ERR_INVAL, at, "the value was kept beyond its callback");
    json_put_value(r->w, json);
    return 0;
}

/* One value of the variable arguments. */
static int write_letter(struct reader *r, char letter, const char *at)
{
    mortise_str s;

    switch (letter) {
    case 's':
        write_text(r->w, va_arg(r->args, const char *));
        return 0;
    case 'i':
        json_put_int(r->w, va_arg(r->args, int));
        return 0;
    case 'I':
        json_put_int(r->w, va_arg(r->args, int64_t));
        return 0;
    case 'b':
        json_put_bool(r->w, va_arg(r->args, int) != 0);
        return 0;
    case 'd':
        json_put_double(r->w, va_arg(r->args, double));
        return 0;
    case 'v':
        return write_json(r, va_arg(r->args, mortise_value), at);
    case 'l':
        return write_list(r, va_arg(r->args, const void *), at);
    case 'S':
        s = va_arg(r->args, mortise_str);
        json_put_string(r->w, str_of(s.p, s.n));
        return 0;
    case 'x':
        s = va_arg(r->args, mortise_str);
        json_put_binary(r->w, str_of(s.p, s.n));
        return 0;
    default:
        return fail(r, ERR_SYNTAX, at, "there is no such letter");
    }
}

static int write_number(struct reader *r, struct str word)
{
    struct json_limits limits = {.depth = 1};
    struct json *number;
    int error = json_parse(&r->host->arena, word, &limits, &number, NULL);

    if (error == ERR_NOMEM)
        return fail(r, error, word.p, error_text(error));
    if (error < 0 || number->type != JSON_NUMBER)
        return fail(r, ERR_SYNTAX, word.p, "this is no value");
    json_put_raw(r->w, word);
    return 0;
}

static int write_word(struct reader *r)
{
    struct str word = read_word(r);

    if (word.n == 0 && *r->at == '%')
        return fail(r, ERR_SYNTAX, r->at, "letters stand here without a %");
    if (word.n == 0)
        return fail(r, ERR_SYNTAX, r->at, "a value is missing");
    if (str_eq(word, STR("true")) || str_eq(word, STR("false"))) {
        json_put_bool(r->w, word.p[0] == 't');
        return 0;
    }
    if (str_eq(word, STR("null"))) {
        json_put_null(r->w);
        return 0;
    }
    if (word.n == 1 && (word.p[0] < '0' || word.p[0] > '9'))
        return write_letter(r, word.p[0], word.p);
    return write_number(r, word);
}

/* "*": every argument of an event, as values of the array we are in. */
static int write_event(struct reader *r)
{
    const mortise_event *event = va_arg(r->args, const mortise_event *);
    const struct host_call *call = r->host->call;
    const char *at = r->at++;

    if (!call || event != &call->event)
        return fail(r, ERR_INVAL, at, "the event is over");
    for (const struct json *v = call->first; v; v = v->next) {
        json_put_value(r->w, v);
        r->values += r->depth == 0;
    }
    return check_writer(r, at);
}

/* Values with commas between, up to `end`, which is read over. */
static int write_values(struct reader *r, char end)
{
    int error = 0;

    skip_space(r);
    if (*r->at == end)
        goto out;
    for (;;) {
        skip_space(r);
        if (*r->at == '*') {
            error = write_event(r);
        } else {
            r->values += r->depth == 0;
            error = write_value(r);
        }
        if (error < 0)
            return error;
        skip_space(r);
        if (*r->at == end)
            break;
        if (*r->at != ',')
            return fail(r, ERR_SYNTAX, r->at, "a comma is missing, or the end");
        r->at++;
    }
out:
    if (end != '\0')
        r->at++;
    return 0;
}

static int write_member(struct reader *r)
{
    const char *at = r->at;
    struct str key;
    int error = 0;

    if (*at == '\'' || *at == '"')
        error = read_quoted(r, &key);
    else if ((key = read_word(r)).n == 0)
        error = fail(r, ERR_SYNTAX, at, "a key is missing");
    if (error < 0)
        return error;
    skip_space(r);
    if (*r->at != ':')
        return fail(r, ERR_SYNTAX, r->at, "a colon is missing");
    r->at++;
    json_put_key(r->w, key);
    error = check_writer(r, at);
    return error == 0 ? write_value(r) : error;
}

/* Members with commas between, up to `end`, which is not read over. */
static int write_members(struct reader *r, char end)
{
    skip_space(r);
    while (*r->at != end) {
        int error = write_member(r);
        if (error < 0)
            return error;
        skip_space(r);
        if (*r->at == end)
            break;
        if (*r->at != ',')
            return fail(r, ERR_SYNTAX, r->at,
                        "a comma is missing, or the closing brace");
        r->at++;
        skip_space(r);
        if (*r->at == end)
            return fail(r, ERR_SYNTAX, r->at, "a key is missing");
    }
    return 0;
}

static int write_object(struct reader *r)
{
    json_open_object(r->w);
    r->at++;
    int error = write_members(r, '}');
    if (error < 0)
        return error;
    r->at++;
    json_close_object(r->w);
    return 0;
}

static int write_array(struct reader *r)
{
    json_open_array(r->w);
    r->at++;
    int error = write_values(r, ']');
    json_close_array(r->w);
    return error;
}

static int write_value(struct reader *r)
{
    struct str text;
    int error;

    skip_space(r);
    const char *at = r->at;
    if (r->depth == FORMAT_DEPTH_MAX)
        return fail(r, ERR_SYNTAX, at, "this is too deep");
    r->depth++;
    if (*at == '{') {
        error = write_object(r);
    } else if (*at == '[') {
        error = write_array(r);
    } else if (*at == '\'' || *at == '"') {
        error = read_quoted(r, &text);
        if (error == 0)
            json_put_string(r->w, text);
    } else {
        error = write_word(r);
    }
    r->depth--;
    return error == 0 ? check_writer(r, at) : error;
}

/* Values, or members of the object that is open. */
static int write_all(struct host *host, struct json_writer *w, bool members,
                     const char *format, va_list args,
                     struct format_result *ret_result)
{
    struct reader r = {.host = host, .w = w, .at = format ? format : ""};
    const char *from = r.at;

    va_copy(r.args, args);
    int error = members ? write_members(&r, '\0') : write_values(&r, '\0');
    va_end(r.args);
    /* The writer may have failed before its first value. */
    if (error == 0)
        error = check_writer(&r, from);
    *ret_result = (struct format_result){.values = r.values, .text = r.text};
    if (error < 0)
        ret_result->at = (size_t)(r.wrong - from);
    return error;
}

int format_write(struct host *host, struct json_writer *w, const char *format,
                 va_list args, struct format_result *ret_result)
{
    return write_all(host, w, false, format, args, ret_result);
}

/* --- piece by piece --- */

static bool in_object(const struct format_nest *nest)
{
    return nest->depth > 0 && nest->objects[nest->depth - 1];
}

int format_append(struct host *host, struct json_writer *w,
                  const struct format_nest *nest, const char *format,
                  va_list args, struct format_result *ret_result)
{
    return write_all(host, w, in_object(nest), format, args, ret_result);
}

int format_open(struct json_writer *w, struct format_nest *nest,
                const char *key, bool object)
{
    if (in_object(nest) != (key != NULL))
        return ERR_INVAL;
    if (nest->depth == FORMAT_DEPTH_MAX)
        return ERR_LIMIT;
    if (key)
        json_put_key(w, str_z(key));
    nest->objects[nest->depth++] = object;
    if (object)
        json_open_object(w);
    else
        json_open_array(w);
    return w->out->error;
}

int format_close(struct json_writer *w, struct format_nest *nest)
{
    if (nest->depth == 0)
        return ERR_INVAL;
    if (nest->objects[--nest->depth])
        json_close_object(w);
    else
        json_close_array(w);
    return w->out->error;
}

void format_complain(const struct generation *g, const char *call,
                     const char *format, const struct format_result *result)
{
    plugin_warn(g, "%s: \"%s\", character %zu: %s", call, format ? format : "",
                result->at + 1, result->text);
}

/* --- lists --- */

/* A binary value of a list: a copy, and where it stands. */
static int list_attach(void *user, struct str bytes)
{
    struct host_list *list = user;
    size_t used = list->text.n + list->binary_size;

    if (list->mark_count == SIO_ATTACHMENTS_MAX || bytes.n > LIST_MAX - used)
        return ERR_LIMIT;
    struct str copy = arena_str(&list->host->arena, bytes);
    if (!copy.p)
        return ERR_NOMEM;
    list->marks[list->mark_count] = (struct json_mark){list->text.n, copy};
    list->binary_size += bytes.n;
    return (int)list->mark_count++;
}

struct host_list *format_list_new(struct host *host)
{
    struct host_list *list = mem_zalloc(sizeof(*list));
    if (!list)
        return NULL;
    buf_init(&list->text, LIST_MAX);
    json_writer_init(&list->writer, &list->text);
    list->writer.attach = list_attach;
    list->writer.user = list;
    list->host = host;
    list->next = host->lists;
    host->lists = list;
    return list;
}

int format_list_add(struct host *host, struct host_list *list,
                    const char *format, va_list args,
                    struct format_result *ret_result)
{
    if (!list_lives(host, list)) {
        *ret_result = (struct format_result){
            .text = "there is no such list, or no longer"};
        return ERR_INVAL;
    }
    size_t length = list->text.n, binary_size = list->binary_size;
    uint32_t mark_count = list->mark_count;
    bool comma = list->writer.comma;
    int error = format_write(host, &list->writer, format, args, ret_result);
    if (error < 0) { /* half a value is none */
        list->text.n = length;
        list->text.error = 0;
        list->writer.comma = comma;
        list->binary_size = binary_size;
        list->mark_count = mark_count;
    }
    return error;
}

void format_lists_free(struct host *host)
{
    while (host->lists) {
        struct host_list *list = host->lists;
        host->lists = list->next;
        buf_free(&list->text);
        mem_free(list);
    }
}
