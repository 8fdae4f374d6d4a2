/* SPDX-License-Identifier: MIT */
/*
 * What members report, what moderators have done, and what messages were
 * before, in the database. Who may read it is who moderates the room; of all
 * rooms, who moderates everywhere.
 */
#include "store/store.h"

#include "options.h"

enum { REPORTS_PAGE = 50 };

/* Whether the asker may moderate the room that is meant: its number, or -1 for
 * all of them. */
static int find_realm(struct database *db, mortise_str ask, int64_t *ret)
{
    bool powers = record_int(ask, FIELD_POWERS) != 0;
    struct standing at = {0};
    int error;

    if (record_text(ask, FIELD_ROOM)[0] == '\0') {
        *ret = -1;
        return powers ? 0 : REFUSED_POWER;
    }
    error = powers ? store_standing(db, ask, &at) : store_member(db, ask, &at);
    *ret = at.room;
    return error == 0 && !powers && !store_moderates(&at, ask) ? REFUSED_POWER
                                                               : error;
}

/* --- reporting */

static int add_report(struct database *db, mortise_str ask,
                      const struct standing *at, int64_t *ret)
{
    static const char many[] =
        "SELECT count(*) FROM reports WHERE by = ?1 AND closed IS NULL";
    static const char s[] = "INSERT INTO reports(message, room, by, reason, at)"
                            " VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id";
    const char *user = record_text(ask, FIELD_USER);
    int64_t n = 0;
    int error = store_int(db, database_bind(db, many, "t", user), &n);

    if (error == 0 && n >= options.reports_per_user)
        return REFUSED_TOO_MANY;
    return error == 0
               ? store_int(db,
                           database_bind(db, s, "iitti",
                                         record_int(ask, FIELD_ID), at->room,
                                         user, record_text(ask, FIELD_REASON),
                                         mortise_now()),
                           ret)
               : error;
}

/* A message that the user has reported before is not reported again. */
int store_report(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "SELECT id FROM reports WHERE message = ?1 AND by = ?2";
    const char *user = record_text(ask, FIELD_USER);
    struct standing at;
    struct written written;
    int64_t id = 0;
    int error = store_find_message(db, ask, &at, &written);

    if (error == 0 && written.own)
        return REFUSED_YOURSELF;
    if (error == 0 && written.deleted)
        return REFUSED_DELETED;
    if (error != 0)
        return error;
    error = store_int(db, database_bind(db, s, "it", written.id, user), &id);
    record_put_int(answer, FIELD_REPEATED, error == 0);
    if (error == MORTISE_ENOENT)
        error = add_report(db, ask, &at, &id);
    record_put_int(answer, FIELD_REPORT, id);
    if (error == 0)
        error = store_put_moderators(db, at.room, answer);
    return error == 0 ? store_message(db, written.id, user, answer) : error;
}

/* Of what was reported the message says in which room, and who may. */
static int find_report(struct database *db, int64_t id, struct record *ret)
{
    static const char s[] =
        "SELECT message FROM reports WHERE id = ?1 AND closed IS NULL";
    int64_t message;
    int error = store_int(db, database_bind(db, s, "i", id), &message);

    if (error == 0)
        record_put_int(ret, FIELD_ID, message);
    return error == MORTISE_ENOENT ? REFUSED_NO_REPORT : error;
}

/* All reports of one message are settled together. */
static int resolve(struct database *db, mortise_str ask, struct record *answer)
{
    struct standing at;
    struct written written;
    int error = store_find_moderated(db, ask, &at, &written);

    if (error == REFUSED_NO_MESSAGE)
        return REFUSED_NO_REPORT;
    if (error == 0)
        error =
            store_close_reports(db, written.id, record_text(ask, FIELD_USER));
    if (error == 0)
        error = store_put_moderators(db, at.room, answer);
    if (error == 0)
        error = store_message(db, written.id, "", answer);
    return error == 0 ? store_log(db, at.room, ask, "resolve", written.user,
                                  written.id)
                      : error;
}

int store_resolve(struct database *db, mortise_str ask, struct record *answer)
{
    struct record meant = {0};
    int error;

    record_put_all(&meant, ask);
    error = find_report(db, record_int(ask, FIELD_REPORT), &meant);
    if (error == 0)
        error = meant.error;
    if (error == 0)
        error = resolve(db, record_bytes(&meant), answer);
    record_free(&meant);
    return error;
}

/* --- lists */

static int put_report(struct database *db, sqlite3_stmt *row,
                      struct record *answer)
{
    static const enum field texts[] = {FIELD_REASON, FIELD_BY, FIELD_NAME};
    struct record each = {0};
    int error;

