/* SPDX-License-Identifier: MIT */
#include "people/typing.h"

#include <mortise/contract.h>

#include "answers.h"
#include "people/caller.h"
#include "people/targets.h"
#include "people/typists.h"

static void ask_whether(const struct caller *caller, const mortise_event *event,
                        const char *room)
{
    struct record ask = {0};

    record_put(&ask, FIELD_ROOM, room);
    caller_read(caller, event, OP_TYPING, &ask);
}

void typing_on_typing(mortise_socket from, const mortise_event *event)
{
    const char *room = mortise_text_of(event, "room", "");
    bool typing = mortise_bool_of(event, "typing", 1) != 0, begun = false;
    char own[TARGET_SIZE];
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    if (!mortise_is_in(from, room_of(room, own)))
        answers_refuse(event, REFUSED_NOT_IN_ROOM, 0);
    else if (typists_note(caller.person, room, typing, &begun) != 0)
        answers_refuse(event, REFUSED_BUSY, 0);
    else if (begun)
        ask_whether(&caller, event, room);
    else
        mortise_ack(event, "{ok:true}");
}

void typing_told(const struct outcome *o)
{
    typists_show(record_text(o->ask, FIELD_ROOM),
                 record_text(o->ask, FIELD_USER));
    if (o->reply != 0)
        mortise_reply_to(o->reply, "{ok:true}");
}

void typing_refuse(mortise_str ask)
{
    typists_forget(record_text(ask, FIELD_ROOM), record_text(ask, FIELD_USER));
}
