/* SPDX-License-Identifier: MIT */
/* All about rooms that their members see. */
#include "store/store.h"

/* --- all about a room */

enum { UNREAD_MAX = 1000 };

/* What others have written there and the user has not read. */
static int put_unread(struct database *db, int64_t room, const char *user,
                      int64_t read, struct record *ret)
{
    static const char unread[] =
        "SELECT count(*) FROM (SELECT 1 FROM messages m WHERE m.room = ?1"
        " AND m.id > ?3 AND m.user <> ?2 AND m.deleted IS NULL"
        " AND NOT EXISTS(SELECT 1 FROM ignores i WHERE i.user = ?2"
        "  AND i.ignored = m.user) LIMIT ?4)";
    static const char mentioned[] =
        "SELECT count(*) FROM (SELECT 1 FROM mentions n"
        " JOIN messages m ON m.id = n.message WHERE n.user = ?2"
        " AND n.room = ?1 AND n.message > ?3 AND m.deleted IS NULL"
        " AND NOT EXISTS(SELECT 1 FROM ignores i WHERE i.user = ?2"
        "  AND i.ignored = m.user) LIMIT ?4)";
    int64_t n = 0, max = UNREAD_MAX;
    int error = store_int(
        db, database_bind(db, unread, "itii", room, user, read, max), &n);

    record_put_int(ret, FIELD_UNREAD, n);
    if (error == 0)
        error = store_int(
            db, database_bind(db, mentioned, "itii", room, user, read, max),
            &n);
    record_put_int(ret, FIELD_MENTIONED, n);
    return error;
}

/* Who the other one is, of two. */
static int put_other(struct database *db, int64_t room, const char *user,
                     struct record *ret)
{
    static const char s[] =
        "SELECT m.user, coalesce(u.name, '') FROM members m LEFT JOIN users u"
        " ON u.id = m.user WHERE m.room = ?1 AND m.user <> ?2";
    sqlite3_stmt *row = database_bind(db, s, "it", room, user);
    int found = database_step(db, row);

    if (found != 1)
        return found;
    record_put(ret, FIELD_TARGET, (const char *)sqlite3_column_text(row, 0));
    record_put(ret, FIELD_TARGET_NAME,
               (const char *)sqlite3_column_text(row, 1));
    database_done(row);
    return 0;
}

/* Whether they may speak there. */
static int put_mute(struct database *db, int64_t room, const char *user,
                    struct record *ret)
{
    int found = store_find_sanction(db, room, user, SANCTION_MUTE, ret);

    record_put_int(ret, FIELD_MUTED, found == 1);
    return found < 0 ? found : 0;
}

int store_put_rooms(struct database *db, const char *user,
                    struct record *answer)
{
    static const char s[] = "SELECT r.address FROM members m JOIN rooms r"
                            " ON r.id = m.room WHERE m.user = ?1";
    sqlite3_stmt *row = database_bind(db, s, "t", user);
    int found;

    while ((found = database_step(db, row)) == 1)
        record_put(answer, FIELD_ROOM,
                   (const char *)sqlite3_column_text(row, 0));
    return found;
}

int store_info(struct database *db, int64_t room, const char *user,
               struct record *ret)
{
    static const char s[] =
        "SELECT r.address, r.name, r.kind, r.topic, r.slow, r.last, r.members,"
        " m.role, m.read, (SELECT value FROM counter) FROM rooms r"
        " JOIN members m ON m.room = r.id AND m.user = ?2 WHERE r.id = ?1";
    sqlite3_stmt *row = database_bind(db, s, "it", room, user);
    int found = database_step(db, row);

    if (found != 1)
        return found < 0 ? found : REFUSED_NO_ROOM;
    record_put(ret, FIELD_ROOM, (const char *)sqlite3_column_text(row, 0));
    record_put(ret, FIELD_TITLE, (const char *)sqlite3_column_text(row, 1));
    int64_t kind = sqlite3_column_int64(row, 2);
    record_put_int(ret, FIELD_KIND, kind);
    record_put(ret, FIELD_TOPIC, (const char *)sqlite3_column_text(row, 3));
    record_put_int(ret, FIELD_SLOW, sqlite3_column_int64(row, 4));
    record_put_int(ret, FIELD_LAST, sqlite3_column_int64(row, 5));
    record_put_int(ret, FIELD_MEMBERS, sqlite3_column_int64(row, 6));
    record_put_int(ret, FIELD_ROLE, sqlite3_column_int64(row, 7));
    int64_t read = sqlite3_column_int64(row, 8);
    record_put_int(ret, FIELD_READ, read);
    record_put_int(ret, FIELD_REV, sqlite3_column_int64(row, 9));
    database_done(row);
    if (kind == ROOM_DIRECT)
        found = put_other(db, room, user, ret);
    if (found >= 0)
        found = put_mute(db, room, user, ret);
    return found < 0 ? found : put_unread(db, room, user, read, ret);
}

int store_put_info(struct database *db, int64_t room, const char *user,
                   struct record *answer)
{
    struct record info = {0};
    int error = store_info(db, room, user, &info);

    record_put_bytes(answer, FIELD_INFO, record_bytes(&info));
    error = error == 0 ? info.error : error;
    record_free(&info);
    return error;
}

/* --- the beginning */

enum { INVITES_MAX = 100 };

/* The latest come first. */
static int put_invites(struct database *db, const char *user,
                       struct record *answer)
{
    static const char s[] =
        "SELECT r.address, r.name, i.by, coalesce(u.name, '') FROM invites i"
        " JOIN rooms r ON r.id = i.room LEFT JOIN users u ON u.id = i.by"
        " WHERE i.user = ?1 AND NOT EXISTS(SELECT 1 FROM ignores n"
        "  WHERE n.user = ?1 AND n.ignored = i.by)"
        " ORDER BY i.at DESC, r.id LIMIT ?2";
    static const enum field fields[] = {FIELD_ROOM, FIELD_TITLE, FIELD_USER,
                                        FIELD_NAME};
    sqlite3_stmt *row = database_bind(db, s, "ti", user, (int64_t)INVITES_MAX);
    int found;

    while ((found = database_step(db, row)) == 1) {
        struct record each = {0};
        for (int i = 0; i < 4; i++)
            record_put(&each, fields[i],
                       (const char *)sqlite3_column_text(row, i));
        record_put_bytes(answer, FIELD_ENTRY, record_bytes(&each));
        record_free(&each);
    }
    return found;
}

/* All rooms of a user, the invitations, and whom they ignore. */
int store_hello(struct database *db, mortise_str ask, struct record *answer)
{
    static const char rooms[] =
        "SELECT m.room FROM members m JOIN rooms r ON r.id = m.room"
        " WHERE m.user = ?1 ORDER BY r.last DESC, r.id LIMIT 1000";
    const char *user = record_text(ask, FIELD_USER);
    int64_t ids[1000];
    int n = 0, found, error = store_meet(db, ask, answer);

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(db, rooms, "t", user);
    while ((found = database_step(db, row)) == 1)
        ids[n++] = sqlite3_column_int64(row, 0);
    for (int i = 0; i < n && found == 0; i++)
        found = store_put_info(db, ids[i], user, answer);
    if (found == 0)
        found = put_invites(db, user, answer);
    return found == 0 ? store_put_ignored(db, user, answer) : found;
}
