/* SPDX-License-Identifier: MIT */
/*
 * Messages: written once for each key, changed, taken back. What a message was
 * before stays in the table of edits, for moderators.
 */
#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "filter/fold.h"
#include "options.h"

/* --- one message, for somebody */

static int put_reactions(struct database *db, int64_t id, const char *user,
                         struct record *message)
{
    static const char s[] =
        "SELECT emoji, count(*), max(user = ?2) FROM reactions"
        " WHERE message = ?1 GROUP BY emoji ORDER BY min(at), emoji";
    sqlite3_stmt *row = database_bind(db, s, "it", id, user);
    int found;

    while ((found = database_step(db, row)) == 1) {
        struct record each = {0};
        record_put(&each, FIELD_EMOJI,
                   (const char *)sqlite3_column_text(row, 0));
        record_put_int(&each, FIELD_COUNT, sqlite3_column_int64(row, 1));
        record_put_int(&each, FIELD_ON, sqlite3_column_int64(row, 2));
        record_put_bytes(message, FIELD_REACTION, record_bytes(&each));
        record_free(&each);
    }
    return found;
}

static int put_mentions(struct database *db, int64_t id, struct record *message)
{
    static const char s[] =
        "SELECT user FROM mentions WHERE message = ?1 ORDER BY user";
    sqlite3_stmt *row = database_bind(db, s, "i", id);
    int found;

    while ((found = database_step(db, row)) == 1)
        record_put(message, FIELD_MENTION,
                   (const char *)sqlite3_column_text(row, 0));
    return found;
}

static void put_column(struct record *r, enum field field, sqlite3_stmt *row,
                       int i)
{
    if (sqlite3_column_type(row, i) != SQLITE_NULL)
        record_put(r, field, (const char *)sqlite3_column_text(row, i));
}

int store_put_message(struct database *db, sqlite3_stmt *row, const char *user,
                      struct record *answer)
{
    static const enum field fields[] = {
        FIELD_ID,   FIELD_REV,  FIELD_ROOM,   FIELD_USER,    FIELD_NAME,
        FIELD_TEXT, FIELD_TIME, FIELD_EDITED, FIELD_DELETED, FIELD_REPLY};
    int64_t id = sqlite3_column_int64(row, 0);
    struct record message = {0};

    for (int i = 0; i < 10; i++)
        put_column(&message, fields[i], row, i);
    int error = put_mentions(db, id, &message);
    if (error == 0)
        error = put_reactions(db, id, user, &message);
    record_put_bytes(answer, FIELD_MESSAGE, record_bytes(&message));
    if (error == 0)
        error = message.error;
    record_free(&message);
    return error;
}

int store_message(struct database *db, int64_t id, const char *user,
                  struct record *answer)
{
    static const char s[] = "SELECT " STORE_MESSAGE_COLUMNS " FROM messages m"
                            " JOIN rooms r ON r.id = m.room WHERE m.id = ?1";
    sqlite3_stmt *row = database_bind(db, s, "i", id);
    int found = database_step(db, row);

    if (found != 1)
        return found < 0 ? found : REFUSED_NO_MESSAGE;
    found = store_put_message(db, row, user, answer);
    database_done(row);
    return found;
}

/* --- mentions: "@name" of a member */

