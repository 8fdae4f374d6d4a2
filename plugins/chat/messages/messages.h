/* SPDX-License-Identifier: MIT */
/*
 * What is said, changed, read and reacted to. A message is told to its room
 * when it is in the database, in the order of the ids.
 */
#ifndef CHAT_MESSAGES_H
#define CHAT_MESSAGES_H

#include "work/operations.h"

mortise_call messages_on_say, messages_on_edit, messages_on_delete;
mortise_call messages_on_history, messages_on_search, messages_on_read;
mortise_call messages_on_react;

told_call messages_told_say, messages_told_edit, messages_told_delete;
told_call messages_told_history, messages_told_read, messages_told_react;

#endif
