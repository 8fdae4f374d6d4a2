/* SPDX-License-Identifier: MIT */
#include "json/msgpack.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"

/* How notepack writes undefined: extension 0 of one byte. */
#define UNDEFINED "\xd4\0\0"

/* The times that a Date of JavaScript can be, in ms since 1970. */
#define DATE_MAX INT64_C(8640000000000000)

enum kind {
    NIL,
    BOOLEAN,
    UINT,
    INT, /* below zero */
    REAL,
    STRING,
    BYTES,
    ARRAY,
    MAP,
    EXTENSION
};

/* What the first bytes of a value say. */
struct token {
    enum kind kind;
    bool truth;       /* BOOLEAN */
    bool fixed;       /* EXTENSION: of a size that its tag says */
    int8_t extension; /* its number */
    uint32_t count;   /* ARRAY: of values, MAP: of members */
    uint64_t u;       /* UINT */
    int64_t i;        /* INT */
    double real;
    struct str bytes; /* STRING, BYTES, EXTENSION */
};

static int take(struct str *rest, uint64_t n, struct str *ret_bytes)
{
    if (n > rest->n)
        return ERR_SYNTAX;
    *ret_bytes = str_of(rest->p, (size_t)n);
    *rest = str_of(rest->p + n, rest->n - (size_t)n);
    return 0;
}

/* Most significant byte first. */
static int take_number(struct str *rest, unsigned size, uint64_t *ret)
{
    struct str bytes;
    uint64_t value = 0;
    int error = take(rest, size, &bytes);

    for (size_t i = 0; error == 0 && i < size; i++)
        value = value << 8 | (unsigned char)bytes.p[i];
    if (error == 0)
        *ret = value;
    return error;
}

static int take_bytes(struct str *rest, enum kind kind, unsigned size,
                      struct token *t)
{
    uint64_t n;
    int error = take_number(rest, size, &n);

    t->kind = kind;
    return error < 0 ? error : take(rest, n, &t->bytes);
}

static int take_count(struct str *rest, enum kind kind, unsigned size,
                      struct token *t)
{
    uint64_t n;
    int error = take_number(rest, size, &n);

    t->kind = kind;
    if (error == 0)
        t->count = (uint32_t)n;
    return error;
}

static int take_integer(struct str *rest, bool is_signed, unsigned size,
                        struct token *t)
{
    unsigned unused = 64 - 8 * size;
    int error = take_number(rest, size, &t->u);

    t->kind = UINT;
    if (error < 0 || !is_signed)
        return error;
    t->i = (int64_t)(t->u << unused) >> unused;
    t->u = (uint64_t)t->i;
    if (t->i < 0)
        t->kind = INT;
    return 0;
}

static int take_real(struct str *rest, unsigned size, struct token *t)
{
    uint64_t bits;
    float single;
    int error = take_number(rest, size, &bits);

    t->kind = REAL;
    if (error < 0)
        return error;
    if (size == sizeof(double)) {
        memcpy(&t->real, &bits, sizeof(t->real));
        return 0;
    }
    uint32_t low = (uint32_t)bits;
    memcpy(&single, &low, sizeof(single));
    t->real = single;
    return 0;
}

/* Of n bytes; its number stands in front of them. */
static int take_extension(struct str *rest, uint64_t n, struct token *t)
{
    uint64_t number;
    int error = take_number(rest, 1, &number);

    t->kind = EXTENSION;
    if (error < 0)
        return error;
    t->extension = (int8_t)number;
    return take(rest, n, &t->bytes);
}

/* What has a tag of its own; behind most of them stands a size, which doubles
 * from one to the next. */
static int next_tagged(struct str *rest, unsigned tag, struct token *t)
{
    uint64_t n;

    switch (tag) {
    case 0xc0:
        t->kind = NIL;
        return 0;
    case 0xc2:
    case 0xc3:
        t->kind = BOOLEAN;
        t->truth = tag == 0xc3;
        return 0;
    case 0xc4 ... 0xc6:
        return take_bytes(rest, BYTES, 1u << (tag - 0xc4), t);
    case 0xc7 ... 0xc9:
        if (take_number(rest, 1u << (tag - 0xc7), &n) < 0)
            return ERR_SYNTAX;
        return take_extension(rest, n, t);
    case 0xca:
    case 0xcb:
        return take_real(rest, 4u << (tag - 0xca), t);
    case 0xcc ... 0xcf:
        return take_integer(rest, false, 1u << (tag - 0xcc), t);
    case 0xd0 ... 0xd3:
        return take_integer(rest, true, 1u << (tag - 0xd0), t);
    case 0xd4 ... 0xd8:
        t->fixed = true;
        return take_extension(rest, 1u << (tag - 0xd4), t);
    case 0xd9 ... 0xdb:
        return take_bytes(rest, STRING, 1u << (tag - 0xd9), t);
    case 0xdc:
    case 0xdd:
        return take_count(rest, ARRAY, 2u << (tag - 0xdc), t);
    case 0xde:
    case 0xdf:
        return take_count(rest, MAP, 2u << (tag - 0xde), t);
    }
    return ERR_SYNTAX;
}

