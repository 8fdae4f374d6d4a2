/* SPDX-License-Identifier: MIT */
/* Rooms, and who comes and goes. */
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "options.h"

/* --- coming and going */

static int add_member(struct database *db, int64_t room, const char *user,
                      enum role role)
{
    static const char has[] = "SELECT count(*) FROM members WHERE user = ?1";
    static const char is[] = "SELECT members FROM rooms WHERE id = ?1";
    static const char s[] =
        "INSERT INTO members(room, user, role, joined, read)"
        " VALUES(?1, ?2, ?3, ?4, (SELECT last FROM rooms WHERE id = ?1))";
    int64_t n = 0;
    int error = store_int(db, database_bind(db, has, "t", user), &n);

    if (error == 0 && n >= options.rooms_per_user)
        return REFUSED_TOO_MANY_ROOMS;
    if (error == 0)
        error = store_int(db, database_bind(db, is, "i", room), &n);
    if (error == 0 && n >= options.members_per_room)
        return REFUSED_ROOM_FULL;
    if (error == 0)
        error = database_run(db, database_bind(db, s, "itii", room, user,
                                               (int64_t)role, mortise_now()));
    return error;
}

static int add_room(struct database *db, enum room_kind kind,
                    const char *address, const char *name, const char *topic,
                    int64_t *ret)
{
    static const char s[] =
        "INSERT INTO rooms(address, name, kind, topic, created)"
        " VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id";
    static const char many[] = "SELECT count(*) FROM rooms";
    int64_t n = 0;
    int error = store_int(db, database_bind(db, many, ""), &n);

    if (error == 0 && n >= options.rooms)
        return REFUSED_NO_NEW_ROOMS;
    if (error == 0)
        error = store_int(db,
                          database_bind(db, s, "ttiti", address, name,
                                        (int64_t)kind, topic, mortise_now()),
                          ret);
    return error == MORTISE_ENOENT ? MORTISE_ENOSYS : error;
}

/* One whose address is a number: nobody can come across it. */
static int add_hidden_room(struct database *db, enum room_kind kind,
                           const char *name, const char *topic, int64_t *ret)
{
    char address[32];
    int64_t number;
    int error = store_count(db, &number);

    snprintf(address, sizeof(address), "@%" PRId64, number);
    return error == 0 ? add_room(db, kind, address, name, topic, ret) : error;
}

static int take_invite(struct database *db, int64_t room, const char *user)
{
    static const char s[] = "DELETE FROM invites WHERE room = ?1 AND user = ?2";

    return database_run(db, database_bind(db, s, "it", room, user));
}

/* A public room that is not there yet is made by the first who comes. */
static int find_or_open(struct database *db, mortise_str ask,
                        struct standing *ret)
{
    const char *address = record_text(ask, FIELD_ROOM);
    int error = store_standing(db, ask, ret);

    if (error != REFUSED_NO_ROOM || address[0] == '@')
        return error;
    if (!options.create_rooms && !record_int(ask, FIELD_POWERS))
        return REFUSED_NO_NEW_ROOMS;
    if (record_int(ask, FIELD_FILTERED))
        return REFUSED_FILTERED;
    memset(ret, 0, sizeof(*ret));
    return add_room(db, ROOM_PUBLIC, address, address, "", &ret->room);
}

/* With which role somebody comes in: whoever opens a room has it. */
static int admit(struct database *db, const struct standing *at,
                 mortise_str ask, struct record *answer)
{
    static const char s[] = "SELECT members FROM rooms WHERE id = ?1";
    const char *user = record_text(ask, FIELD_USER);
    enum role role = ROLE_MEMBER;
    int64_t members = 0;
    int error =
        store_sanction(db, at->room, ask, SANCTION_BAN, REFUSED_BANNED, answer);

    if (error == 0)
        error = store_int(db, database_bind(db, s, "i", at->room), &members);
    if (error == 0 && at->kind != ROOM_PUBLIC)
        error = take_invite(db, at->room, user);
    if (error != 0)
        return error == MORTISE_ENOENT ? REFUSED_NO_ROOM : error;
    if (members == 0 && at->last == 0 && !record_int(ask, FIELD_ANONYMOUS))
        role = ROLE_OWNER;
    return add_member(db, at->room, user, role);
}

