/* SPDX-License-Identifier: MIT */
/*
 * One-time codes: what proves that somebody gets what is sent to an account. A
 * code is eight letters and digits with a hyphen in the middle, out of 32 of
 * which no two look alike: 40 bits, few tries each, and a short life. It is
 * read with or without hyphen and spaces, in any case.
 */
#ifndef AUTH_CODES_H
#define AUTH_CODES_H

#include <mortise/plugin.h>

#include "secrets/tokens.h"

enum { CODE_SIZE = 10 };

/* What a code is for; also the word for who delivers it. */
#define CODE_RESET "reset"

void code_new(char ret[static CODE_SIZE]);
/* What somebody has typed, as code_new() would write it; false: it is none. */
bool code_read(const char *text, char ret[static CODE_SIZE]);

/* The hash that a code of this user is kept by. */
void code_hash(const char *kind, const char *user, const char *code,
               char ret[static HASH_TEXT_SIZE]);
/* Whether this is the hash, with whatever secret it was made. */
bool code_matches(const char *hash, const char *kind, const char *user,
                  const char *code);

/*
 * Hands a code that a job has made to whoever delivers codes: the plugin that
 * offers the service "auth.deliver", version 1. Without one it goes into the
 * log in development, and nowhere else.
 */
void code_deliver(const char *kind, mortise_str record);

#endif
