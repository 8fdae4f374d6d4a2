/* SPDX-License-Identifier: MIT */
/*
 * What moderators do to members, in the database. Everybody has a rank in a
 * room: the operator, who moderates everywhere, owners, moderators, members;
 * and acts on whom is below.
 */
#include "store/store.h"

#include <stdio.h>
#include <string.h>

enum { RANK_EVERYWHERE = ROLE_OWNER + 1, RANK_OPERATOR };

/* Where something is done, and to whom. */
struct aim {
    struct standing at; /* of the asker; its room 0: everywhere */
    char user[USER_SIZE];
    enum role role; /* of the user, there */
};

/* --- who may */

static int rank_of_asker(const struct standing *at, mortise_str ask)
{
    return record_int(ask, FIELD_ORDER)    ? RANK_OPERATOR
           : record_int(ask, FIELD_POWERS) ? RANK_EVERYWHERE
                                           : (int)at->role;
}

static int rank_of(struct database *db, const char *user, enum role role,
                   int *ret)
{
    static const char s[] = "SELECT powers FROM users WHERE id = ?1";
    int64_t powers = 0;
    int error = store_int(db, database_bind(db, s, "t", user), &powers);

    *ret = powers ? RANK_EVERYWHERE : (int)role;
    return error == MORTISE_ENOENT ? 0 : error;
}

/* The room that is meant, which the asker moderates; none: everywhere. */
static int find_room(struct database *db, mortise_str ask, struct standing *ret)
{
    bool powers = record_int(ask, FIELD_POWERS) != 0;
    int error;

    memset(ret, 0, sizeof(*ret));
    if (record_text(ask, FIELD_ROOM)[0] == '\0')
        return powers ? 0 : REFUSED_POWER;
    error = powers ? store_standing(db, ask, ret) : store_member(db, ask, ret);
    if (error == 0 && ret->kind == ROOM_DIRECT)
        return ret->role == ROLE_NONE ? REFUSED_NO_ROOM : REFUSED_DIRECT;
    return error == 0 && !store_moderates(ret, ask) ? REFUSED_POWER : error;
}

/* Guests are forgotten sooner than what holds for them. */
static int find_user(struct database *db, mortise_str ask, struct aim *ret,
                     struct record *answer)
{
    static const char s[] = "SELECT 1 FROM sanctions WHERE user = ?1 LIMIT 1";
    const char *wanted = record_text(ask, FIELD_TARGET);
    int error = store_find_user(db, ask, ret->user, answer);
    int64_t one;

    if (error != REFUSED_NO_USER || wanted[0] == '@')
        return error;
    error = store_int(db, database_bind(db, s, "t", wanted), &one);
    if (error != 0)
        return error == MORTISE_ENOENT ? REFUSED_NO_USER : error;
    snprintf(ret->user, sizeof(ret->user), "%s", wanted);
    record_put(answer, FIELD_TARGET, wanted);
    return 0;
}

/* Whom it is about, who is below; moderators are to be told of it. */
static int take_aim(struct database *db, mortise_str ask, struct aim *ret,
                    struct record *answer)
{
    int rank = 0, error = find_room(db, ask, &ret->at);

    ret->role = ROLE_NONE;
    if (error == 0)
        error = find_user(db, ask, ret, answer);
    if (error == 0 && strcmp(ret->user, record_text(ask, FIELD_USER)) == 0)
        return REFUSED_YOURSELF;
    if (error == 0 && ret->at.room != 0)
        error = store_role(db, ret->at.room, ret->user, &ret->role);
    if (error == 0)
        error = rank_of(db, ret->user, ret->role, &rank);
    if (error == 0 && rank >= rank_of_asker(&ret->at, ask))
        return REFUSED_POWER;
    return error == 0 ? store_put_moderators(db, ret->at.room, answer) : error;
}

int store_put_moderators(struct database *db, int64_t room,
                         struct record *answer)
{
    static const char s[] =
        "SELECT user FROM members WHERE room = ?1 AND role > 1"
        " UNION SELECT id FROM users WHERE powers = 1 LIMIT 100";
    sqlite3_stmt *row = database_bind(db, s, "i", room);
    int found;

    while ((found = database_step(db, row)) == 1)
        record_put(answer, FIELD_MODERATOR,
                   (const char *)sqlite3_column_text(row, 0));
    return found;
}

/* --- what they do */

/* The end was counted when it was asked for: FIELD_UNTIL. */
static int lay(struct database *db, mortise_str ask, const struct aim *aim,
               enum sanction kind)
{
    static const char s[] =
        "INSERT INTO sanctions(room, user, kind, until, reason, by, at)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET"
        " until = excluded.until, reason = excluded.reason,"
        " by = excluded.by, at = excluded.at";

    return database_run(
        db, database_bind(db, s, "itiitti", aim->at.room, aim->user,
                          (int64_t)kind, record_int(ask, FIELD_UNTIL),
                          record_text(ask, FIELD_REASON),
                          record_text(ask, FIELD_USER), mortise_now()));
}

/* Of one that is over there is nothing to be lifted. */
static int lift(struct database *db, const struct aim *aim, enum sanction kind)
{
    static const char s[] =
        "DELETE FROM sanctions WHERE room = ?1 AND user = ?2 AND kind = ?3"
        " AND (until = 0 OR until > ?4)";
    int error =
        database_run(db, database_bind(db, s, "itii", aim->at.room, aim->user,
                                       (int64_t)kind, mortise_now()));

    return error == MORTISE_ENOENT ? REFUSED_NO_USER : error;
}