int store_join(struct database *db, mortise_str ask, struct record *answer)
{
    struct standing at;
    int error = store_meet(db, ask, answer);

    if (error == 0)
        error = find_or_open(db, ask, &at);
    if (error != 0)
        return error;
    record_put_int(answer, FIELD_REPEATED, at.role != ROLE_NONE);
    if (at.role == ROLE_NONE)
        error = admit(db, &at, ask, answer);
    if (error == 0)
        error =
            store_put_info(db, at.room, record_text(ask, FIELD_USER), answer);
    return error == 0 ? store_who_of(db, at.room, 0, "", answer) : error;
}

static int remove_member(struct database *db, int64_t room, const char *user)
{
    static const char slow[] =
        "INSERT INTO sanctions(room, user, kind, until, reason, by, at)"
        " SELECT r.id, m.user, ?4, m.said + r.slow * 1000, '', '', ?3"
        " FROM members m JOIN rooms r ON r.id = m.room WHERE m.room = ?1"
        " AND m.user = ?2 AND m.said + r.slow * 1000 > ?3"
        " ON CONFLICT DO UPDATE SET until = excluded.until";
    static const char s[] = "DELETE FROM members WHERE room = ?1 AND user = ?2";
    int error =
        store_run(db, database_bind(db, slow, "itii", room, user, mortise_now(),
                                    (int64_t)SANCTION_SLOW));

    return error == 0 ? store_run(db, database_bind(db, s, "it", room, user))
                      : error;
}

/* A room whose last owner has gone is the one's who has moderated it, or been
 * in it, for longest. */
static int find_heir(struct database *db, int64_t room, struct record *answer)
{
    static const char s[] =
        "SELECT user FROM members WHERE room = ?1"
        " AND NOT (user >= '~' AND user < char(127)) AND NOT EXISTS"
        "  (SELECT 1 FROM members WHERE room = ?1 AND role = 3)"
        " ORDER BY role DESC, joined, user LIMIT 1";
    static const char give[] =
        "UPDATE members SET role = 3 WHERE room = ?1 AND user = ?2";
    sqlite3_stmt *row = database_bind(db, s, "i", room);
    char user[USER_SIZE];
    int found = database_step(db, row);

    if (found != 1)
        return found;
    database_text(row, 0, user, sizeof(user));
    database_done(row);
    record_put(answer, FIELD_HEIR, user);
    return database_run(db, database_bind(db, give, "it", room, user));
}

int store_put_out(struct database *db, int64_t room, const char *user,
                  enum role role, struct record *answer)
{
    int error = remove_member(db, room, user);

    return error == 0 && role == ROLE_OWNER ? find_heir(db, room, answer)
                                            : error;
}

static int decline(struct database *db, const struct standing *at,
                   const char *user, struct record *answer)
{
    int error = take_invite(db, at->room, user);

    record_put_int(answer, FIELD_REPEATED, 1); /* as if they had left before */
    if (error != MORTISE_ENOENT)
        return error;
    return at->kind == ROOM_PUBLIC ? REFUSED_NOT_IN_ROOM : REFUSED_NO_ROOM;
}

int store_leave(struct database *db, mortise_str ask, struct record *answer)
{
    struct standing at;
    int error = store_standing(db, ask, &at);

    if (error == 0 && at.role == ROLE_NONE) /* not even in: no, thanks */
        return decline(db, &at, record_text(ask, FIELD_USER), answer);
    if (error == 0 && at.kind == ROOM_DIRECT)
        return REFUSED_DIRECT;
    return error == 0 ? store_put_out(db, at.room, record_text(ask, FIELD_USER),
                                      at.role, answer)
                      : error;
}

