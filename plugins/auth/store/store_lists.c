/* SPDX-License-Identifier: MIT */
/* The lists that administrators read: bounded pages, in the order of a key. */
#include "store/store_admin.h"

#include "store/store_sql.h"

enum { TEXT_SIZE = 2200 };

/* What a column of a list becomes. */
struct column {
    enum field field;
    bool number;
};

static int put_row(sqlite3_stmt *row, const struct column *columns, int count,
                   struct record *ret)
{
    struct record one = {0};
    char text[TEXT_SIZE];

    for (int i = 0; i < count; i++) {
        if (columns[i].number) {
            record_put_int(&one, (int)columns[i].field,
                           sqlite3_column_int64(row, i));
            continue;
        }
        database_text(row, i, text, sizeof(text));
        record_put(&one, (int)columns[i].field, text);
    }
    if (one.error == 0)
        record_put_bytes(ret, FIELD_ROW, record_bytes(&one));
    else
        ret->error = one.error;
    record_free(&one);
    return ret->error;
}

/* The rows of a statement whose first column is the key of the next page; one
 * more than `limit` was asked for. */
static int put_page(struct database *db, sqlite3_stmt *row,
                    const struct column *columns, int count, int64_t limit,
                    struct record *ret)
{
    char key[ID_SIZE] = "";
    int found, error = 0;
    int64_t n = 0;

    while ((found = database_step(db, row)) == 1 && error == 0) {
        if (n++ == limit) {
            record_put(ret, FIELD_NEXT, key);
            break;
        }
        database_text(row, 0, key, sizeof(key));
        error = put_row(row, columns, count, ret);
    }
    if (found == 1)
        database_done(row);
    else if (found < 0)
        error = found;
    return error;
}

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int store_list_users(mortise_str ask, int64_t now, struct record *ret)
{
    static const char s[] =
        "SELECT u.id, u.name, u.email, u.password IS NULL, u.roles, u.created,"
        " u.used, b.id FROM users u LEFT JOIN bans b ON b.kind = 'user'"
        " AND b.subject = u.id AND (b.until = 0 OR b.until > ?5)"
        " WHERE u.id > ?1 AND (?2 = '' OR u.id = ?2"
        "  OR instr(lower(u.name), lower(?2)) > 0"
        "  OR instr(u.email, lower(?2)) > 0)"
        " AND (?3 = '' OR instr(' ' || u.roles || ' ', ' ' || ?3 || ' ') > 0)"
        " AND (?4 = 0 OR b.id IS NOT NULL) ORDER BY u.id LIMIT ?6";
    static const struct column columns[] = {
        {FIELD_USER, false}, {FIELD_NAME, false},  {FIELD_EMAIL, false},
        {FIELD_GUEST, true}, {FIELD_ROLES, false}, {FIELD_CREATED, true},
        {FIELD_USED, true},  {FIELD_ID, true},
    };
    int64_t limit = record_int(ask, FIELD_LIMIT);

    return put_page(store_reader,
                    database_bind(store_reader, s, "tttiii",
                                  record_text(ask, FIELD_AFTER),
                                  record_text(ask, FIELD_FIND),
                                  record_text(ask, FIELD_ROLE),
                                  record_int(ask, FIELD_KIND), now, limit + 1),
                    columns, COUNT(columns), limit, ret);
}

int store_list_bans(mortise_str ask, int64_t now, struct record *ret)
{
    static const char s[] =
        "SELECT b.id, b.kind, b.subject, b.reason, b.until, b.created, b.by,"
        " u.name FROM bans b LEFT JOIN users u ON b.kind = 'user'"
        " AND u.id = b.subject WHERE b.id > ?1 AND (?2 = '' OR b.kind = ?2)"
        " AND (?3 = '' OR b.subject = ?3) AND (b.until = 0 OR b.until > ?4)"
        " ORDER BY b.id LIMIT ?5";
    static const struct column columns[] = {
        {FIELD_ID, true},      {FIELD_KIND, false}, {FIELD_SUBJECT, false},
        {FIELD_REASON, false}, {FIELD_UNTIL, true}, {FIELD_CREATED, true},
        {FIELD_BY, false},     {FIELD_NAME, false},
    };
    int64_t limit = record_int(ask, FIELD_LIMIT);

    return put_page(
        store_reader,
        database_bind(store_reader, s, "ittii", record_int(ask, FIELD_AFTER),
                      record_text(ask, FIELD_KIND),
                      record_text(ask, FIELD_SUBJECT), now, limit + 1),
        columns, COUNT(columns), limit, ret);
}

int store_list_audit(mortise_str ask, int64_t now, struct record *ret)
{
    static const char s[] =
        "SELECT id, at, what, user, by, address, detail FROM audit"
        " WHERE (?1 = 0 OR id < ?1) AND (?2 = '' OR user = ?2)"
        " AND (?3 = '' OR by = ?3) AND (?4 = '' OR what = ?4)"
        " AND (?5 = '' OR address = ?5) ORDER BY id DESC LIMIT ?6";
    static const struct column columns[] = {
        {FIELD_ID, true},      {FIELD_CREATED, true}, {FIELD_WHAT, false},
        {FIELD_USER, false},   {FIELD_BY, false},     {FIELD_ADDRESS, false},
        {FIELD_DETAIL, false},
    };
    int64_t limit = record_int(ask, FIELD_LIMIT);

    return put_page(
        store_reader,
        database_bind(store_reader, s, "itttti", record_int(ask, FIELD_AFTER),
                      record_text(ask, FIELD_WHO), record_text(ask, FIELD_BY),
                      record_text(ask, FIELD_WHAT),
                      record_text(ask, FIELD_FIND), limit + 1),
        columns, COUNT(columns), limit, ret);
}

int store_list_sessions(const char *user, int64_t now, struct record *ret)
{
    static const char s[] =
        "SELECT id, created, used, refresh_ends, address, agent, device"
        " FROM sessions WHERE user = ?1 AND refresh_ends > ?2"
        " ORDER BY used DESC LIMIT ?3";
    static const struct column columns[] = {
        {FIELD_SESSION, false},     {FIELD_CREATED, true},
        {FIELD_USED, true},         {FIELD_UNTIL, true},
        {FIELD_ADDRESS, false},     {FIELD_AGENT, false},
        {FIELD_DEVICE_HASH, false},
    };

    return put_page(
        store_db,
        database_bind(store_db, s, "tii", user, now, (int64_t)ENDED_MAX),
        columns, COUNT(columns), ENDED_MAX, ret);
}

/* The longest ones look at every row there is: others write meanwhile. */
int store_list(int (*list)(mortise_str ask, int64_t now, struct record *ret),
               mortise_str ask, int64_t now, struct record *ret)
{
    int error = database_begin(store_reader);

    return error == 0 ? database_end(store_reader, list(ask, now, ret)) : error;
}
