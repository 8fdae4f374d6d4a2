/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <mortise/plugin.h>

#include "admin/admin.h"

/* In the order of enum op, from OP_ADMIN_USERS on. */
static const char *const names[] = {
    "users",        "user", "roles", "set-roles", "set-permissions",
    "end-sessions", "bans", "ban",   "unban",     "audit",
};

mortise_call admin_event;

void admin_event(mortise_socket from, const mortise_event *event)
{
    const char *name = event->name + strlen("auth:admin:");
    int op = OP_ADMIN_USERS;
    struct caller caller;

    while (op < OP_ADMIN_AUDIT && strcmp(names[op - OP_ADMIN_USERS], name) != 0)
        op++;
    caller_of_socket(from, event, &caller);
    caller.reply = mortise_ack_later(event);
    admin_ask(&caller, (enum op)op, mortise_arg(event, 0));
}