int store_mute(struct database *db, mortise_str ask, struct record *answer)
{
    struct aim aim;
    int error = take_aim(db, ask, &aim, answer);

    if (error == 0)
        error = lay(db, ask, &aim, SANCTION_MUTE);
    return error == 0 ? store_log(db, aim.at.room, ask, "mute", aim.user, 0)
                      : error;
}

int store_unmute(struct database *db, mortise_str ask, struct record *answer)
{
    struct aim aim;
    int error = take_aim(db, ask, &aim, answer);

    if (error == 0)
        error = lift(db, &aim, SANCTION_MUTE);
    return error == 0 ? store_log(db, aim.at.room, ask, "unmute", aim.user, 0)
                      : error;
}

int store_kick(struct database *db, mortise_str ask, struct record *answer)
{
    struct aim aim;
    int error = take_aim(db, ask, &aim, answer);

    if (error == 0 && aim.role == ROLE_NONE)
        return REFUSED_NO_USER;
    record_put_int(answer, FIELD_MEMBERS, 1);
    if (error == 0)
        error = store_put_out(db, aim.at.room, aim.user, aim.role, answer);
    return error == 0 ? store_log(db, aim.at.room, ask, "kick", aim.user, 0)
                      : error;
}

/* From a room: is no member any more, and not invited. Everywhere: hears and
 * says nothing, and stays a member for when it ends. */
int store_ban(struct database *db, mortise_str ask, struct record *answer)
{
    static const char invites[] =
        "DELETE FROM invites WHERE room = ?1 AND user = ?2";
    struct aim aim;
    int error = take_aim(db, ask, &aim, answer);

    if (error == 0)
        error = lay(db, ask, &aim, SANCTION_BAN);
    record_put_int(answer, FIELD_MEMBERS, error == 0 && aim.role != ROLE_NONE);
    if (error == 0)
        error = store_run(
            db, database_bind(db, invites, "it", aim.at.room, aim.user));
    if (error == 0 && aim.at.room == 0)
        error = store_put_rooms(db, aim.user, answer);
    else if (error == 0 && aim.role != ROLE_NONE)
        error = store_put_out(db, aim.at.room, aim.user, aim.role, answer);
    return error == 0 ? store_log(db, aim.at.room, ask, "ban", aim.user, 0)
                      : error;
}

int store_unban(struct database *db, mortise_str ask, struct record *answer)
{
    struct aim aim;
    int error = take_aim(db, ask, &aim, answer);

    if (error == 0)
        error = lift(db, &aim, SANCTION_BAN);
    return error == 0 ? store_log(db, aim.at.room, ask, "unban", aim.user, 0)
                      : error;
}

/* How many seconds a member waits between two messages. */
int store_slow(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] = "UPDATE rooms SET slow = ?2 WHERE id = ?1";
    int64_t seconds = record_int(ask, FIELD_SECONDS);
    struct standing at;
    char text[32];
    int error = find_room(db, ask, &at);

    if (error == 0 && at.room == 0)
        return REFUSED_NO_ROOM;
    snprintf(text, sizeof(text), "%lld", (long long)seconds);
    if (error == 0)
        error = database_run(db, database_bind(db, s, "ii", at.room, seconds));
    return error == 0 ? store_log_detail(db, at.room, ask, "slow", "", 0, text)
                      : error;
}

/* --- who is muted or banned now */

enum { SANCTIONS_PAGE = 50 };

static void put_sanction(sqlite3_stmt *row, struct record *answer)
{
    static const enum field texts[] = {FIELD_TARGET, FIELD_TARGET_NAME,
                                       FIELD_REASON, FIELD_BY};
    struct record each = {0};

    for (int i = 0; i < 4; i++)
        record_put(&each, texts[i], (const char *)sqlite3_column_text(row, i));
    record_put_int(&each, FIELD_KIND, sqlite3_column_int64(row, 4));
    record_put_int(&each, FIELD_UNTIL, sqlite3_column_int64(row, 5));
    record_put_int(&each, FIELD_TIME, sqlite3_column_int64(row, 6));
    record_put_bytes(answer, FIELD_ENTRY, record_bytes(&each));
    record_free(&each);
}

int store_sanctions(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "SELECT s.user, coalesce(u.name, ''), s.reason, s.by, s.kind, s.until,"
        " s.at FROM sanctions s LEFT JOIN users u ON u.id = s.user"
        " WHERE s.room = ?1 AND s.kind < 3 AND (s.until = 0 OR s.until > ?2)"
        " ORDER BY s.at, s.user, s.kind LIMIT ?3 OFFSET ?4";
    struct standing at;
    int found, n = 0, error = find_room(db, ask, &at);

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(db, s, "iiii", at.room, mortise_now(),
                                      (int64_t)SANCTIONS_PAGE + 1,
                                      record_int(ask, FIELD_AFTER));
    while ((found = database_step(db, row)) == 1)
        if (n++ < SANCTIONS_PAGE)
            put_sanction(row, answer);
    record_put_int(answer, FIELD_MORE, n > SANCTIONS_PAGE);
    return found;
}

/* --- typing: who may not speak is not seen to be about to */

int store_typing(struct database *db, mortise_str ask, struct record *answer)
{
    struct standing at;
    int error = store_member(db, ask, &at);

    return error == 0 ? store_sanction(db, at.room, ask, SANCTION_MUTE,
                                       REFUSED_MUTED, answer)
                      : error;
}
