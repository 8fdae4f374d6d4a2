/* SPDX-License-Identifier: MIT */
/*
 * Who is writing something just now. Never stored; ends by itself after a while
 * (typingSeconds), with the message, and when the person has gone.
 */
#ifndef CHAT_TYPING_H
#define CHAT_TYPING_H

#include <mortise/state.h>

#include "operations.h"

/* The event "typing" {room, typing}, and the timer "typing". */
void typing_on_typing(mortise_socket from, const mortise_event *event);
void typing_on_end(mortise_socket none, const mortise_event *event);

/* They may speak: the others are told. Or not, and nobody ever hears of it. */
told_call typing_told;
void typing_refuse(mortise_str ask);

/* They may not say it any more; room "": anywhere. */
void typing_stop(const char *room, const char *user);
/* They have said it: nobody is told, for the message says so. */
void typing_forget(const char *room, const char *user);
/* They have gone. */
void typing_stop_all(const char *user);

int typing_save(mortise_saving to);
int typing_restore(mortise_saved from);
void typing_free(void);

#endif