int store_forget(struct database *db, mortise_str ask, struct record *answer)
{
    static const char members[] = "DELETE FROM members WHERE user = ?1";
    static const char users[] = "DELETE FROM users WHERE id = ?1";
    static const char ignores[] =
        "DELETE FROM ignores WHERE user = ?1 OR ignored = ?1";
    static const char sanctions[] = "DELETE FROM sanctions WHERE user = ?1";
    const char *user = record_text(ask, FIELD_USER);
    int error = store_run(db, database_bind(db, members, "t", user));

    if (error == 0)
        error = store_run(db, database_bind(db, ignores, "t", user));
    if (error == 0)
        error = store_run(db, database_bind(db, sanctions, "t", user));
    return error == 0 ? store_run(db, database_bind(db, users, "t", user))
                      : error;
}

/* --- rooms that pass by, such as those of matches */

int store_clean_unlisted(struct database *db)
{
    static const char s[] =
        "DELETE FROM rooms WHERE id IN (SELECT r.id FROM rooms r"
        " WHERE r.kind = 0 AND substr(r.address, 1, length(?1)) = ?1"
        " AND r.address >= ?1 AND (r.members = 0 OR r.created < ?2 AND"
        "  NOT EXISTS(SELECT 1 FROM messages m WHERE m.room = r.id"
        "  AND m.id = r.last AND m.at >= ?2)) LIMIT 1000)";
    const int64_t day = 24 * 3600 * INT64_C(1000);

    if (!options.unlisted)
        return 0;
    return store_run(
        db, database_bind(db, s, "ti", options.unlisted, mortise_now() - day));
}

/* --- private rooms, and rooms of two */

/* Nobody is asked into a room where they are banned, nor by whom they ignore.
 */
static int may_ask(struct database *db, int64_t room, const char *user,
                   mortise_str ask)
{
    static const char s[] =
        "SELECT 1 FROM sanctions WHERE user = ?1 AND kind = ?2"
        " AND room IN (0, ?3) AND (until = 0 OR until > ?4) LIMIT 1";
    int64_t one;
    int error = store_ignores(db, user, record_text(ask, FIELD_USER));

    if (error != 0)
        return error;
    error = store_int(db,
                      database_bind(db, s, "tiii", user, (int64_t)SANCTION_BAN,
                                    room, mortise_now()),
                      &one);
    return error == 0 ? REFUSED_POWER : error == MORTISE_ENOENT ? 0 : error;
}

int store_create(struct database *db, mortise_str ask, struct record *answer)
{
    int64_t room;
    int error = store_meet(db, ask, answer);

    if (error == 0 && !options.create_rooms && !record_int(ask, FIELD_POWERS))
        return REFUSED_NO_NEW_ROOMS;
    if (error == 0)
        error = add_hidden_room(db, ROOM_PRIVATE, record_text(ask, FIELD_TITLE),
                                record_text(ask, FIELD_TOPIC), &room);
    if (error == 0)
        error = add_member(db, room, record_text(ask, FIELD_USER), ROLE_OWNER);
    return error == 0
               ? store_put_info(db, room, record_text(ask, FIELD_USER), answer)
               : error;
}

int store_invite(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "INSERT INTO invites(room, user, by, at) VALUES(?1, ?2, ?3, ?4)"
        " ON CONFLICT DO NOTHING";
    static const char many[] = "SELECT count(*) FROM invites WHERE room = ?1";
    char user[USER_SIZE];
    struct standing at;
    int64_t n = 0;
    int error = store_member(db, ask, &at);

    if (error == 0 && at.kind == ROOM_DIRECT)
        return REFUSED_DIRECT;
    if (error == 0 && at.kind == ROOM_PRIVATE && !store_moderates(&at, ask))
        return REFUSED_POWER;
    if (error == 0)
        error = store_sanction(db, at.room, ask, SANCTION_MUTE, REFUSED_MUTED,
                               answer);
    if (error == 0)
        error = store_find_user(db, ask, user, answer);
    if (error == 0)
        error = may_ask(db, at.room, user, ask);
    if (error == 0)
        error = store_int(db, database_bind(db, many, "i", at.room), &n);
    if (error == 0 && n >= options.members_per_room)
        return REFUSED_TOO_MANY;
    if (error == 0)
        error = store_run(db, database_bind(db, s, "itti", at.room, user,
                                            record_text(ask, FIELD_USER),
                                            mortise_now()));
    return error == 0 ? store_put_info(db, at.room,
                                       record_text(ask, FIELD_USER), answer)
                      : error;
}

