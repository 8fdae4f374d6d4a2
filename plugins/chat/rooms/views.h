/* SPDX-License-Identifier: MIT */
/* Rooms, members and messages as clients see them, made of records of the
 * database: each of these adds members to the object that is open. */
#ifndef CHAT_VIEWS_H
#define CHAT_VIEWS_H

#include <mortise/values.h>

#include "fields.h"

const char *views_role(enum role role);
/* ROLE_NONE: it is none. */
enum role views_role_of(const char *word);

/* All about a room, as one of its members sees it. */
void views_info(mortise_writer out, mortise_str info);
/* A message. `own`: with the reactions of who asks marked. */
void views_message(mortise_writer out, mortise_str message, int own);
/* "people" and "more", of an answer with members. */
void views_people(mortise_writer out, mortise_str answer);

#endif
