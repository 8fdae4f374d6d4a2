/* SPDX-License-Identifier: MIT */
#include "people/ignores.h"

#include <mortise/sockets.h>

#include "people/caller.h"
#include "people/targets.h"

static void write_change(mortise_socket from, const mortise_event *event,
                         enum op op)
{
    static const struct argument arguments[] = {{"user", FIELD_TARGET}};

    CALLER_WRITES(from, event, op, arguments);
}

void ignores_on_ignore(mortise_socket from, const mortise_event *event)
{
    write_change(from, event, OP_IGNORE);
}

void ignores_on_unignore(mortise_socket from, const mortise_event *event)
{
    write_change(from, event, OP_UNIGNORE);
}

/* On all devices of the user, which hear of it. */
static void tell(const struct outcome *o, bool on)
{
    const char *whom = record_text(o->answer, FIELD_TARGET);
    const char *name = record_text(o->answer, FIELD_TARGET_NAME);
    struct names names;
    mortise_target to = to_user(record_text(o->ask, FIELD_USER), &names);

    ignoring_room(whom, names.ignoring);
    if (on)
        mortise_join_all(to, names.ignoring);
    else
        mortise_leave_all(to, names.ignoring);
    to.skip = (mortise_socket)record_int(o->ask, FIELD_SOCKET);
    if (!record_int(o->answer, FIELD_REPEATED))
        mortise_emit(to, "ignored", "{id:s, name:s, on:b}", whom, name, on);
    mortise_reply_to(o->reply, "{ok:true, id:s, name:s}", whom, name);
}

void ignores_told_ignore(const struct outcome *o)
{
    tell(o, true);
}

void ignores_told_unignore(const struct outcome *o)
{
    tell(o, false);
}
