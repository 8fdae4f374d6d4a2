/* SPDX-License-Identifier: MIT */
/*
 * What goes to a job and comes back from it: texts, whole numbers and bytes,
 * each under the number of a field. The same bytes are read by the next build
 * when a reload comes between the two, so numbers of fields are never used for
 * anything else, and a reader takes what it knows and leaves the rest.
 */
#ifndef COMMON_RECORD_H
#define COMMON_RECORD_H

#include <stdint.h>

#include <mortise/plugin.h>

/* What most records fit into from the beginning. */
enum { RECORD_FIRST_CAP = 8192 };

struct record {
    char *p;
    size_t n, cap;
    int error; /* 0 or MORTISE_ENOMEM: something is missing */
};

/* Adds a field, of number 1 to 255; of several with one number the last
 * counts. NULL adds nothing. An error stays in the record. */
void record_put(struct record *r, int field, const char *text);
void record_put_int(struct record *r, int field, int64_t value);
/* Any bytes, such as those of another record. */
void record_put_bytes(struct record *r, int field, mortise_str bytes);
/* All fields of another record. */
void record_put_all(struct record *r, mortise_str other);

/* Reads one, from a record or from the bytes of one; "" or 0 when it is not
 * there. Lives as long as the bytes. */
const char *record_text(mortise_str bytes, int field);
int64_t record_int(mortise_str bytes, int field);
mortise_str record_part(mortise_str bytes, int field);
/* The next field of this number in *rest, which begins as the whole record
 * and becomes what is behind it: 1 and the bytes, with a NUL behind; else 0. */
int record_next(mortise_str *rest, int field, mortise_str *ret);

/* What record_put() and the like have made; lives until the next of them. */
mortise_str record_bytes(const struct record *r);
/* Secrets may be in it: it is wiped. */
void record_free(struct record *r);

#endif
