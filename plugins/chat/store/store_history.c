/* SPDX-License-Identifier: MIT */
/* What is read: pages of messages, members and rooms. */
#include "store/store.h"

#include <limits.h>

#include "filter/fold.h"
#include "options.h"

/* Who is ignored has written nothing. */
#define SEEN_BY                                                                \
    " AND NOT EXISTS(SELECT 1 FROM ignores i WHERE i.user = ?4"                \
    " AND i.ignored = m.user)"

#define SELECT_ID "SELECT m.id, length(CAST(m.text AS BLOB)) FROM messages m "

static const char before[] = SELECT_ID "WHERE m.room = ?1 AND m.id < ?2" SEEN_BY
                                       " ORDER BY m.id DESC LIMIT ?3";
static const char after[] = SELECT_ID "WHERE m.room = ?1 AND m.id > ?2" SEEN_BY
                                      " ORDER BY m.id LIMIT ?3";
static const char since[] = SELECT_ID "WHERE m.room = ?1 AND m.rev > ?2" SEEN_BY
                                      " ORDER BY m.rev LIMIT ?3";

enum { PAGE_BYTES = 256 * 1024 };

struct page {
    int64_t room;
    const char *user;
    int64_t ids[PAGE_MAX];
    int64_t n, bytes;
};

/* Adds up to `max` ids, of as much text as fits into one answer; whether there
 * are more. */
static int collect(struct database *db, const char *sql, int64_t from,
                   int64_t max, struct page *page, bool *ret_more)
{
    sqlite3_stmt *row =
        database_bind(db, sql, "iiit", page->room, from, max + 1, page->user);
    int64_t n = 0;
    int found;

    while ((found = database_step(db, row)) == 1) {
        page->bytes += sqlite3_column_int64(row, 1);
        if (n == max || (page->n > 0 && page->bytes > PAGE_BYTES))
            break;
        page->ids[page->n++] = sqlite3_column_int64(row, 0);
        n++;
    }
    *ret_more = found == 1;
    if (found == 1)
        database_done(row);
    return found < 0 ? found : 0;
}

static void turn_round(struct page *page)
{
    for (int64_t i = 0; i < page->n / 2; i++) {
        int64_t id = page->ids[i];
        page->ids[i] = page->ids[page->n - 1 - i];
        page->ids[page->n - 1 - i] = id;
    }
}

static int find_page(struct database *db, mortise_str ask, struct page *page,
                     bool *more, bool *newer)
{
    static const struct {
        enum field field;
        const char *sql;
    } ways[] = {{FIELD_AFTER, after}, {FIELD_SINCE, since}};
    int64_t limit = record_int(ask, FIELD_LIMIT), at;
    int error;

    for (int i = 0; i < 2; i++)
        if (record_text(ask, ways[i].field)[0] != '\0')
            return collect(db, ways[i].sql, record_int(ask, ways[i].field),
                           limit, page, more);
    if ((at = record_int(ask, FIELD_AROUND)) > 0) {
        error = collect(db, before, at, limit / 2, page, more);
        turn_round(page);
        return error < 0
                   ? error
                   : collect(db, after, at - 1, limit - limit / 2, page, newer);
    }
    at = record_int(ask, FIELD_BEFORE);
    error = collect(db, before, at > 0 ? at : INT64_MAX, limit, page, more);
    turn_round(page);
    return error;
}

int store_history(struct database *db, mortise_str ask, struct record *answer)
{
    struct page page = {.user = record_text(ask, FIELD_USER)};
    bool more = false, newer = false;
    struct standing at;
    int error = store_member(db, ask, &at);

    page.room = at.room;
    if (error == 0)
        error = find_page(db, ask, &page, &more, &newer);
    for (int64_t i = 0; i < page.n && error == 0; i++)
        error = store_message(db, page.ids[i], page.user, answer);
    record_put_int(answer, FIELD_MORE, more);
    record_put_int(answer, FIELD_ON, newer);
    return error;
}

/* --- searching: without an index, so a bounded part of the room at a time */

enum { SEARCHED = 10000, FOUND_MAX = 50 };

/* The oldest of the messages that are looked at; 0: there are no older ones. */
static int find_bottom(struct database *db, int64_t room, int64_t from,
                       int64_t *ret)
{
    static const char s[] = "SELECT id FROM messages WHERE room = ?1"
                            " AND id < ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3";
    int error = store_int(
        db, database_bind(db, s, "iii", room, from, (int64_t)SEARCHED - 1),
        ret);

    if (error != MORTISE_ENOENT)
        return error;
    *ret = 0;
    return 0;
}

