/* SPDX-License-Identifier: MIT */
#include "live/thinking.h"

#include <string.h>

#include <common/entropy.h>

#include "options.h"

enum { RETRY_MS = 1000, AT_A_TIME = 1 };

static int in_flight;

/* What a bot is given: of its own build, so it may be a struct. */
struct thought {
    const struct rules *rules;
    uint64_t seed;
    int seat, level;
    struct view view;
};

int thinking_seat(const struct match *match)
{
    unsigned turns = match_turns(match);

    for (int seat = 0; seat < SEATS; seat++)
        if (match->seats[seat].bot && (turns & 1u << seat))
            return seat;
    return NOBODY;
}

int64_t thinking_at(const struct live *live)
{
    /* What it sees is what everybody sees: what is written. */
    if (in_flight >= AT_A_TIME || live->thinking ||
        live->shown.number != live->head.number ||
        thinking_seat(&live->shown) == NOBODY)
        return INT64_MAX;
    return live->shown.at + options.bot_ms > live->not_before
               ? live->shown.at + options.bot_ms
               : live->not_before;
}

void thinking_start(struct live *live)
{
    struct thought thought;

    memset(&thought, 0, sizeof(thought));
    thought.rules = match_rules(&live->shown);
    thought.seat = thinking_seat(&live->shown);
    thought.level = live->shown.seats[thought.seat].bot;
    entropy_fill(&thought.seed, sizeof(thought.seed));
    match_view(&live->shown, thought.seat, &thought.view);
    live->thinking = mortise_job_start(
                         THINKING_JOB,
                         (mortise_str){(const char *)&thought, sizeof(thought)},
                         live->key) != 0;
    if (live->thinking)
        in_flight++;
    else /* too many jobs wait */
        live->not_before = mortise_now() + RETRY_MS;
}

int thinking_work(const mortise_work *work)
{
    char *move = mortise_work_output(work, MOVE_SIZE);
    struct thought thought;

    if (!move || work->input.n != sizeof(thought))
        return MORTISE_ENOMEM;
    memcpy(&thought, work->input.p, sizeof(thought));
    return thought.rules->bot(&thought.view, thought.seat, thought.level,
                              thought.seed, move) == 0
               ? 0
               : MORTISE_ENOMEM;
}

void thinking_restore(int count)
{
    in_flight = count;
}

const char *thinking_end(const mortise_done *done)
{
    if (in_flight > 0) /* a build without a state knows of none */
        in_flight--;
    return done->status == 0 && done->output.n == MOVE_SIZE ? done->output.p
                                                            : NULL;
}
