/* SPDX-License-Identifier: MIT */
#include "host/format.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define DEPTH_MAX 32
#define LIST_MAX  ((size_t)64 << 20)

/* The text of its values, with commas between. */
struct host_list {
    struct host_list *next;
    struct buf text;
    struct json_writer writer;
};

struct reader {
    struct host *host;
    struct json_writer *w;
    const char *at;
    va_list args;
    int depth;
};

static int write_value(struct reader *r);

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
    char quote = *r->at++;
    const char *end = strchr(r->at, quote);
    if (!end)
        return ERR_SYNTAX;
    *ret = str_of(r->at, (size_t)(end - r->at));
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

static int write_list(struct reader *r, const struct host_list *list)
{
    if (!list_lives(r->host, list))
        return ERR_INVAL;
    json_open_array(r->w);
    if (list->text.n > 0)
        json_put_raw(r->w, buf_str(&list->text));
    json_close_array(r->w);
    return list->text.error;
}

static void write_text(struct json_writer *w, const char *z)
{
    if (z)
        json_put_string(w, str_z(z));
    else
        json_put_null(w);
}

static void write_json(struct json_writer *w, const struct json *value)
{
    if (value)
        json_put_value(w, value);
    else
        json_put_null(w);
}

/* One value of the variable arguments. */
static int write_letter(struct reader *r, char letter)
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
        write_json(r->w, va_arg(r->args, const void *));
        return 0;
    case 'l':
        return write_list(r, va_arg(r->args, const void *));
    case 'S':
        s = va_arg(r->args, mortise_str);
        json_put_string(r->w, str_of(s.p, s.n));
        return 0;
    case 'x':
        s = va_arg(r->args, mortise_str);
        json_put_binary(r->w, str_of(s.p, s.n));
        return 0;
    default:
        return ERR_SYNTAX;
    }
}

static int write_word(struct reader *r)
{
    struct str word = read_word(r);
    struct json_limits limits = {.depth = 1};
    struct json *number;

    if (word.n == 0)
        return ERR_SYNTAX;
    if (str_eq(word, STR("true")) || str_eq(word, STR("false"))) {
        json_put_bool(r->w, word.p[0] == 't');
        return 0;
    }
    if (str_eq(word, STR("null"))) {
        json_put_null(r->w);
        return 0;
    }
    if (word.n == 1 && (word.p[0] < '0' || word.p[0] > '9'))
        return write_letter(r, word.p[0]);
    if (json_parse(&r->host->arena, word, &limits, &number, NULL) < 0 ||
        number->type != JSON_NUMBER)
        return ERR_SYNTAX;
    json_put_raw(r->w, word);
    return 0;
}

/* "*": every argument of an event, as values of the array we are in. */
static int write_event(struct reader *r)
{
    const mortise_event *event = va_arg(r->args, const mortise_event *);
    const struct host_call *call = r->host->call;

    r->at++;
    if (!call || event != &call->event)
        return ERR_INVAL; /* one that is over */
    for (const struct json *v = call->first; v; v = v->next)
        json_put_value(r->w, v);
    return 0;
}

/* Values with commas between, up to `end`, which is read over. */
static int write_values(struct reader *r, char end)
{
    skip_space(r);
    if (*r->at == end)
        goto out;
    for (;;) {
        skip_space(r);
        int error = *r->at == '*' ? write_event(r) : write_value(r);
        if (error < 0)
            return error;
        skip_space(r);
        if (*r->at == end)
            break;
        if (*r->at++ != ',')
            return ERR_SYNTAX;
    }
out:
    if (end != '\0')
        r->at++;
    return 0;
}

static int write_member(struct reader *r)
{
    struct str key;
    int error = 0;

    skip_space(r);
    if (*r->at == '\'' || *r->at == '"')
        error = read_quoted(r, &key);
    else if ((key = read_word(r)).n == 0)
        error = ERR_SYNTAX;
    if (error < 0)
        return error;
    skip_space(r);
    if (*r->at++ != ':')
        return ERR_SYNTAX;
    json_put_key(r->w, key);
    return write_value(r);
}

static int write_object(struct reader *r)
{
    json_open_object(r->w);
    r->at++;
    skip_space(r);
    while (*r->at != '}') {
        int error = write_member(r);
        if (error < 0)
            return error;
        skip_space(r);
        if (*r->at == ',') {
            r->at++;
            skip_space(r);
            if (*r->at == '}')
                return ERR_SYNTAX;
        } else if (*r->at != '}') {
            return ERR_SYNTAX;
        }
    }
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

    if (++r->depth > DEPTH_MAX)
        return ERR_SYNTAX;
    skip_space(r);
    if (*r->at == '{') {
        error = write_object(r);
    } else if (*r->at == '[') {
        error = write_array(r);
    } else if (*r->at == '\'' || *r->at == '"') {
        error = read_quoted(r, &text);
        if (error == 0)
            json_put_string(r->w, text);
    } else {
        error = write_word(r);
    }
    r->depth--;
    return error;
}

int format_write(struct host *host, struct json_writer *w, const char *format,
                 va_list args, size_t *ret_at)
{
    struct reader r = {.host = host, .w = w, .at = format ? format : ""};
    const char *from = r.at;

    va_copy(r.args, args);
    int error = write_values(&r, '\0');
    va_end(r.args);
    if (error < 0) {
        *ret_at = (size_t)(r.at - from);
        return error;
    }
    return w->out->error;
}

struct host_list *format_list_new(struct host *host)
{
    struct host_list *list = mem_zalloc(sizeof(*list));
    if (!list)
        return NULL;
    buf_init(&list->text, LIST_MAX);
    json_writer_init(&list->writer, &list->text);
    list->next = host->lists;
    host->lists = list;
    return list;
}

int format_list_add(struct host *host, struct host_list *list,
                    const char *format, va_list args, size_t *ret_at)
{
    if (!list_lives(host, list))
        return ERR_INVAL;
    size_t length = list->text.n;
    bool comma = list->writer.comma;
    int error = format_write(host, &list->writer, format, args, ret_at);
    if (error < 0) { /* half a value is none */
        list->text.n = length;
        list->writer.comma = comma;
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