/* The room of two, known by the two ids in their order, is made when the first
 * of them asks for it. */
int store_direct(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "SELECT r.id FROM members a JOIN rooms r ON r.id = a.room"
        " JOIN members b ON b.room = r.id AND b.user = ?2"
        " WHERE a.user = ?1 AND r.kind = 2 AND a.user <> b.user LIMIT 1";
    const char *user = record_text(ask, FIELD_USER);
    char other[USER_SIZE];
    int64_t room;
    int error = store_meet(db, ask, answer);

    if (error == 0)
        error = store_find_user(db, ask, other, answer);
    if (error == 0 && strcmp(user, other) == 0)
        return REFUSED_YOURSELF;
    if (error != 0)
        return error;
    error = store_int(db, database_bind(db, s, "tt", user, other), &room);
    record_put_int(answer, FIELD_REPEATED, error == 0);
    if (error == MORTISE_ENOENT) {
        error = may_ask(db, 0, other, ask);
        if (error == 0)
            error = store_sanction(db, 0, ask, SANCTION_MUTE, REFUSED_MUTED,
                                   answer);
        if (error == 0)
            error = add_hidden_room(db, ROOM_DIRECT, "", "", &room);
        if (error == 0)
            error = add_member(db, room, user, ROLE_MEMBER);
        if (error == 0)
            error = add_member(db, room, other, ROLE_MEMBER);
    }
    if (error == 0)
        error = store_put_info(db, room, user, answer);
    return error == 0 ? store_put_info(db, room, other, answer) : error;
}

/* --- what a room is like */

int store_topic(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] = "UPDATE rooms SET topic = ?2 WHERE id = ?1";
    const char *topic = record_text(ask, FIELD_TOPIC);
    struct standing at;
    int error = store_member(db, ask, &at);

    if (error == 0 && !store_moderates(&at, ask))
        return REFUSED_POWER;
    if (error == 0)
        error = database_run(db, database_bind(db, s, "it", at.room, topic));
    return error == 0
               ? store_log_detail(db, at.room, ask, "topic", "", 0, topic)
               : error;
}

/* Owners give roles; nobody takes the last owner away from a room. */
int store_set_role(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "UPDATE members SET role = ?3 WHERE room = ?1 AND user = ?2";
    static const char owners[] =
        "SELECT count(*) FROM members WHERE room = ?1 AND role = 3"
        " AND user <> ?2";
    static const char *const words[] = {"", "member", "moderator", "owner"};
    enum role now, wanted = (enum role)record_int(ask, FIELD_ROLE);
    char user[USER_SIZE];
    struct standing at;
    int64_t others = 0;
    int error = store_member(db, ask, &at);

    if (error == 0 && at.kind == ROOM_DIRECT)
        return REFUSED_DIRECT;
    if (error == 0 && at.role != ROLE_OWNER && !record_int(ask, FIELD_POWERS))
        return REFUSED_POWER;
    if (error == 0)
        error = store_find_user(db, ask, user, answer);
    if (error == 0)
        error = store_role(db, at.room, user, &now);
    if (error == 0 && now == ROLE_NONE)
        return REFUSED_NO_USER;
    if (error == 0)
        error = store_int(db, database_bind(db, owners, "it", at.room, user),
                          &others);
    if (error == 0 && now == ROLE_OWNER && wanted != ROLE_OWNER && others == 0)
        return REFUSED_POWER;
    if (error == 0)
        error = database_run(
            db, database_bind(db, s, "iti", at.room, user, (int64_t)wanted));
    return error == 0 ? store_log_detail(db, at.room, ask, "role", user, 0,
                                         words[wanted])
                      : error;
}
