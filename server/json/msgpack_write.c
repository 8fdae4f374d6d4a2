/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "json/msgpack.h"

static void put_number(struct buf *out, unsigned tag, uint64_t value,
                       unsigned size)
{
    char bytes[9] = {(char)tag};

    for (unsigned i = 0; i < size; i++)
        bytes[1 + i] = (char)(value >> 8 * (size - 1 - i));
    buf_append(out, bytes, 1 + size);
}

/* A length: within the tag when it is below `small`, else behind the tags that
 * begin with `tagged`, in the smallest of 1 (unless that tag is missing), 2 and
 * 4 bytes. */
static void put_length(struct buf *out, unsigned within, size_t small,
                       unsigned tagged, bool has_short, size_t n)
{
    unsigned longer = tagged + has_short;

    if (n < small)
        buf_append_char(out, (char)(within | n));
    else if (has_short && n <= UINT8_MAX)
        put_number(out, tagged, n, 1);
    else if (n <= UINT16_MAX)
        put_number(out, longer, n, 2);
    else
        put_number(out, longer + 1, n, 4);
}

void msgpack_put_map(struct buf *out, uint32_t count)
{
    put_length(out, 0x80, 16, 0xde, false, count);
}

void msgpack_put_string(struct buf *out, struct str text)
{
    put_length(out, 0xa0, 32, 0xd9, true, text.n);
    buf_append_str(out, text);
}

void msgpack_put_uint(struct buf *out, uint64_t value)
{
    if (value < 0x80)
        buf_append_char(out, (char)value);
    else if (value <= UINT8_MAX)
        put_number(out, 0xcc, value, 1);
    else if (value <= UINT16_MAX)
        put_number(out, 0xcd, value, 2);
    else if (value <= UINT32_MAX)
        put_number(out, 0xce, value, 4);
    else
        put_number(out, 0xcf, value, 8);
}

static void put_int(struct buf *out, int64_t value)
{
    if (value >= 0)
        msgpack_put_uint(out, (uint64_t)value);
    else if (value >= -32)
        buf_append_char(out, (char)value);
    else if (value >= INT8_MIN)
        put_number(out, 0xd0, (uint64_t)value, 1);
    else if (value >= INT16_MIN)
        put_number(out, 0xd1, (uint64_t)value, 2);
    else if (value >= INT32_MIN)
        put_number(out, 0xd2, (uint64_t)value, 4);
    else
        put_number(out, 0xd3, (uint64_t)value, 8);
}

/* A number that no double can be is null, as it is after JSON.parse() and
 * JSON.stringify(). */
static void put_numeral(struct buf *out, const struct json *value)
{
    uint64_t u, bits;
    int64_t i;
    double real;

    if (json_int(value, &i) == 0) {
        put_int(out, i);
    } else if (str_to_u64(value->text, &u) == 0) {
        msgpack_put_uint(out, u);
    } else if (json_double(value, &real) == 0) {
        memcpy(&bits, &real, sizeof(bits));
        put_number(out, 0xcb, bits, 8);
    } else {
        buf_append_char(out, (char)0xc0);
    }
}

void msgpack_put_value(struct buf *out, const struct json *value)
{
    switch (value->type) {
    case JSON_NULL:
        buf_append_char(out, (char)0xc0);
        return;
    case JSON_BOOL:
        buf_append_char(out, (char)(value->truth ? 0xc3 : 0xc2));
        return;
    case JSON_NUMBER:
        put_numeral(out, value);
        return;
    case JSON_STRING:
        msgpack_put_string(out, value->text);
        return;
    case JSON_BINARY:
        put_length(out, 0, 0, 0xc4, true, value->text.n);
        buf_append_str(out, value->text);
        return;
    case JSON_ARRAY:
        put_length(out, 0x90, 16, 0xdc, false, value->count);
        break;
    case JSON_OBJECT:
        msgpack_put_map(out, value->count);
        break;
    }
    for (const struct json *v = value->child; v; v = v->next) {
        if (value->type == JSON_OBJECT)
            msgpack_put_string(out, v->key);
        msgpack_put_value(out, v);
    }
}
