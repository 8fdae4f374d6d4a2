/* SPDX-License-Identifier: MIT */
/*
 * Texts made comparable: what looks alike becomes the same. Case, accents, the
 * letters of Greek and Cyrillic that pass for Latin ones, and letters that are
 * full-width, in circles or of mathematics are folded, what cannot be seen is
 * left out.
 */
#ifndef CHAT_FOLD_H
#define CHAT_FOLD_H

#include <stddef.h>

#include "fields.h"

enum { FOLDED_SIZE = NAME_SIZE };

/* The next character of UTF-8 at *at, which moves behind it; 0 at the end. What
 * is no UTF-8 is a character of its own. */
unsigned fold_next(const char **at);
/* What a character is folded into: itself, another one, or 0: nothing. */
unsigned fold_character(unsigned c);
int fold_is_space(unsigned c);
/* The name as it is looked for; cut where it does not fit. */
void fold_name(const char *name, char ret[FOLDED_SIZE]);
/* Whether there is something to be seen in it. */
int fold_visible(const char *text);
/* Whether it has characters that a line cannot have: controls, and those that
 * turn the direction of what stands beside them. */
int fold_has_controls(const char *text);

#endif
