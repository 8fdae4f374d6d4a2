/* SPDX-License-Identifier: MIT */
/*
 * What crosses between a plugin and its host when they are apart: numbers,
 * texts and values, one after the other, as bytes. Who reads knows what comes.
 */
#ifndef MORTISE_TESTKIT_WIRE_H
#define MORTISE_TESTKIT_WIRE_H

#include "base/arena.h"
#include "base/buf.h"
#include "json/writer.h"
#include "socketio/packet.h"

struct wire {
    struct buf bytes;
    size_t at; /* read up to here */
};

void wire_init(struct wire *w);
/* Wipes the bytes first, so that nobody gets away with a pointer into them. */
void wire_free(struct wire *w);

void wire_put(struct wire *w, uint64_t number);
void wire_put_text(struct wire *w, const char *text); /* may be NULL */
void wire_put_str(struct wire *w, struct str s);
void wire_put_double(struct wire *w, double number);
uint64_t wire_get(struct wire *w);
double wire_get_double(struct wire *w);
struct str wire_get_str(struct wire *w); /* until wire_free() */
/* Until wire_free(). */
const char *wire_get_text(struct wire *w);

/* JSON values being written, their binary kept beside the text. */
struct wire_values {
    struct buf text;
    struct json_writer json; /* an array is open */
    struct slice *binary[SIO_ATTACHMENTS_MAX];
    size_t at[SIO_ATTACHMENTS_MAX]; /* where its placeholder stands */
    uint32_t count;
};

void wire_values_init(struct wire_values *v);
void wire_values_free(struct wire_values *v);
/* Appends them, the array closed. */
void wire_put_values(struct wire *w, struct wire_values *v);
/* Appends a list of nodes. */
void wire_put_list(struct wire *w, const struct json *first);
/* Appends one node, whatever stands behind it; NULL: an empty list. */
void wire_put_value(struct wire *w, const struct json *value);
/* The array, which lives in the arena with all that is in it. */
struct json *wire_get_values(struct wire *w, struct arena *arena);

#endif
