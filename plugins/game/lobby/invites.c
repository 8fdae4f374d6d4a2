/* SPDX-License-Identifier: MIT */
#include "lobby/invites.h"

#include <stdio.h>
#include <string.h>

#include <mortise/identity.h>

#include "live/says.h"

enum {
    INVITES_MAX = 1024,
    OF_ONE_MAX = 8,          /* that are open, by one or to one */
    QUIET_MS = 5 * 60 * 1000 /* after a refusal */
};

static struct invite {
    char by[USER_SIZE], to[USER_SIZE], match[ID_SIZE];
    int64_t quiet_until; /* it was refused; 0: it is open */
} invites[INVITES_MAX];
static int count;

static void drop(struct invite *invite)
{
    *invite = invites[--count];
}

/* Refusals of long ago. */
static void purge(void)
{
    for (int i = count - 1; i >= 0; i--)
        if (invites[i].quiet_until != 0 &&
            invites[i].quiet_until <= mortise_now())
            drop(&invites[i]);
}

static mortise_target to_user(const char *user)
{
    return mortise_all(NULL, mortise_user_room(user));
}

/* --- what is told */

static void append_invite(mortise_writer out, const struct live *live,
                          const char *by)
{
    const struct match_options *o = &live->head.options;
    char name[NAME_SIZE];

    players_name(by, name);
    mortise_append(out, "by:{user:s, name:s}, code:s", by, name,
                   o->hidden ? o->code : NULL);
    says_members(out, live);
}

void invites_append(mortise_writer out, const char *to)
{
    for (int i = 0; i < count; i++) {
        const struct live *live = live_find(invites[i].match);
        if (!live || invites[i].quiet_until != 0 ||
            strcmp(invites[i].to, to) != 0)
            continue;
        mortise_open_object(out, NULL);
        append_invite(out, live, invites[i].by);
        mortise_close(out);
    }
}

/* --- what may be */

static struct reason check(const struct live *live, const char *by,
                           const char *to)
{
    static const struct reason yourself = {"yourself", "That is you."};
    static const struct reason not_here = {"not_here",
                                           "They are not here now."};
    static const struct reason full = {"full", "Both seats are taken."};
    static const struct reason not_yours = {"not_seated",
                                            "You have no seat in this match."};

    if (strcmp(by, to) == 0)
        return yourself;
    if (match_seat_of(&live->shown, by) == NOBODY)
        return not_yours;
    if (live->head.status != MATCH_OPEN)
        return full;
    return players_find(to) ? (struct reason){NULL, NULL} : not_here;
}

static struct reason check_others(const char *by, const char *to)
{
    static const struct reason invited = {
        "invited", "They have an invitation of yours already."};
    static const struct reason refused = {"refused",
                                          "They would rather not play now."};
    static const struct reason many = {"too_many_invitations",
                                       "There are too many invitations."};
    int of_by = 0, of_to = 0;

    for (int i = 0; i < count; i++) {
        const struct invite *invite = &invites[i];
        bool from_by = strcmp(invite->by, by) == 0;
        bool is_to = strcmp(invite->to, to) == 0;
        if (from_by && is_to)
            return invite->quiet_until == 0 ? invited : refused;
        of_by += from_by && invite->quiet_until == 0;
        of_to += is_to && invite->quiet_until == 0;
    }
    if (of_by >= OF_ONE_MAX || of_to >= OF_ONE_MAX || count == INVITES_MAX)
        return many;
    return (struct reason){NULL, NULL};
}

struct reason invites_add(const struct live *live, const char *by,
                          const char *to)
{
    struct reason why = check(live, by, to);
    struct invite *invite;
    mortise_writer out;

    purge();
    if (!why.code)
        why = check_others(by, to);
    if (why.code)
        return why;
    invite = &invites[count++];
    memset(invite, 0, sizeof(*invite));
    snprintf(invite->by, sizeof(invite->by), "%s", by);
    snprintf(invite->to, sizeof(invite->to), "%s", to);
    snprintf(invite->match, sizeof(invite->match), "%s", live->id);
    out = mortise_begin_emit(to_user(to), "match:invited");
    mortise_open_object(out, NULL);
    append_invite(out, live, by);
    mortise_end(out);
    return why;
}

bool invites_refuse(const char *match, const char *to)
{
    char name[NAME_SIZE];
    bool found = false;

    players_name(to, name);
    for (int i = 0; i < count; i++) {
        struct invite *invite = &invites[i];
        if (invite->quiet_until != 0 || strcmp(invite->match, match) != 0 ||
            strcmp(invite->to, to) != 0)
            continue;
        found = true;
        invite->quiet_until = mortise_now() + QUIET_MS;
        mortise_emit(to_user(invite->by), "match:refused",
                     "{match:s, user:s, name:s}", match, to, name);
        /* The other windows of who has refused. */
        mortise_emit(to_user(to), "match:uninvited", "{match:s}", match);
    }
    return found;
}

void invites_end(const struct live *live)
{
    for (int i = count - 1; i >= 0; i--) {
        if (invites[i].quiet_until != 0 ||
            strcmp(invites[i].match, live->id) != 0)
            continue;
        mortise_emit(to_user(invites[i].to), "match:uninvited", "{match:s}",
                     live->id);
        drop(&invites[i]);
    }
}

/* --- what a newer build takes over */

void invites_save(mortise_saving to)
{
    for (int i = 0; i < count; i++) {
        mortise_save_open(to, "invite");
        mortise_save_text(to, "by", invites[i].by);
        mortise_save_text(to, "to", invites[i].to);
        mortise_save_text(to, "match", invites[i].match);
        mortise_save_int(to, "quiet_until", invites[i].quiet_until);
        mortise_save_close(to);
    }
}

void invites_restore(mortise_saved from)
{
    mortise_saved each;

    while ((each = mortise_saved_next(from, "invite")) != 0 &&
           count < INVITES_MAX) {
        struct invite *invite = &invites[count++];
        snprintf(invite->by, sizeof(invite->by), "%s",
                 mortise_saved_text(each, "by", ""));
        snprintf(invite->to, sizeof(invite->to), "%s",
                 mortise_saved_text(each, "to", ""));
        snprintf(invite->match, sizeof(invite->match), "%s",
                 mortise_saved_text(each, "match", ""));
        invite->quiet_until = mortise_saved_int(each, "quiet_until", 0);
    }
}
