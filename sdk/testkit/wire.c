/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"

/* Deeper than anything that comes through the limits of both sides. */
#define DEPTH_MAX 1100

void wire_init(struct wire *w)
{
    buf_init(&w->bytes, BUF_MAX);
    w->at = 0;
}

void wire_free(struct wire *w)
{
    if (w->bytes.n > 0)
        memset(w->bytes.p, 'X', w->bytes.n);
    buf_free(&w->bytes);
}

/* --- numbers and bytes --- */

static void put_bytes(struct wire *w, const void *p, size_t n)
{
    int error = buf_append(&w->bytes, p, n);
    assert(error == 0);
    (void)error;
}

static const char *get_bytes(struct wire *w, size_t n)
{
    const char *p = w->bytes.p + w->at;
    assert(n <= w->bytes.n - w->at);
    w->at += n;
    return p;
}

void wire_put(struct wire *w, uint64_t number)
{
    put_bytes(w, &number, sizeof(number));
}

uint64_t wire_get(struct wire *w)
{
    uint64_t number;
    memcpy(&number, get_bytes(w, sizeof(number)), sizeof(number));
    return number;
}

void wire_put_double(struct wire *w, double number)
{
    put_bytes(w, &number, sizeof(number));
}

double wire_get_double(struct wire *w)
{
    double number;
    memcpy(&number, get_bytes(w, sizeof(number)), sizeof(number));
    return number;
}

/* The length with the NUL; 0 for no text. */
void wire_put_text(struct wire *w, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;
    wire_put(w, size);
    put_bytes(w, text, size);
}

const char *wire_get_text(struct wire *w)
{
    size_t size = wire_get(w);
    return size > 0 ? get_bytes(w, size) : NULL;
}

void wire_put_str(struct wire *w, struct str s)
{
    wire_put(w, s.n);
    put_bytes(w, s.p, s.n);
}

struct str wire_get_str(struct wire *w)
{
    size_t n = wire_get(w);
    return str_of(get_bytes(w, n), n);
}

/* --- values --- */

static int attach(void *user, struct str bytes)
{
    struct wire_values *v = user;
    if (v->count == SIO_ATTACHMENTS_MAX)
        return ERR_LIMIT;
    v->at[v->count] = v->text.n;
    v->binary[v->count] = slice_new(bytes.p, bytes.n);
    return v->binary[v->count] ? (int)v->count++ : ERR_NOMEM;
}

void wire_values_init(struct wire_values *v)
{
    buf_init(&v->text, BUF_MAX);
    json_writer_init(&v->json, &v->text);
    v->json.attach = attach;
    v->json.user = v;
    v->count = 0;
    json_open_array(&v->json);
}

void wire_values_free(struct wire_values *v)
{
    buf_free(&v->text);
    while (v->count > 0)
        slice_unref(v->binary[--v->count]);
}

void wire_put_values(struct wire *w, struct wire_values *v)
{
    json_close_array(&v->json);
    assert(v->text.error == 0);
    wire_put_str(w, buf_str(&v->text));
    wire_put(w, v->count);
    for (uint32_t i = 0; i < v->count; i++) {
        wire_put(w, v->at[i]);
        wire_put_str(w, slice_str(v->binary[i]));
    }
}

void wire_put_list(struct wire *w, const struct json *first)
{
    struct wire_values v;

    wire_values_init(&v);
    for (const struct json *each = first; each; each = each->next)
        json_put_value(&v.json, each);
    wire_put_values(w, &v);
    wire_values_free(&v);
}

void wire_put_value(struct wire *w, const struct json *value)
{
    struct json alone;

    if (value) {
        alone = *value;
        alone.next = NULL;
    }
    wire_put_list(w, value ? &alone : NULL);
}

static struct str keep(struct arena *arena, struct wire *w)
{
    struct str kept = arena_str(arena, wire_get_str(w));
    assert(kept.p);
    return kept;
}

struct json *wire_get_values(struct wire *w, struct arena *arena)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    struct json_mark marks[SIO_ATTACHMENTS_MAX];
    struct str text = keep(arena, w);
    uint32_t count = (uint32_t)wire_get(w);
    struct json *array;

    assert(count <= SIO_ATTACHMENTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        marks[i].at = wire_get(w);
        marks[i].bytes = keep(arena, w);
    }
    int error = json_parse(arena, text, &limits, &array, NULL);
    assert(error == 0);
    (void)error;
    json_set_marked(array, text, marks, count);
    return array;
}
