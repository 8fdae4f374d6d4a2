/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "options.h"

enum { APPLICATION = 0x4d636861 /* "Mcha" */ };

struct database *store_writer, *store_reader;

/* What layout N makes of layout N - 1. Never changed once released. */
static const char *const migrations[] = {
    "CREATE TABLE counter(value INTEGER NOT NULL);"
    "INSERT INTO counter VALUES(0);"
    "CREATE TABLE users("
    " id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL,"
    " folded TEXT NOT NULL, guest INTEGER NOT NULL, seen INTEGER NOT NULL,"
    " powers INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE INDEX users_powers ON users(id) WHERE powers = 1;"
    "CREATE INDEX users_folded ON users(folded);"
    "CREATE INDEX users_seen ON users(seen) WHERE guest = 1;"
    "CREATE TABLE rooms("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " address TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, kind INTEGER NOT NULL,"
    " topic TEXT NOT NULL DEFAULT '', slow INTEGER NOT NULL DEFAULT 0,"
    " last INTEGER NOT NULL DEFAULT 0, members INTEGER NOT NULL DEFAULT 0,"
    " created INTEGER NOT NULL);"
    "CREATE INDEX rooms_kind ON rooms(kind, address);"
    "CREATE INDEX rooms_empty ON rooms(id) WHERE members = 0;"
    "CREATE TABLE members("
    " room INTEGER NOT NULL REFERENCES rooms(id) ON DELETE CASCADE,"
    " user TEXT NOT NULL, role INTEGER NOT NULL, joined INTEGER NOT NULL,"
    " read INTEGER NOT NULL DEFAULT 0, said INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY(room, user)) WITHOUT ROWID;"
    "CREATE INDEX members_user ON members(user);"
    "CREATE INDEX members_joined ON members(room, joined);"
    "CREATE INDEX members_role ON members(room) WHERE role > 1;"
    "CREATE TRIGGER members_come AFTER INSERT ON members BEGIN"
    " UPDATE rooms SET members = members + 1 WHERE id = new.room; END;"
    "CREATE TRIGGER members_go AFTER DELETE ON members BEGIN"
    " UPDATE rooms SET members = members - 1 WHERE id = old.room; END;"
    "CREATE TABLE invites("
    " room INTEGER NOT NULL REFERENCES rooms(id) ON DELETE CASCADE,"
    " user TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(room, user)) WITHOUT ROWID;"
    "CREATE INDEX invites_user ON invites(user);"
    "CREATE TABLE messages("
    " id INTEGER PRIMARY KEY, rev INTEGER NOT NULL,"
    " room INTEGER NOT NULL REFERENCES rooms(id) ON DELETE CASCADE,"
    " user TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,"
    " at INTEGER NOT NULL, edited INTEGER, deleted INTEGER, deleter TEXT,"
    " reply INTEGER, key TEXT);"
    "CREATE INDEX messages_room ON messages(room, id);"
    "CREATE INDEX messages_rev ON messages(room, rev);"
    "CREATE INDEX messages_at ON messages(at);"
    "CREATE INDEX messages_user ON messages(user, id);"
    "CREATE UNIQUE INDEX messages_key ON messages(user, key)"
    " WHERE key IS NOT NULL;"
    "CREATE TABLE edits("
    " id INTEGER PRIMARY KEY,"
    " message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,"
    " at INTEGER NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL);"
    "CREATE INDEX edits_message ON edits(message);"
    "CREATE TABLE mentions("
    " message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,"
    " user TEXT NOT NULL, room INTEGER NOT NULL,"
    " PRIMARY KEY(message, user)) WITHOUT ROWID;"
    "CREATE INDEX mentions_user ON mentions(user, room, message);"
    "CREATE TABLE reactions("
    " message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,"
    " emoji TEXT NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(message, emoji, user)) WITHOUT ROWID;"
    "CREATE TABLE ignores("
    " user TEXT NOT NULL, ignored TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(user, ignored)) WITHOUT ROWID;"
    "CREATE INDEX ignores_ignored ON ignores(ignored);"
    /* room 0: everywhere; until 0: for ever. */
    "CREATE TABLE sanctions("
    " room INTEGER NOT NULL, user TEXT NOT NULL, kind INTEGER NOT NULL,"
    " until INTEGER NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,"
    " at INTEGER NOT NULL, PRIMARY KEY(user, kind, room)) WITHOUT ROWID;"
    "CREATE INDEX sanctions_room ON sanctions(room, at);"
    "CREATE TABLE reports("
    " id INTEGER PRIMARY KEY,"
    " message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,"
    " room INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,"
    " at INTEGER NOT NULL, closed INTEGER, closer TEXT,"
    " UNIQUE(message, by));"
    "CREATE INDEX reports_by ON reports(by) WHERE closed IS NULL;"
    "CREATE INDEX reports_open ON reports(room, id) WHERE closed IS NULL;"
    "CREATE TABLE log("
    " id INTEGER PRIMARY KEY, at INTEGER NOT NULL, room INTEGER NOT NULL,"
    " by TEXT NOT NULL, name TEXT NOT NULL, what TEXT NOT NULL, target TEXT,"
    " message INTEGER, until INTEGER, detail TEXT);"
    "CREATE INDEX log_room ON log(room, id);"
    "CREATE INDEX log_at ON log(at);",
    /* Users of whom a part was erased, and the rest is to follow. */
    "CREATE TABLE erasing(user TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;",
};

static const struct database_layout layout = {
    APPLICATION, migrations, sizeof(migrations) / sizeof(migrations[0])};

