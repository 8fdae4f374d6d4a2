/* SPDX-License-Identifier: MIT */
/* What the tables in front/events.c name of chat.c: the life of the plugin. */
#ifndef CHAT_CHAT_H
#define CHAT_CHAT_H

#include <mortise/state.h>

int chat_init(mortise_value settings);
void chat_fini(void);
void chat_on_clean(mortise_socket none, const mortise_event *event);

extern const mortise_state chat_state;

#endif
