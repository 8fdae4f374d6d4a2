/* SPDX-License-Identifier: MIT */
#include "match/seat.h"

#include <stdlib.h>
#include <string.h>

#include "games/rules.h"

int seat_bot_level(const char *user)
{
    if (strncmp(user, "bot:", 4) != 0 || user[4] < '1' ||
        user[4] > '0' + LEVELS || user[5] != '\0')
        return 0;
    return user[4] - '0';
}

/* Copies up to the line end, and gives what is behind it; NULL: it does not
 * fit, or is empty. */
static const char *take_line(const char *text, char *ret, size_t size)
{
    const char *end = strchr(text, '\n');
    size_t n = end ? (size_t)(end - text) : 0;

    if (n == 0 || n >= size)
        return NULL;
    memcpy(ret, text, n);
    return end + 1;
}

int seat_take(struct seat *seat, const char *text)
{
    struct seat taken;
    char *end;

    memset(&taken, 0, sizeof(taken));
    text = take_line(text, taken.user, sizeof(taken.user));
    text = text ? take_line(text, taken.name, sizeof(taken.name)) : NULL;
    if (!text)
        return -1;
    taken.rating = (int32_t)strtol(text, &end, 10);
    taken.deviation = (int32_t)strtol(end, NULL, 10);
    taken.bot = (int8_t)seat_bot_level(taken.user);
    taken.ready = taken.bot != 0;
    taken.may_offer = true;
    memcpy(seat, &taken, sizeof(taken));
    return 0;
}
