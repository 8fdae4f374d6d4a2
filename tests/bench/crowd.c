/* SPDX-License-Identifier: MIT */
/* A plugin for the bench: makes much that is there and does nothing, for the
 * cost of what goes on beside it. */
#include <mortise/plugin.h>

#include <stdio.h>

/* ("rooms", each, total): joins so many of the rooms crowd-0 to
 * crowd-(total - 1), each client those after the one before. */
static void on_rooms(mortise_socket from, const mortise_event *event)
{
    static int64_t next;
    int64_t each = mortise_int(mortise_arg(event, 0), 0);
    int64_t total = mortise_int(mortise_arg(event, 1), 1);
    char room[32];

    for (int64_t i = 0; i < each; i++) {
        snprintf(room, sizeof(room), "crowd-%lld",
                 (long long)(next++ % (total > 0 ? total : 1)));
        if (mortise_join(from, room) < 0)
            return; /* without the acknowledgement the bench ends */
    }
    mortise_ack(event, "");
}

static void on_timer(mortise_socket from, const mortise_event *event)
{
}

/* ("timers", count): starts so many, of an hour and more. */
static void on_timers(mortise_socket from, const mortise_event *event)
{
    int64_t count = mortise_int(mortise_arg(event, 0), 0);

    for (int64_t i = 0; i < count; i++) {
        if (mortise_after("crowd", 3600000 + i * 17 % 600000, 0, 0) == 0)
            return;
    }
    mortise_ack(event, "");
}

static const mortise_handler handlers[] = {
    {"rooms", on_rooms},
    {"timers", on_timers},
};
static const mortise_handler timers[] = {{"crowd", on_timer}};

MORTISE_PLUGIN("crowd", "1.0.0", .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers),
               .description = "Rooms and timers that wait, for the bench.");
