/* SPDX-License-Identifier: MIT */
/*
 * Users who are erased: by the operator, or because the plugin that has the
 * accounts says so (the service chat.forget). It is done a part at a time
 * (store_erase.c), each behind what waits by then; what a server that stops
 * leaves, the next one goes on with.
 */
#ifndef CHAT_ERASURES_H
#define CHAT_ERASURES_H

#include "work/operations.h"

/* In init: offers the service. */
int erasures_init(void);

/* A part is done: who hears of it, and the next one. */
told_call erasures_told;
/* Some have been begun before, FIELD_TARGET: they go on. */
told_call erasures_told_begun;
/* Nothing was erased; of what no command has asked for, the log says so. */
void erasures_failed(mortise_str ask);

#endif
