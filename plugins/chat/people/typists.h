/* SPDX-License-Identifier: MIT */
/*
 * Who is writing something just now. Never stored; ends by itself after a while
 * (typingSeconds), with the message, and when the person has gone.
 */
#ifndef CHAT_TYPISTS_H
#define CHAT_TYPISTS_H

#include <mortise/state.h>

#include "people/people.h"

/* They say that they are typing, or not any more, of which the others are told.
 * *ret_begun: they were not, and nobody is told before typists_show().
 * MORTISE_ELIMIT. */
int typists_note(const struct person *person, const char *room, bool typing,
                 bool *ret_begun);
/* Tells the others, if they still are. */
void typists_show(const char *room, const char *user);
/* The timer "typing". */
void typists_on_end(mortise_socket none, const mortise_event *event);

/* They may not say it any more; room "": anywhere. */
void typists_stop(const char *room, const char *user);
/* They have said it: nobody is told, for the message says so. */
void typists_forget(const char *room, const char *user);
/* They have gone. */
void typists_stop_all(const char *user);

int typists_save(mortise_saving to);
int typists_restore(mortise_saved from);
void typists_free(void);

#endif
