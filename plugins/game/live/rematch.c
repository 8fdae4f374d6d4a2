/* SPDX-License-Identifier: MIT */
#include "live/rematch.h"

#include "live/watches.h"

/* A socket that follows the match from this seat; 0: none does. */
static mortise_socket socket_of(const struct live *live, int seat)
{
    const struct watch *w = live->watches;

    while (w && w->viewer != seat)
        w = w->next;
    return w ? w->client->socket : 0;
}

/* Who had the other seat takes this one. */
static void move_over(const struct live *live, struct live *next, int seat)
{
    const struct seat *old = &live->shown.seats[1 - seat];
    struct ask ask = {ASKED_BEGIN, socket_of(live, 1 - seat), 0};
    struct entry sit;

    if (old->bot)
        entry_sit(&sit, old->user, old->name, 0, 0);
    else
        players_sit(&sit, old->user, next->head.options.rules);
    live_add(next, ENTRY_SIT, seat, sit.text, &ask);
}

void rematch_consider(struct live *live)
{
    struct match_options options = live->shown.options;
    struct live *next;

    if (!live->head.seats[0].rematch || !live->head.seats[1].rematch ||
        live->head.next[0])
        return;
    options.created = mortise_now();
    options.quick = false;
    next = live_new(&options);
    if (!next)
        return; /* they may ask again */
    for (int seat = 0; seat < SEATS; seat++)
        move_over(live, next, seat);
    for (int seat = 0; seat < SEATS; seat++)
        if (!next->head.seats[seat].ready) /* both have said so */
            live_add(next, ENTRY_READY, seat, "", NULL);
    live_add(live, ENTRY_NEXT, NOBODY, next->id, NULL);
    live_schedule(next);
}