    for (int i = 0; i < 3; i++)
        record_put(&each, texts[i], (const char *)sqlite3_column_text(row, i));
    record_put_int(&each, FIELD_REPORT, sqlite3_column_int64(row, 3));
    record_put_int(&each, FIELD_TIME, sqlite3_column_int64(row, 4));
    error = store_message(db, sqlite3_column_int64(row, 5), "", &each);
    record_put_bytes(answer, FIELD_ENTRY, record_bytes(&each));
    if (error == 0)
        error = each.error;
    record_free(&each);
    return error;
}

int store_reports(struct database *db, mortise_str ask, struct record *answer)
{
#define REPORTS                                                                \
    "SELECT p.reason, p.by, coalesce(u.name, ''), p.id, p.at, p.message"       \
    " FROM reports p LEFT JOIN users u ON u.id = p.by"                         \
    " WHERE p.closed IS NULL AND p.id > ?1"
    static const char all[] = REPORTS " ORDER BY p.id LIMIT ?2";
    static const char here[] =
        REPORTS " AND p.room = ?3 ORDER BY p.id LIMIT ?2";
    int64_t room;
    int found, n = 0, error = find_realm(db, ask, &room);

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(
        db, room < 0 ? all : here, room < 0 ? "ii" : "iii",
        record_int(ask, FIELD_AFTER), (int64_t)REPORTS_PAGE + 1, room);
    while ((found = database_step(db, row)) == 1 && error == 0)
        if (n++ < REPORTS_PAGE)
            error = put_report(db, row, answer);
    if (found == 1)
        database_done(row);
    record_put_int(answer, FIELD_MORE, n > REPORTS_PAGE);
    return found < 0 ? found : error;
}

static void put_entry(sqlite3_stmt *row, struct record *answer)
{
    static const enum field texts[] = {
        FIELD_WHAT, FIELD_BY,          FIELD_NAME,  FIELD_TARGET,
        FIELD_ROOM, FIELD_TARGET_NAME, FIELD_REASON};
    static const enum field numbers[] = {FIELD_ENTRY, FIELD_TIME, FIELD_ID,
                                         FIELD_UNTIL};
    struct record each = {0};

    for (int i = 0; i < 7; i++)
        record_put(&each, texts[i], (const char *)sqlite3_column_text(row, i));
    for (int i = 0; i < 4; i++)
        record_put_int(&each, numbers[i], sqlite3_column_int64(row, 7 + i));
    record_put_bytes(answer, FIELD_ENTRY, record_bytes(&each));
    record_free(&each);
}

int store_log_page(struct database *db, mortise_str ask, struct record *answer)
{
#define ENTRIES                                                                \
    "SELECT l.what, l.by, l.name, l.target, r.address, u.name, l.detail,"      \
    " l.id, l.at, l.message, l.until FROM log l"                               \
    " LEFT JOIN rooms r ON r.id = l.room"                                      \
    " LEFT JOIN users u ON u.id = l.target WHERE l.id < ?1"
    static const char all[] = ENTRIES " ORDER BY l.id DESC LIMIT ?2";
    static const char here[] =
        ENTRIES " AND l.room = ?3 ORDER BY l.id DESC LIMIT ?2";
    int64_t room, limit = record_int(ask, FIELD_LIMIT);
    int64_t before = record_int(ask, FIELD_BEFORE);
    int found, error = find_realm(db, ask, &room);
    int64_t n = 0;

    if (error != 0)
        return error;
    sqlite3_stmt *row =
        database_bind(db, room < 0 ? all : here, room < 0 ? "ii" : "iii",
                      before > 0 ? before : INT64_MAX, limit + 1, room);
    while ((found = database_step(db, row)) == 1)
        if (n++ < limit)
            put_entry(row, answer);
    record_put_int(answer, FIELD_MORE, n > limit);
    return found;
}

/* What a message was before it was changed or deleted. */
int store_trace(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] = "SELECT at, by, text FROM edits WHERE message = ?1"
                            " ORDER BY id DESC LIMIT 100";
    struct standing at;
    struct written written;
    int found, error = store_find_moderated(db, ask, &at, &written);

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(db, s, "i", written.id);
    while ((found = database_step(db, row)) == 1) {
        struct record each = {0};
        record_put_int(&each, FIELD_TIME, sqlite3_column_int64(row, 0));
        record_put(&each, FIELD_BY, (const char *)sqlite3_column_text(row, 1));
        record_put(&each, FIELD_TEXT,
                   (const char *)sqlite3_column_text(row, 2));
        record_put_bytes(answer, FIELD_ENTRY, record_bytes(&each));
        record_free(&each);
    }
    return found == 0 ? store_message(db, written.id, "", answer) : found;
}
