/* SPDX-License-Identifier: MIT */
/* Other players: who is here, who they are, and matches with them. */
#include <stdio.h>
#include <string.h>

#include <mortise/contract.h>
#include <mortise/values.h>

#include "front/events.h"
#include "live/says.h"
#include "lobby/here.h"
#include "lobby/invites.h"

void events_here(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);

    if (client)
        here_list(client, mortise_text_of(event, "after", ""),
                  (int)mortise_int_of(event, "limit", 100), event);
}

/* --- a match by its code */

/* As somebody has typed it: "K3JM-X2AB " is "k3jmx2ab". */
static void plain_code(const char *typed, char ret[CODE_SIZE])
{
    size_t n = 0;

    for (; *typed && n + 1 < CODE_SIZE; typed++)
        if (*typed >= 'A' && *typed <= 'Z')
            ret[n++] = (char)(*typed - 'A' + 'a');
        else if (*typed != '-' && *typed != ' ')
            ret[n++] = *typed;
    while (*typed == '-' || *typed == ' ')
        typed++;
    ret[*typed ? 0 : n] = '\0'; /* too long is no code */
}

static struct live *find_code(const char *code)
{
    struct live *live = NULL;

    while ((live = live_next(live)))
        if (live->head.options.hidden &&
            strcmp(live->head.options.code, code) == 0)
            break;
    return code[0] ? live : NULL;
}

void events_find(mortise_socket from, const mortise_event *event)
{
    static const struct reason none = {"no_such_match",
                                       "No match has this code."};
    struct client *client = events_caller(from, event);
    char code[CODE_SIZE];
    const struct live *live;
    mortise_writer out;

    if (!client)
        return;
    plain_code(mortise_text_of(event, "code", ""), code);
    live = find_code(code);
    if (!live) {
        says_refuse(event, none);
        return;
    }
    out = mortise_begin_ack(event);
    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true, code:s", live->head.options.code);
    says_members(out, live);
    mortise_end(out);
}

/* --- invitations */

void events_invite(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    struct live *live = client ? events_match(client, event) : NULL;
    struct reason why;

    if (!live)
        return;
    why = invites_add(live, client->player->user,
                      mortise_text_of(event, "user", ""));
    if (why.code)
        says_refuse(event, why);
    else
        mortise_ack(event, "{ok:true}");
}

void events_refuse(mortise_socket from, const mortise_event *event)
{
    static const struct reason none = {"not_invited",
                                       "You are not invited any more."};
    struct client *client = events_caller(from, event);

    if (!client)
        return;
    if (invites_refuse(mortise_text_of(event, "match", ""),
                       client->player->user))
        mortise_ack(event, "{ok:true}");
    else
        says_refuse(event, none);
}