static int is_name_character(unsigned c)
{
    return c == '_' || c == '-' || c == '.' || c >= 0x80 ||
           (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* The name behind an "@"; dots and dashes at its end are the sentence's. */
static const char *read_name(const char *at, char ret[NAME_SIZE])
{
    const char *end = at, *p = at;

    for (unsigned c; (c = fold_next(&p)) != 0 && is_name_character(c);)
        end = p;
    while (end > at && (end[-1] == '.' || end[-1] == '-'))
        end--;
    snprintf(ret, NAME_SIZE, "%.*s", (int)(end - at), at);
    return end;
}

static int mention(struct database *db, int64_t room, int64_t message,
                   const char *name, const char *writer)
{
    static const char s[] =
        "INSERT OR IGNORE INTO mentions(message, user, room)"
        " SELECT ?2, u.id, ?1 FROM users u JOIN members m ON m.user = u.id"
        " AND m.room = ?1 WHERE u.folded = ?3 AND u.id <> ?4 LIMIT 1";
    char folded[FOLDED_SIZE];

    fold_name(name, folded);
    return store_run(
        db, database_bind(db, s, "iitt", room, message, folded, writer));
}

static int set_mentions(struct database *db, int64_t room, int64_t message,
                        mortise_str ask)
{
    static const char clear[] = "DELETE FROM mentions WHERE message = ?1";
    const char *writer = record_text(ask, FIELD_USER);
    const char *text = record_text(ask, FIELD_TEXT);
    char name[NAME_SIZE];
    int error = store_run(db, database_bind(db, clear, "i", message));

    for (int n = 0; error == 0 && n < MENTIONS_MAX; n++) {
        text = strchr(text, '@');
        if (!text)
            break;
        text = read_name(text + 1, name);
        if (name[0] != '\0')
            error = mention(db, room, message, name, writer);
    }
    return error;
}

/* --- saying */

/* The message that this key has already made: its id, or 0. */
static int find_key(struct database *db, mortise_str ask, int64_t *ret)
{
    static const char s[] =
        "SELECT id FROM messages WHERE user = ?1 AND key = ?2";
    const char *key = record_text(ask, FIELD_KEY);
    int error;

    *ret = 0;
    if (key[0] == '\0')
        return 0;
    error = store_int(
        db, database_bind(db, s, "tt", record_text(ask, FIELD_USER), key), ret);
    return error == MORTISE_ENOENT ? 0 : error;
}

/* Whether somebody may say something there now. */
static int may_say(struct database *db, const struct standing *at,
                   mortise_str ask, struct record *answer)
{
    int64_t now = mortise_now(), next = at->said + at->slow * 1000;
    int error =
        store_sanction(db, at->room, ask, SANCTION_MUTE, REFUSED_MUTED, answer);

    if (error != 0 || at->slow == 0 || store_moderates(at, ask))
        return error;
    if (now >= next) /* or they have left meanwhile */
        return store_sanction(db, at->room, ask, SANCTION_SLOW, REFUSED_SLOW,
                              answer);
    record_put_int(answer, FIELD_UNTIL, next);
    return REFUSED_SLOW;
}

static int check_reply(struct database *db, int64_t room, int64_t to)
{
    static const char s[] =
        "SELECT 1 FROM messages WHERE id = ?1 AND room = ?2";
    int64_t one;
    int error =
        to == 0 ? 0 : store_int(db, database_bind(db, s, "ii", to, room), &one);

    return error == MORTISE_ENOENT ? REFUSED_NO_MESSAGE : error;
}

/* Under the name that was found good, and not one that is only asked for. */
static int write_message(struct database *db, const struct standing *at,
                         mortise_str ask, int64_t id)
{
    static const char s[] =
        "INSERT INTO messages(id, rev, room, user, name, text, at, reply, key)"
        " VALUES(?1, ?1, ?2, ?3, (SELECT name FROM users WHERE id = ?3), ?4,"
        " ?5, nullif(?6, 0), ?7)";
    static const char room[] = "UPDATE rooms SET last = ?2 WHERE id = ?1";
    static const char member[] = "UPDATE members SET said = ?3, read = ?4"
                                 " WHERE room = ?1 AND user = ?2";
    const char *user = record_text(ask, FIELD_USER);
    int64_t now = mortise_now();
    int error =
        database_run(db, database_bind(db, s, "iittiin", id, at->room, user,
                                       record_text(ask, FIELD_TEXT), now,
                                       record_int(ask, FIELD_REPLY),
                                       record_text(ask, FIELD_KEY)));

    if (error == 0)
        error = database_run(db, database_bind(db, room, "ii", at->room, id));
    if (error == 0)
        error = database_run(
            db, database_bind(db, member, "itii", at->room, user, now, id));
    return error == 0 ? set_mentions(db, at->room, id, ask) : error;
}

int store_say(struct database *db, mortise_str ask, struct record *answer)
{
    const char *user = record_text(ask, FIELD_USER);
    struct standing at;
    int64_t id;
    int error = find_key(db, ask, &id);

    if (error != 0)
        return error;
    if (id != 0) {
        record_put_int(answer, FIELD_REPEATED, 1);
        return store_message(db, id, user, answer);
    }
    if (record_int(ask, FIELD_FILTERED))
        return REFUSED_FILTERED;
    error = store_member(db, ask, &at);
    if (error == 0)
        error = may_say(db, &at, ask, answer);
    if (error == 0)
        error = check_reply(db, at.room, record_int(ask, FIELD_REPLY));
    if (error == 0)
        error = store_count(db, &id);
    if (error == 0)
        error = write_message(db, &at, ask, id);
    return error == 0 ? store_message(db, id, user, answer) : error;
}

/* --- changing */

/* The message that FIELD_ID means, and where the asker stands in its room,
 * who may be nobody there. */
static int find(struct database *db, mortise_str ask, struct standing *at,
                struct written *ret)
{
    static const char s[] =
        "SELECT r.address, m.at, m.user = ?2, m.deleted IS NOT NULL, m.user"
        " FROM messages m JOIN rooms r ON r.id = m.room WHERE m.id = ?1";
    struct record where = {0};
    int64_t id = record_int(ask, FIELD_ID);
    sqlite3_stmt *row =
        database_bind(db, s, "it", id, record_text(ask, FIELD_USER));
    int found = database_step(db, row);

    if (found != 1)
        return found < 0 ? found : REFUSED_NO_MESSAGE;
    record_put_all(&where, ask);
    record_put(&where, FIELD_ROOM, (const char *)sqlite3_column_text(row, 0));
    *ret = (struct written){id, sqlite3_column_int64(row, 1),
                            sqlite3_column_int(row, 2) != 0,
                            sqlite3_column_int(row, 3) != 0, ""};
    database_text(row, 4, ret->user, sizeof(ret->user));
    database_done(row);
    found = where.error;
    if (found == 0)
        found = store_standing(db, record_bytes(&where), at);
    record_free(&where);
    return found;
}

/* Who is not in the room has not seen it. */
int store_find_message(struct database *db, mortise_str ask,
                       struct standing *at, struct written *ret)
{
    int error = find(db, ask, at, ret);

    return error == 0 && at->role == ROLE_NONE ? REFUSED_NO_MESSAGE : error;
}

int store_find_moderated(struct database *db, mortise_str ask,
                         struct standing *at, struct written *ret)
{
    static const char s[] = "SELECT 1 FROM reports WHERE message = ?1 LIMIT 1";
    int error = find(db, ask, at, ret);
    int64_t one;

    if (error != 0 || store_moderates(at, ask))
        return error;
    if (at->kind == ROOM_DIRECT && record_int(ask, FIELD_POWERS)) {
        error = store_int(db, database_bind(db, s, "i", ret->id), &one);
        if (error != MORTISE_ENOENT)
            return error;
    }
    return at->role == ROLE_NONE ? REFUSED_NO_MESSAGE : REFUSED_POWER;
}

/* Keeps what it was, and gives it the next number. */
static int change(struct database *db, int64_t id, mortise_str ask)
{
    static const char keep[] =
        "INSERT INTO edits(message, at, by, text)"
        " SELECT id, ?2, ?3, text FROM messages WHERE id = ?1";
    static const char s[] = "UPDATE messages SET rev = ?2 WHERE id = ?1";
    int64_t rev;
    int error =
        database_run(db, database_bind(db, keep, "iit", id, mortise_now(),
                                       record_text(ask, FIELD_USER)));

    if (error == 0)
        error = store_count(db, &rev);
    return error == 0 ? database_run(db, database_bind(db, s, "ii", id, rev))
                      : error;
}

int store_edit(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "UPDATE messages SET text = ?2, edited = ?3 WHERE id = ?1";
    struct standing at;
    struct written old;
    int64_t now = mortise_now();
    int error = store_find_message(db, ask, &at, &old);

    if (error != 0)
        return error;
    if (!old.own)
        return REFUSED_NOT_YOURS;
    if (old.deleted)
        return REFUSED_DELETED;
    if (record_int(ask, FIELD_FILTERED))
        return REFUSED_FILTERED;
    if (options.edit_ms > 0 && now - old.at > options.edit_ms)
        return REFUSED_TOO_LATE;
    error =
        store_sanction(db, at.room, ask, SANCTION_MUTE, REFUSED_MUTED, answer);
    if (error == 0)
        error = change(db, old.id, ask);
    if (error == 0)
        error =
            database_run(db, database_bind(db, s, "iti", old.id,
                                           record_text(ask, FIELD_TEXT), now));
    if (error == 0)
        error = set_mentions(db, at.room, old.id, ask);
    return error == 0
               ? store_message(db, old.id, record_text(ask, FIELD_USER), answer)
               : error;
}

static int erase(struct database *db, int64_t id, mortise_str ask)
{
    static const char s[] =
        "UPDATE messages SET text = '', deleted = ?2, deleter = ?3"
        " WHERE id = ?1";
    static const char reactions[] = "DELETE FROM reactions WHERE message = ?1";
    int error = change(db, id, ask);

    if (error == 0)
        error = database_run(db, database_bind(db, s, "iit", id, mortise_now(),
                                               record_text(ask, FIELD_USER)));
    return error == 0 ? store_run(db, database_bind(db, reactions, "i", id))
                      : error;
}

int store_close_reports(struct database *db, int64_t message, const char *by)
{
    static const char s[] = "UPDATE reports SET closed = ?2, closer = ?3"
                            " WHERE message = ?1 AND closed IS NULL";

    return store_run(db,
                     database_bind(db, s, "iit", message, mortise_now(), by));
}

/* One's own, or as a moderator, which settles what was reported of it. A second
 * time it is done already. */
int store_delete(struct database *db, mortise_str ask, struct record *answer)
{
    const char *user = record_text(ask, FIELD_USER);
    struct standing at;
    struct written old;
    int error = store_find_message(db, ask, &at, &old);

    if (error == REFUSED_NO_MESSAGE || (error == 0 && !old.own))
        error = store_find_moderated(db, ask, &at, &old);
    if (error == REFUSED_POWER)
        return REFUSED_NOT_YOURS;
    record_put_int(answer, FIELD_REPEATED, error == 0 && old.deleted);
    if (error == 0 && !old.deleted) {
        error = erase(db, old.id, ask);
        if (error == 0 && !old.own)
            error = store_close_reports(db, old.id, user);
        if (error == 0 && !old.own)
            error = store_log(db, at.room, ask, "delete", old.user, old.id);
    }
    return error == 0 ? store_message(db, old.id, user, answer) : error;
}

/* --- marks on them */

int store_read(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] = "UPDATE members SET read = max(read, ?3)"
                            " WHERE room = ?1 AND user = ?2";
    const char *user = record_text(ask, FIELD_USER);
    int64_t id = record_int(ask, FIELD_ID);
    struct standing at;
    int error = store_member(db, ask, &at);

    if (error == 0 && id > at.last)
        id = at.last;
    record_put_int(answer, FIELD_REPEATED, error == 0 && id <= at.read);
    if (error == 0)
        error =
            database_run(db, database_bind(db, s, "iti", at.room, user, id));
    if (error == 0)
        error = store_info(db, at.room, user, answer);
    record_put_int(answer, FIELD_RECEIPT,
                   record_int(record_bytes(answer), FIELD_MEMBERS) <=
                       options.receipts);
    return error;
}

enum { EMOJIS_MAX = 20 };

int store_react(struct database *db, mortise_str ask, struct record *answer)
{
    static const char add[] =
        "INSERT OR IGNORE INTO reactions(message, emoji, user, at)"
        " VALUES(?1, ?2, ?3, ?4)";
    static const char take[] = "DELETE FROM reactions"
                               " WHERE message = ?1 AND emoji = ?2"
                               " AND user = ?3";
    static const char kinds[] =
        "SELECT count(DISTINCT emoji) FROM reactions WHERE message = ?1"
        " AND emoji <> ?2";
    static const char s[] = "UPDATE messages SET rev = ?2 WHERE id = ?1";
    const char *user = record_text(ask, FIELD_USER);
    const char *emoji = record_text(ask, FIELD_EMOJI);
    struct standing at;
    struct written old;
    int64_t n = 0, rev;
    int error = store_find_message(db, ask, &at, &old);

    if (error == 0 && old.deleted)
        return REFUSED_DELETED;
    if (error == 0)
        error = store_sanction(db, at.room, ask, SANCTION_MUTE, REFUSED_MUTED,
                               answer);
    if (error == 0)
        error =
            store_int(db, database_bind(db, kinds, "it", old.id, emoji), &n);
    if (error != 0)
        return error;
    if (record_int(ask, FIELD_ON) && n >= EMOJIS_MAX)
        return REFUSED_TOO_MANY;
    error = record_int(ask, FIELD_ON)
                ? database_run(db, database_bind(db, add, "itti", old.id, emoji,
                                                 user, mortise_now()))
                : database_run(
                      db, database_bind(db, take, "itt", old.id, emoji, user));
    record_put_int(answer, FIELD_REPEATED, error == MORTISE_ENOENT);
    if (error == 0)
        error = store_count(db, &rev);
    if (error == 0)
        error = database_run(db, database_bind(db, s, "ii", old.id, rev));
    if (error == MORTISE_ENOENT)
        error = 0; /* it is so already */
    return error == 0 ? store_message(db, old.id, user, answer) : error;
}
