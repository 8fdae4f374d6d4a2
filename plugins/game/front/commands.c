/* SPDX-License-Identifier: MIT */
#include "front/commands.h"

#include <mortise/services.h>

#include "live/live.h"
#include "live/says.h"
#include "store/owner.h"

static const char *player(const struct match *match, int seat)
{
    return seat_is_taken(&match->seats[seat]) ? match->seats[seat].name : "-";
}

static void on_matches(mortise_order order, const mortise_ordered *given)
{
    mortise_list list = mortise_list_new();

    for (struct live *live = NULL; (live = live_next(live));) {
        const struct match *m = &live->shown;
        mortise_command_print(
            order, "%s  %-12s  %-7s  %4u moves  %3d watching  %s, %s\n",
            live->id, match_rules(m)->name, match_status_name(m->status),
            m->moves, live->spectators, player(m, 0), player(m, 1));
        mortise_list_add(list,
                         "{match:s, game:s, status:s, moves:I, spectators:i, "
                         "players:[s, s]}",
                         live->id, match_rules(m)->name,
                         match_status_name(m->status), (int64_t)m->moves,
                         live->spectators, m->seats[0].user, m->seats[1].user);
    }
    mortise_command_answer(order, 0, "{matches:l}", list);
}

static void on_abort(mortise_order order, const mortise_ordered *given)
{
    const char *id = mortise_text(mortise_get(given->args, "match"), "");
    struct live *live = live_find(id);
    struct reason why;

    if (!live) {
        mortise_command_fail(order, "There is no match %s.\n", id);
        return;
    }
    live_settle(live);
    why = live_add(live, ENTRY_ABORT, NOBODY, "operator", NULL);
    live_schedule(live);
    if (why.code)
        mortise_command_fail(order, "%s\n", why.message);
    else
        mortise_command_answer(order, 0, "{match:s}", live->id);
}

/* An account was deleted: so is what is known of it here. */
static void on_forget(mortise_order order, const mortise_ordered *given)
{
    const char *user = mortise_text(mortise_get(given->args, "user"), "");
    struct record ask = {0};

    for (struct live *live = NULL; (live = live_next(live));) {
        if (match_seat_of(&live->head, user) == NOBODY)
            continue;
        mortise_command_fail(order,
                             "%s has a seat in match %s; try again when it is "
                             "over.\n",
                             user, live->id);
        return;
    }
    record_put(&ask, FIELD_USER, user);
    if (ask.error != 0 ||
        live_write(WRITE_FORGET, order, record_bytes(&ask)) < 0)
        mortise_command_fail(order, "Too much is going on.\n");
    record_free(&ask);
}

/* Who has a seat gives it up, so that what follows can be written behind. */
static struct reason give_up(const char *user)
{
    struct reason why = {NULL, NULL};

    for (struct live *live = NULL; !why.code && (live = live_next(live));) {
        int seat;
        live_settle(live);
        seat = match_seat_of(&live->head, user);
        if (seat == NOBODY || live->head.status == MATCH_OVER)
            continue;
        why = live_add(live,
                       live->head.status == MATCH_RUNNING ? ENTRY_RESIGN
                                                          : ENTRY_STAND,
                       seat, "", NULL);
        live_schedule(live);
    }
    return why;
}

/* game.forget, of the plugin that has the accounts: {ok} means that it will be
 * written in its turn. */
static mortise_value forget_account(const mortise_asked *asked)
{
    const char *user = mortise_text(mortise_at(asked->args, 0), "");
    struct reason why = owner_is_here() ? give_up(user) : says_unstored;
    struct record ask = {0};

    record_put(&ask, FIELD_USER, user);
    if (!why.code &&
        (ask.error != 0 || live_write(WRITE_FORGET, 0, record_bytes(&ask)) < 0))
        why = says_busy;
    record_free(&ask);
    if (why.code)
        return mortise_make("{error:{code:s, message:s}}", why.code,
                            why.message);
    return mortise_make("{ok:true}");
}

static void told_service(int status, mortise_str ask)
{
    if (status != 0)
        mortise_log(MORTISE_ERROR,
                    "%s could not be forgotten: say `mortise game forget %s`",
                    record_text(ask, FIELD_USER), record_text(ask, FIELD_USER));
}

void commands_forgotten(mortise_order order, mortise_str ask, int status,
                        mortise_str answer)
{
    if (order == 0)
        told_service(status, ask);
    else if (status != 0)
        mortise_command_fail(order, "The database cannot be written.\n");
    else
        mortise_command_answer(order, 0, "{matches:I}",
                               record_int(answer, FIELD_TOTAL));
}

static const mortise_field forget_fields[] = {
    {"user", MORTISE_STRING, .min = 1, .max = 200, .description = "the id"},
};
static const mortise_field abort_fields[] = {
    {"match", MORTISE_STRING, .min = 1, .max = 12, .description = "its id"},
};

static const mortise_command commands[] = {
    {"matches", on_matches, "lists the matches that are in memory"},
    {"abort", on_abort, "ends a match without a result",
     .contract = MORTISE_FIELDS(abort_fields)},
    {"forget", on_forget, "removes a user from ratings and past matches",
     .contract = MORTISE_FIELDS(forget_fields)},
};

static const mortise_service services[] = {
    {"game.forget", 1, forget_account},
};

int commands_init(void)
{
    int error = mortise_commands(commands);

    return error == 0 ? mortise_offer(services) : error;
}
