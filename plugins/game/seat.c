/* SPDX-License-Identifier: MIT */
#include "seat.h"

#include <string.h>

#include "rules.h"

int seat_bot_level(const char *user)
{
    if (strncmp(user, "bot:", 4) != 0 || user[4] < '1' ||
        user[4] > '0' + LEVELS || user[5] != '\0')
        return 0;
    return user[4] - '0';
}

int seat_take(struct seat *seat, const char *text)
{
    const char *end = strchr(text, '\n');
    size_t n = end ? (size_t)(end - text) : 0;

    if (n == 0 || n >= sizeof(seat->user) ||
        strlen(end + 1) >= sizeof(seat->name))
        return -1;
    memset(seat, 0, sizeof(*seat));
    memcpy(seat->user, text, n);
    memcpy(seat->name, end + 1, strlen(end + 1));
    seat->bot = (int8_t)seat_bot_level(seat->user);
    seat->ready = seat->bot != 0;
    seat->may_offer = true;
    return 0;
}
