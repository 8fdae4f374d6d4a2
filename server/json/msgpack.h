/* SPDX-License-Identifier: MIT */
/*
 * MessagePack, read as JSON text and written from JSON values: the other way
 * in which clients say the same.
 *
 * What JSON has no value for becomes what JSON.stringify() makes of it: NaN and
 * the infinities are null, a date is its text, and undefined is null in an
 * array and no member of an object. The last two are how notepack, which is
 * what JavaScript clients write with, uses extension 0; its ArrayBuffers are
 * bytes, and any other extension is an array of its number and its bytes.
 *
 * A value is read off the front of a text. Nothing is allocated for what a
 * length or a count claims, only for what is there. ERR_SYNTAX: it is cut off,
 * is no MessagePack, a string is not UTF-8, a key is no string.
 */
#ifndef MORTISE_JSON_MSGPACK_H
#define MORTISE_JSON_MSGPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "json/writer.h"

/* A value through the writer; bytes go to its `attach`. ERR_LIMIT: arrays and
 * maps are deeper inside each other. The writer's own error is its buffer's. */
int msgpack_read_value(struct str *rest, uint32_t depth, struct json_writer *w);
/* A value of one kind; ERR_TYPE for another. How many members follow, key and
 * value each; the bytes of a string, unchecked; an integer that is not below
 * zero. */
int msgpack_read_map(struct str *rest, uint32_t *ret_count);
int msgpack_read_string(struct str *rest, struct str *ret_text);
int msgpack_read_uint(struct str *rest, uint64_t *ret_value);
/* Takes a value off, however deep, and says what it takes: unread, so it may
 * still be wrong inside. */
int msgpack_cut(struct str *rest, struct str *ret_value);
/* Whether that is JavaScript's undefined. */
bool msgpack_is_undefined(struct str value);

/* These write, in the shortest form. The buffer's errors are sticky. A map's or
 * array's header is followed by so many members (key, value) or values. */
void msgpack_put_map(struct buf *out, uint32_t count);
void msgpack_put_string(struct buf *out, struct str text);
void msgpack_put_uint(struct buf *out, uint64_t value);
/* A whole value, with its bytes inline. Recursive: whoever has parsed it has
 * seen to its depth. */
void msgpack_put_value(struct buf *out, const struct json *value);

#endif
