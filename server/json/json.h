/* SPDX-License-Identifier: MIT */
/*
 * JSON values (RFC 8259), read once into an arena.
 *
 * A node remembers the source text it came from, so that a value which is
 * passed on unread is copied, not parsed and printed again. The source text
 * must therefore outlive the nodes. Numbers keep their text: nothing is lost
 * between 64-bit integers and doubles until somebody asks for one or the
 * other. Objects keep the order of their keys; of a repeated key the last
 * counts, as in JavaScript. "__proto__" is a key like any other.
 */
#ifndef MORTISE_JSON_JSON_H
#define MORTISE_JSON_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum json_type {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
    /* Bytes that travelled beside the text (a Socket.IO attachment). The
     * parser never makes one; socketio/ puts them in place of placeholders. */
    JSON_BINARY,
};

struct json {
    enum json_type type;
    bool truth;      /* JSON_BOOL: its value */
    bool compact;    /* no insignificant white space in raw */
    bool binary;     /* a JSON_BINARY is in here, or a string with a text that
                        is not its raw one: raw is not the whole truth */
    uint32_t count;  /* children of an array or object */
    struct str raw;  /* the source text of this value; for a binary that of
                        the placeholder it stands for, inside its parent's */
    struct str text; /* string: decoded, an unpaired surrogate is U+FFFD;
                        number: as written; binary: the bytes */
    struct str key;  /* decoded, when this is a member of an object */
    struct json *child; /* first element or member */
    struct json *next;  /* following sibling */
};

struct json_limits {
    uint32_t depth; /* arrays and objects inside each other */
    bool comments;  /* C and C++ comments: configuration files only */
};

/* The longest text of a number that json_double() reads: more than any double
 * needs when it is written out without exponent. */
enum { JSON_DOUBLE_TEXT_MAX = 1200 };

/* Where and why a text is not JSON; offset in bytes from its beginning. */
struct json_error {
    size_t offset;
    char text[160];
};

/*
 * Parses the whole text as one value, in one pass. Nodes and decoded strings
 * come from the arena, whose maximum bounds them; nothing else is allocated
 * but for comments and explanations, which are yajl's. ERR_SYNTAX (also for bad
 * UTF-8, for anything behind the value, for an empty text), ERR_LIMIT (depth,
 * arena), ERR_NOMEM. Where several of them are true any of them is told. error
 * may be NULL.
 */
int json_parse(struct arena *arena, struct str text,
               const struct json_limits *limits, struct json **ret_value,
               struct json_error *error);

/* The member with this name, NULL when there is none or this is no object
 * (or NULL). */
struct json *json_get(const struct json *object, struct str key);
/* The index-th element, NULL when there is none or this is no array. */
struct json *json_at(const struct json *array, uint32_t index);

/* Makes a placeholder's node the bytes it stands for, which are the caller's to
 * keep. All that it stands in has to become `binary`, too. */
void json_set_binary(struct json *placeholder, struct str bytes);

/* Typed reading: 0, or ERR_TYPE (wrong kind, or NULL), ERR_LIMIT (a number
 * that does not fit; 1.0 and 1e3 are integers, 1.5 is none: ERR_TYPE). */
int json_int(const struct json *value, int64_t *ret);
int json_double(const struct json *value, double *ret);
int json_bool(const struct json *value, bool *ret);
int json_string(const struct json *value, struct str *ret);

/*
 * Whether two values mean the same: strings by their decoded texts, numbers
 * by what they are worth (1, 1.0 and 10e-1 are one number, and so are 0 and
 * -0), objects whatever the order of their members. The time grows with the
 * square of an object's members: for configurations, not for packets. Either
 * may be NULL, which equals only NULL.
 */
bool json_equal(const struct json *a, const struct json *b);

/* "null", "boolean", "number", "string", "array", "object", "binary". */
const char *json_type_name(enum json_type type);

/* Line and column (from 1; the column counts bytes) of a place in a text. */
void json_place(struct str text, size_t offset, unsigned *ret_line,
                unsigned *ret_column);

#endif
