/* SPDX-License-Identifier: MIT */
#include "socketio/pace.h"

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

#define SECOND 1000

/* Takes what is said out of a bucket, in thousandths. Whether it was there. */
static bool draw(int64_t *missing, int64_t passed, int64_t per_second,
                 int64_t least, int64_t count)
{
    int64_t burst = per_second * SIO_PACE_BURST;

    if (per_second == 0)
        return true;
    if (burst < least)
        burst = least;
    /* More than fills it at once would be too much for the product. */
    *missing = passed >= burst * SECOND / per_second
                   ? 0
                   : *missing - passed * per_second;
    if (*missing < 0)
        *missing = 0;
    if (*missing + count * SECOND > burst * SECOND)
        return false;
    *missing += count * SECOND;
    return true;
}

int pace_draw(struct sio_client *client, bool is_packet, uint64_t bytes)
{
    const struct sio_options *o = &client->server->options;
    struct sio_pace *pace = client->pace;
    int64_t now = client->server->timers->now;

    if (!pace) {
        pace = client->pace = mem_zalloc(sizeof(*pace));
        if (!pace)
            return ERR_NOMEM;
        pace->at = now;
    }
    int64_t passed = now - pace->at;
    pace->at = now;
    bool fits = draw(&pace->packets, passed, o->packets_per_second, 1,
                     is_packet ? 1 : 0);
    /* Both buckets have seen the time go by. */
    return draw(&pace->bytes, passed, o->bytes_per_second,
                (int64_t)o->message_size, (int64_t)bytes) &&
                   fits
               ? 0
               : ERR_DENIED;
}
