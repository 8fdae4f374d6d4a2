/* SPDX-License-Identifier: MIT */
/* What nobody needs any more. */
#include "store/store.h"

#include "options.h"

/* How long a guest who is in no room is remembered. */
#define GUEST_MS (30 * 24 * 3600 * INT64_C(1000))

int store_start(struct database *db, mortise_str ask, struct record *answer)
{
    static const char members[] =
        "DELETE FROM members WHERE user >= '~' AND user < char(127)";
    static const char users[] =
        "DELETE FROM users WHERE id >= '~' AND id < char(127)";
    static const char ignores[] =
        "DELETE FROM ignores WHERE user >= '~' AND user < char(127)";
    static const char sanctions[] =
        "DELETE FROM sanctions WHERE user >= '~' AND user < char(127)";
    int error = store_run(db, database_bind(db, members, ""));

    if (error == 0)
        error = store_run(db, database_bind(db, users, ""));
    if (error == 0)
        error = store_run(db, database_bind(db, ignores, ""));
    if (error == 0)
        error = store_run(db, database_bind(db, sanctions, ""));
    return error == 0 ? store_put_erasing(db, answer) : error;
}

/* A bounded part at a time, not to keep others waiting. */
int store_clean(struct database *db, mortise_str ask, struct record *answer)
{
    static const char messages[] =
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages"
        " WHERE at < ?1 ORDER BY at LIMIT 1000)";
    static const char log[] = "DELETE FROM log WHERE id IN"
                              " (SELECT id FROM log WHERE at < ?1 LIMIT 1000)";
    static const char sanctions[] =
        "DELETE FROM sanctions WHERE (until > 0 AND until < ?1)"
        " OR (room > 0 AND room NOT IN (SELECT id FROM rooms))";
    static const char rooms[] =
        "DELETE FROM rooms WHERE id IN (SELECT r.id FROM rooms r"
        " WHERE r.members = 0 AND NOT EXISTS"
        " (SELECT 1 FROM messages m WHERE m.room = r.id) LIMIT 1000)";
    static const char guests[] =
        "DELETE FROM users WHERE id IN (SELECT u.id FROM users u"
        " WHERE u.guest = 1 AND u.seen < ?1 AND NOT EXISTS"
        " (SELECT 1 FROM members m WHERE m.user = u.id) LIMIT 1000)";
    int64_t now = mortise_now();
    int error = 0;

    if (options.keep_ms > 0)
        error = store_run(
            db, database_bind(db, messages, "i", now - options.keep_ms));
    if (error == 0)
        error =
            store_run(db, database_bind(db, log, "i", now - options.log_ms));
    if (error == 0)
        error = store_run(db, database_bind(db, sanctions, "i", now));
    if (error == 0)
        error = store_run(db, database_bind(db, rooms, ""));
    if (error == 0)
        error = store_run(db, database_bind(db, guests, "i", now - GUEST_MS));
    if (error == 0)
        error = store_clean_unlisted(db);
    return error == 0 ? store_put_erasing(db, answer) : error;
}
