/* SPDX-License-Identifier: MIT */
/*
 * The words of the setting `filterFile`. The file is looked at each second, so
 * new words need no reload; one that is wrong is logged, once, and the words
 * before stay. For the loop alone.
 */
#ifndef CHAT_WORDLIST_H
#define CHAT_WORDLIST_H

#include <stdbool.h>

#include "fields.h"

/* In init. 0, or an error, which has been logged. */
int wordlist_init(void);
void wordlist_free(void);
/* The timer "words". */
void wordlist_on_look(mortise_socket none, const mortise_event *event);

/* Whether there are such words in it. */
bool wordlist_finds(const char *text);
/* Of what somebody says: puts it into FIELD_TEXT again, with stars, or marks it
 * as FIELD_FILTERED, as the settings say. */
void wordlist_look(struct record *ask, const char *text);

#endif