static int find_text(struct database *db, mortise_str ask, int64_t from,
                     int64_t bottom, struct page *page, bool *ret_more)
{
    static const char s[] =
        "SELECT m.id FROM messages m WHERE m.room = ?1 AND m.id < ?2"
        " AND m.id >= ?3" SEEN_BY " AND instr(lower(m.text), lower(?5)) > 0"
        " ORDER BY m.id DESC";
    sqlite3_stmt *row = database_bind(db, s, "iiitt", page->room, from, bottom,
                                      page->user, record_text(ask, FIELD_TEXT));
    int found;

    while ((found = database_step(db, row)) == 1 && page->n < FOUND_MAX)
        page->ids[page->n++] = sqlite3_column_int64(row, 0);
    *ret_more = found == 1;
    if (found == 1)
        database_done(row);
    return found < 0 ? found : 0;
}

/* Goes on before FIELD_BEFORE of the answer. */
int store_search(struct database *db, mortise_str ask, struct record *answer)
{
    struct page page = {.user = record_text(ask, FIELD_USER)};
    int64_t from = record_int(ask, FIELD_BEFORE), bottom = 0;
    struct standing at;
    bool more = false;
    int error = store_member(db, ask, &at);

    page.room = at.room;
    from = from > 0 ? from : INT64_MAX;
    if (error == 0)
        error = find_bottom(db, at.room, from, &bottom);
    if (error == 0)
        error = find_text(db, ask, from, bottom, &page, &more);
    if (more)
        bottom = page.ids[page.n - 1];
    turn_round(&page);
    for (int64_t i = 0; i < page.n && error == 0; i++)
        error = store_message(db, page.ids[i], page.user, answer);
    record_put_int(answer, FIELD_MORE, bottom > 0);
    record_put_int(answer, FIELD_BEFORE, bottom);
    return error;
}

/* --- members */

enum { MEMBERS_PAGE = 200, ROOMS_PAGE = 50 };

int store_who_of(struct database *db, int64_t room, int64_t from,
                 const char *name, struct record *answer)
{
    static const char s[] =
        "SELECT m.user, coalesce(u.name, ''), m.role"
        " FROM members m LEFT JOIN users u ON u.id = m.user WHERE m.room = ?1"
        " AND (?4 = '' OR substr(u.folded, 1, length(?4)) = ?4)"
        " ORDER BY m.joined, m.user LIMIT ?3 OFFSET ?2";
    char folded[FOLDED_SIZE];
    sqlite3_stmt *row;
    int found, n = 0;

    fold_name(name, folded);
    row = database_bind(db, s, "iiit", room, from, (int64_t)MEMBERS_PAGE + 1,
                        folded);
    while ((found = database_step(db, row)) == 1) {
        struct record each = {0};
        if (n++ == MEMBERS_PAGE)
            continue;
        record_put(&each, FIELD_USER,
                   (const char *)sqlite3_column_text(row, 0));
        record_put(&each, FIELD_NAME,
                   (const char *)sqlite3_column_text(row, 1));
        record_put_int(&each, FIELD_ROLE, sqlite3_column_int64(row, 2));
        record_put_bytes(answer, FIELD_MEMBER, record_bytes(&each));
        record_free(&each);
    }
    record_put_int(answer, FIELD_MORE, n > MEMBERS_PAGE);
    return found;
}

int store_who(struct database *db, mortise_str ask, struct record *answer)
{
    struct standing at;
    int error = store_member(db, ask, &at);

    return error == 0 ? store_who_of(db, at.room, record_int(ask, FIELD_AFTER),
                                     record_text(ask, FIELD_TEXT), answer)
                      : error;
}

/* --- public rooms, by their names */

int store_rooms(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "SELECT address, topic, members FROM rooms"
        " WHERE kind = 0 AND address > ?1"
        " AND (?3 = '' OR substr(address, 1, length(?3)) <> ?3)"
        " AND (?4 = '' OR instr(lower(address), lower(?4)) > 0"
        "  OR instr(lower(topic), lower(?4)) > 0) ORDER BY address LIMIT ?2";
    sqlite3_stmt *row = database_bind(
        db, s, "titt", record_text(ask, FIELD_AFTER), (int64_t)ROOMS_PAGE + 1,
        options.unlisted ? options.unlisted : "", record_text(ask, FIELD_TEXT));
    int found, n = 0;

    while ((found = database_step(db, row)) == 1) {
        struct record each = {0};
        if (n++ == ROOMS_PAGE)
            continue;
        record_put(&each, FIELD_ROOM,
                   (const char *)sqlite3_column_text(row, 0));
        record_put(&each, FIELD_TOPIC,
                   (const char *)sqlite3_column_text(row, 1));
        record_put_int(&each, FIELD_MEMBERS, sqlite3_column_int64(row, 2));
        record_put_bytes(answer, FIELD_INFO, record_bytes(&each));
        record_free(&each);
    }
    record_put_int(answer, FIELD_MORE, n > ROOMS_PAGE);
    return found;
}
