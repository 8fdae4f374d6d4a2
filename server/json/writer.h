/* SPDX-License-Identifier: MIT */
/*
 * Writes compact JSON straight into a buffer: no white space, "/" not
 * escaped, UTF-8 raw. Puts the commas itself. Errors are the buffer's and
 * sticky; who opens an object or array closes it.
 */
#ifndef MORTISE_JSON_WRITER_H
#define MORTISE_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "json/json.h"

struct json_writer {
    struct buf *out;
    bool comma; /* the next value needs a comma in front */
    /*
     * Called for each JSON_BINARY: keeps the bytes (copying or referencing
     * them) and returns the number of the attachment, from 0, or a negative
     * error. NULL: binary is refused with ERR_TYPE.
     */
    int (*attach)(void *user, struct str bytes);
    void *user;
};

/* An attachment in a text that a writer has written: where its placeholder
 * begins (out->n, when `attach` is called), and its bytes. */
struct json_mark {
    size_t at;
    struct str bytes;
};

void json_writer_init(struct json_writer *w, struct buf *out);

void json_put_null(struct json_writer *w);
void json_put_bool(struct json_writer *w, bool value);
void json_put_int(struct json_writer *w, int64_t value);
void json_put_uint(struct json_writer *w, uint64_t value);
/* The shortest text that reads back as the same number; NaN and the
 * infinities become null, as in JSON.stringify. */
void json_put_double(struct json_writer *w, double value);
/* Invalid UTF-8 fails with ERR_SYNTAX. */
void json_put_string(struct json_writer *w, struct str value);
/* Bytes as an attachment: {"_placeholder":true,"num":N}. */
void json_put_binary(struct json_writer *w, struct str bytes);
/* A parsed value, byte for byte as it came, less insignificant white space
 * (and comments); NULL is null, as undefined is in JavaScript. Where there is
 * a JSON_BINARY inside, its placeholder is numbered anew. */
void json_put_value(struct json_writer *w, const struct json *value);
/* Text that is known to be compact, valid JSON: one whole value. */
void json_put_raw(struct json_writer *w, struct str text);
/* The same with attachments in it: at each mark, in their order, stands a
 * placeholder that a writer has written, and is numbered anew. */
void json_put_marked(struct json_writer *w, struct str text,
                     const struct json_mark *marks, uint32_t count);
/* What stands at these marks of a text becomes the bytes, in a value that was
 * parsed from it. */
void json_set_marked(struct json *value, struct str text,
                     const struct json_mark *marks, uint32_t count);

void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_put_key(struct json_writer *w, struct str key);

#endif
