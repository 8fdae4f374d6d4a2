/* SPDX-License-Identifier: MIT */
#include "moderation/moderation.h"

#include <mortise/contract.h>
#include <mortise/services.h>
#include <mortise/sockets.h>

#include "answers.h"
#include "people/presence.h"
#include "people/typists.h"
#include "rooms/rooms.h"

/* --- what is asked */

void moderation_put_end(struct record *ask, int64_t seconds)
{
    if (seconds > 0)
        record_put_int(ask, FIELD_UNTIL, mortise_now() + seconds * 1000);
}

static void write_sanction(mortise_socket from, const mortise_event *event,
                           enum op op)
{
    static const struct argument arguments[] = {
        {"room", FIELD_ROOM}, {"user", FIELD_TARGET}, {"reason", FIELD_REASON}};
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    CALLER_TAKE(&ask, event, arguments);
    moderation_put_end(&ask, mortise_int_of(event, "seconds", 0));
    caller_write(&caller, event, op, &ask);
}

void moderation_on_mute(mortise_socket from, const mortise_event *event)
{
    write_sanction(from, event, OP_MUTE);
}

void moderation_on_unmute(mortise_socket from, const mortise_event *event)
{
    write_sanction(from, event, OP_UNMUTE);
}

void moderation_on_kick(mortise_socket from, const mortise_event *event)
{
    write_sanction(from, event, OP_KICK);
}

void moderation_on_ban(mortise_socket from, const mortise_event *event)
{
    write_sanction(from, event, OP_BAN);
}

void moderation_on_unban(mortise_socket from, const mortise_event *event)
{
    write_sanction(from, event, OP_UNBAN);
}

void moderation_on_slow(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"seconds", FIELD_SECONDS}};

    CALLER_WRITES(from, event, OP_SLOW, arguments);
}

void moderation_on_sanctions(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"after", FIELD_AFTER}};

    CALLER_READS(from, event, OP_SANCTIONS, arguments);
}

/* --- who is told */

mortise_value moderation_time(int64_t time)
{
    return time > 0 ? mortise_make("I", time) : NULL;
}

const char *moderation_text(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

mortise_target moderation_target(const struct outcome *o,
                                 struct moderators *names)
{
    mortise_str rest = o->answer, part;
    mortise_target to = mortise_all(NULL, NULL);
    uint32_t count = 0;

    while (count < MODERATORS_MAX &&
           record_next(&rest, FIELD_MODERATOR, &part)) {
        names->list[count] = user_room(part.p, names->names[count]);
        count++;
    }
    to = mortise_rooms(to, names->list, count);
    to.skip = (mortise_socket)record_int(o->ask, FIELD_SOCKET);
    return to;
}

/* All sanctions are told alike: the user hears of it by `notice`, and
 * moderators that it was done: `what`. */
static void tell(const struct outcome *o, const char *what, const char *notice)
{
    const char *user = record_text(o->answer, FIELD_TARGET);
    const char *room = moderation_text(record_text(o->ask, FIELD_ROOM));
    const char *by = record_text(o->ask, FIELD_USER);
    const char *name = record_text(o->ask, FIELD_NAME);
    const char *reason = record_text(o->ask, FIELD_REASON);
    mortise_value until = moderation_time(record_int(o->ask, FIELD_UNTIL));
    struct moderators moderators;
    struct names names;

    mortise_emit(to_user(user, &names), notice,
                 "{room:s, until:v, reason:s, by:{id:s, name:s}}", room, until,
                 reason, by, name);
    mortise_emit(moderation_target(o, &moderators), "moderated",
                 "{what:s, room:s, user:{id:s, name:s}, until:v, reason:s, "
                 "by:{id:s, name:s}}",
                 what, room, user, record_text(o->answer, FIELD_TARGET_NAME),
                 until, reason, by, name);
    mortise_reply_to(o->reply, "{ok:true, user:s, until:v}", user, until);
}

void moderation_told_mute(const struct outcome *o)
{
    typists_stop(record_text(o->ask, FIELD_ROOM),
                 record_text(o->answer, FIELD_TARGET));
    tell(o, "mute", "muted");
}

void moderation_told_unmute(const struct outcome *o)
{
    tell(o, "unmute", "unmuted");
}

static void put_out(const struct outcome *o)
{
    if (record_int(o->answer, FIELD_MEMBERS))
        rooms_put_out(record_text(o->ask, FIELD_ROOM),
                      record_text(o->answer, FIELD_TARGET),
                      record_text(o->answer, FIELD_TARGET_NAME),
                      record_text(o->answer, FIELD_HEIR));
}

void moderation_told_kick(const struct outcome *o)
{
    tell(o, "kick", "kicked");
    put_out(o);
}

void moderation_told_ban(const struct outcome *o)
{
    tell(o, "ban", "banned");
    if (record_text(o->ask, FIELD_ROOM)[0] != '\0')
        put_out(o);
    else
        presence_withdraw(record_text(o->answer, FIELD_TARGET), o->answer);
}

void moderation_told_unban(const struct outcome *o)
{
    tell(o, "unban", "unbanned");
}

void moderation_told_slow(const struct outcome *o)
{
    const char *room = record_text(o->ask, FIELD_ROOM);
    int64_t seconds = record_int(o->ask, FIELD_SECONDS);
    char target[TARGET_SIZE];

    mortise_emit(mortise_all(NULL, room_of(room, target)), "slow",
                 "{room:s, seconds:I, by:s}", room, seconds,
                 record_text(o->ask, FIELD_USER));
    mortise_reply_to(o->reply, "{ok:true}");
}

/* --- who is muted or banned */

mortise_value moderation_list(mortise_str answer)
{
    mortise_list list = mortise_list_new();
    mortise_str rest = answer, each;

    while (record_next(&rest, FIELD_ENTRY, &each))
        mortise_list_add(
            list,
            "{what:s, user:{id:s, name:s}, until:v, reason:s, by:s, time:I}",
            record_int(each, FIELD_KIND) == SANCTION_BAN ? "ban" : "mute",
            record_text(each, FIELD_TARGET),
            record_text(each, FIELD_TARGET_NAME),
            moderation_time(record_int(each, FIELD_UNTIL)),
            record_text(each, FIELD_REASON), record_text(each, FIELD_BY),
            record_int(each, FIELD_TIME));
    return mortise_make("{ok:true, sanctions:l, more:b}", list,
                        (int)record_int(answer, FIELD_MORE));
}

void moderation_told_sanctions(const struct outcome *o)
{
    answers_give(o->reply, moderation_list(o->answer));
}
