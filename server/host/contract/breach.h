/* SPDX-License-Identifier: MIT */
/*
 * How arguments break a contract: which rule, in words for the client's
 * author, and as data for the client's code.
 */
#ifndef MORTISE_HOST_BREACH_H
#define MORTISE_HOST_BREACH_H

#include "host/contract/contract.h"
#include "json/json.h"

struct breach {
    enum breach_code code;
    struct buf message; /* a sentence */
    struct buf data;    /* a JSON object */
};

void breach_init(struct breach *b); /* allocates nothing */
void breach_free(struct breach *b);

/* Begins one: what is put into the message afterwards is its sentence. */
void breach_begin(struct breach *b, enum breach_code code);

/*
 * Whether the arguments (the first, the others follow it) are what the
 * contract says. If not, *ret_breach says what is wrong with the first that
 * is not. Every member of an object counts, also those of a repeated key that
 * readers do not see.
 */
bool breach_none(const mortise_contract *terms, const struct json *first,
                 uint32_t argc, struct breach *ret_breach);

/* "bad_argument", ... */
const char *breach_code_text(enum breach_code code);

#endif
