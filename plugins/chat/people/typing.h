/* SPDX-License-Identifier: MIT */
/* The event "typing" {room, typing}: whoever begins (people/typists.h) is shown
 * to the others when the database has said that they may speak. */
#ifndef CHAT_TYPING_H
#define CHAT_TYPING_H

#include "work/operations.h"

void typing_on_typing(mortise_socket from, const mortise_event *event);

/* They may speak: the others are told. Or not, and nobody ever hears of it. */
told_call typing_told;
void typing_refuse(mortise_str ask);

#endif
