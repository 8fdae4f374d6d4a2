/* SPDX-License-Identifier: MIT */
/* Records of the database in the words of clients: each of these adds members
 * to the object that is open. */
#ifndef CHAT_WORDS_H
#define CHAT_WORDS_H

#include <mortise/values.h>

#include "fields.h"

const char *words_role(enum role role);
/* ROLE_NONE: it is none. */
enum role words_role_of(const char *word);

/* All about a room, as one of its members sees it. */
void words_info(mortise_writer out, mortise_str info);
/* A message. `own`: with the reactions of who asks marked. */
void words_message(mortise_writer out, mortise_str message, int own);
/* "people" and "more", of an answer with members. */
void words_people(mortise_writer out, mortise_str answer);

#endif