int store_open(void)
{
    struct database *writer = NULL, *reader = NULL;
    int wait = (int)options.database_wait_ms;
    int error = database_open(&writer, options.database, &layout);

    if (error == 0)
        error = database_limit(writer, wait, options.database_pages);
    if (error == 0)
        error = database_open_reader(&reader, options.database);
    if (error == 0)
        error = database_limit(reader, wait, 0);
    if (error != 0) {
        database_close(writer);
        database_close(reader);
        return error;
    }
    store_writer = writer;
    store_reader = reader;
    return 0;
}

void store_close(void)
{
    database_close(store_writer);
    database_close(store_reader);
    store_writer = NULL;
    store_reader = NULL;
}

int store_int(struct database *db, sqlite3_stmt *bound, int64_t *ret)
{
    int found = database_step(db, bound);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    *ret = sqlite3_column_int64(bound, 0);
    database_done(bound);
    return 0;
}

int store_run(struct database *db, sqlite3_stmt *bound)
{
    int error = database_run(db, bound);

    return error == MORTISE_ENOENT ? 0 : error;
}

int store_count(struct database *db, int64_t *ret)
{
    static const char add[] = "UPDATE counter SET value = value + 1";
    static const char s[] = "SELECT value FROM counter";
    int error = database_run(db, database_bind(db, add, ""));

    return error == 0 ? store_int(db, database_bind(db, s, ""), ret) : error;
}

/* --- standing */

int store_standing(struct database *db, mortise_str ask, struct standing *ret)
{
    static const char s[] =
        "SELECT r.id, r.last, r.slow, r.kind, coalesce(m.role, 0),"
        " coalesce(m.said, 0), coalesce(m.read, 0) FROM rooms r"
        " LEFT JOIN members m ON m.room = r.id AND m.user = ?2"
        " WHERE r.address = ?1";
    sqlite3_stmt *row = database_bind(db, s, "tt", record_text(ask, FIELD_ROOM),
                                      record_text(ask, FIELD_USER));
    int found = database_step(db, row);

    if (found != 1)
        return found < 0 ? found : REFUSED_NO_ROOM;
    ret->room = sqlite3_column_int64(row, 0);
    ret->last = sqlite3_column_int64(row, 1);
    ret->slow = sqlite3_column_int64(row, 2);
    ret->kind = (enum room_kind)sqlite3_column_int(row, 3);
    ret->role = (enum role)sqlite3_column_int(row, 4);
    ret->said = sqlite3_column_int64(row, 5);
    ret->read = sqlite3_column_int64(row, 6);
    database_done(row);
    return 0;
}

int store_member(struct database *db, mortise_str ask, struct standing *ret)
{
    int error = store_standing(db, ask, ret);

    if (error != 0 || ret->role != ROLE_NONE)
        return error;
    return ret->kind == ROOM_PUBLIC ? REFUSED_NOT_IN_ROOM : REFUSED_NO_ROOM;
}

int store_role(struct database *db, int64_t room, const char *user,
               enum role *ret)
{
    static const char s[] =
        "SELECT role FROM members WHERE room = ?1 AND user = ?2";
    int64_t role = ROLE_NONE;
    int error = store_int(db, database_bind(db, s, "it", room, user), &role);

    *ret = (enum role)role;
    return error == MORTISE_ENOENT ? 0 : error;
}

bool store_moderates(const struct standing *standing, mortise_str ask)
{
    return standing->kind != ROOM_DIRECT &&
           (standing->role >= ROLE_MODERATOR ||
            record_int(ask, FIELD_POWERS) != 0);
}

int store_find_sanction(struct database *db, int64_t room, const char *user,
                        enum sanction kind, struct record *ret)
{
    static const char s[] =
        "SELECT until, reason FROM sanctions"
        " WHERE user = ?1 AND kind = ?2 AND room IN (0, ?3)"
        " AND (until = 0 OR until > ?4) ORDER BY until = 0 DESC, until DESC";
    sqlite3_stmt *row =
        database_bind(db, s, "tiii", user, (int64_t)kind, room, mortise_now());
    int found = database_step(db, row);

    if (found != 1)
        return found;
    record_put_int(ret, FIELD_UNTIL, sqlite3_column_int64(row, 0));
    record_put(ret, FIELD_REASON, (const char *)sqlite3_column_text(row, 1));
    database_done(row);
    return 1;
}

int store_sanction(struct database *db, int64_t room, mortise_str ask,
                   enum sanction kind, enum refusal refusal,
                   struct record *answer)
{
    int found = store_find_sanction(db, room, record_text(ask, FIELD_USER),
                                    kind, answer);

    return found == 1 ? (int)refusal : found;
}

int store_check_ban(struct database *db, mortise_str ask, struct record *answer)
{
    return store_sanction(db, 0, ask, SANCTION_BAN, REFUSED_BANNED, answer);
}

int store_note_powers(struct database *db, mortise_str ask)
{
    static const char s[] =
        "UPDATE users SET powers = ?2 WHERE id = ?1 AND powers <> ?2";

    return store_run(db,
                     database_bind(db, s, "ti", record_text(ask, FIELD_USER),
                                   record_int(ask, FIELD_POWERS)));
}

int store_log_detail(struct database *db, int64_t room, mortise_str ask,
                     const char *what, const char *target, int64_t message,
                     const char *detail)
{
    static const char s[] =
        "INSERT INTO log(at, room, by, name, what, target, message, until,"
        " detail) VALUES(?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0),"
        " nullif(?8, 0), ?9)";

    return database_run(
        db, database_bind(db, s, "iitttniin", mortise_now(), room,
                          record_text(ask, FIELD_USER),
                          record_text(ask, FIELD_NAME), what, target, message,
                          record_int(ask, FIELD_UNTIL), detail));
}

int store_log(struct database *db, int64_t room, mortise_str ask,
              const char *what, const char *target, int64_t message)
{
    return store_log_detail(db, room, ask, what, target, message,
                            record_text(ask, FIELD_REASON));
}