static int next(struct str *rest, struct token *t)
{
    struct str first;

    *t = (struct token){0};
    if (take(rest, 1, &first) < 0)
        return ERR_SYNTAX;
    unsigned tag = (unsigned char)first.p[0];
    if (tag < 0x80) {
        t->kind = UINT;
        t->u = tag;
    } else if (tag < 0xa0) {
        t->kind = tag < 0x90 ? MAP : ARRAY;
        t->count = tag & 0x0f;
    } else if (tag < 0xc0) {
        t->kind = STRING;
        return take(rest, tag & 0x1f, &t->bytes);
    } else if (tag < 0xe0) {
        return next_tagged(rest, tag, t);
    } else {
        t->kind = INT;
        t->i = (int64_t)tag - 0x100;
    }
    return 0;
}

/* As Date.toJSON() has it: years of more than four digits have a sign. */
static void put_date(struct json_writer *w, struct str bytes)
{
    uint64_t bits = 0;
    char text[40];
    struct tm tm;

    take_number(&bytes, 8, &bits);
    int64_t ms = (int64_t)bits;
    if (ms < -DATE_MAX || ms > DATE_MAX) {
        json_put_null(w);
        return;
    }
    int milli = (int)(((ms % 1000) + 1000) % 1000);
    time_t seconds = (time_t)((ms - milli) / 1000);
    gmtime_r(&seconds, &tm);
    int year = tm.tm_year + 1900;
    snprintf(text, sizeof(text),
             year < 0 || year > 9999 ? "%+07d-%02d-%02dT%02d:%02d:%02d.%03dZ"
                                     : "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
             year, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
             milli);
    json_put_string(w, str_z(text));
}

static void put_extension(struct json_writer *w, const struct token *t)
{
    if (t->extension == 0 && t->fixed && t->bytes.n == 1) {
        json_put_null(w);
    } else if (t->extension == 0 && t->fixed && t->bytes.n == 8) {
        put_date(w, t->bytes);
    } else if (t->extension == 0 && !t->fixed) {
        json_put_binary(w, t->bytes);
    } else {
        json_open_array(w);
        json_put_int(w, t->extension);
        json_put_binary(w, t->bytes);
        json_close_array(w);
    }
}

static int read_array(struct str *rest, uint32_t count, uint32_t depth,
                      struct json_writer *w)
{
    json_open_array(w);
    for (uint32_t i = 0; i < count; i++) {
        int error = msgpack_read_value(rest, depth, w);
        if (error < 0)
            return error;
    }
    json_close_array(w);
    return 0;
}

static int read_map(struct str *rest, uint32_t count, uint32_t depth,
                    struct json_writer *w)
{
    struct str key, undefined;

    json_open_object(w);
    for (uint32_t i = 0; i < count; i++) {
        int error = msgpack_read_string(rest, &key);
        if (error < 0)
            return ERR_SYNTAX;
        if (str_starts(*rest, STR(UNDEFINED))) {
            take(rest, sizeof(UNDEFINED) - 1, &undefined);
            continue;
        }
        json_put_key(w, key);
        error = msgpack_read_value(rest, depth, w);
        if (error < 0)
            return error;
    }
    json_close_object(w);
    return 0;
}

int msgpack_read_value(struct str *rest, uint32_t depth, struct json_writer *w)
{
    struct token t;
    int error = next(rest, &t);

    if (error < 0)
        return error;
    switch (t.kind) {
    case NIL:
        json_put_null(w);
        break;
    case BOOLEAN:
        json_put_bool(w, t.truth);
        break;
    case UINT:
        json_put_uint(w, t.u);
        break;
    case INT:
        json_put_int(w, t.i);
        break;
    case REAL:
        json_put_double(w, t.real);
        break;
    case STRING:
        json_put_string(w, t.bytes);
        break;
    case BYTES:
        json_put_binary(w, t.bytes);
        break;
    case EXTENSION:
        put_extension(w, &t);
        break;
    case ARRAY:
    case MAP:
        if (depth == 0)
            return ERR_LIMIT;
        return t.kind == MAP ? read_map(rest, t.count, depth - 1, w)
                             : read_array(rest, t.count, depth - 1, w);
    }
    return 0;
}

/* The next token, if it is of this kind. */
static int next_of(struct str *rest, enum kind kind, struct token *t)
{
    int error = next(rest, t);

    return error == 0 && t->kind != kind ? ERR_TYPE : error;
}

int msgpack_read_map(struct str *rest, uint32_t *ret_count)
{
    struct token t;
    int error = next_of(rest, MAP, &t);

    if (error == 0)
        *ret_count = t.count;
    return error;
}

int msgpack_read_string(struct str *rest, struct str *ret_text)
{
    struct token t;
    int error = next_of(rest, STRING, &t);

    if (error == 0)
        *ret_text = t.bytes;
    return error;
}

int msgpack_read_uint(struct str *rest, uint64_t *ret_value)
{
    struct token t;
    int error = next_of(rest, UINT, &t);

    if (error == 0)
        *ret_value = t.u;
    return error;
}

int msgpack_cut(struct str *rest, struct str *ret_value)
{
    struct str from = *rest;
    struct token t;

    /* Each value takes a byte at least, so this ends, and fits. */
    for (uint64_t due = 1; due > 0; due--) {
        int error = next(rest, &t);
        if (error < 0)
            return error;
        due += (uint64_t)t.count * (t.kind == MAP ? 2 : 1);
    }
    *ret_value = str_of(from.p, from.n - rest->n);
    return 0;
}

bool msgpack_is_undefined(struct str value)
{
    return str_eq(value, STR(UNDEFINED));
}
