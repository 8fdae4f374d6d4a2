/* SPDX-License-Identifier: MIT */
#include "work/work_session.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "guard/lockout.h"
#include "guard/network.h"
#include "options.h"
#include "store/store_admin.h"

int work_audit(const char *what, const char *user, mortise_str ask,
               const char *detail)
{
    return store_audit(what, user, record_text(ask, FIELD_ADDRESS), detail,
                       mortise_now());
}

static int count_wrong(int kind, const char *text)
{
    unsigned char key[TRY_KEY_SIZE];
    int64_t now = mortise_now();

    tokens_count_key(kind, text, key);
    return store_try_add(key, now, now - LOCKOUT_FORGET_MS);
}

int work_count_wrong(mortise_str ask)
{
    int error = count_wrong(LOCKOUT_LOGIN, record_text(ask, FIELD_LOGIN));
    char network[NETWORK_SIZE];

    network_of(record_text(ask, FIELD_ADDRESS), network);
    return error == 0 ? count_wrong(LOCKOUT_ADDRESS, network) : error;
}

int work_forget_wrong(const char *login)
{
    unsigned char key[TRY_KEY_SIZE];
    int error = 0;

    for (int i = 0; i < tokens_secrets() && error == 0; i++) {
        tokens_count_key_by(i, LOCKOUT_LOGIN, login, key);
        error = store_try_forget(key);
    }
    return error;
}

/* Adds to what has ended so far. */
static void put_ended(struct record *out, const struct ended *ended)
{
    char all[2 * sizeof(ended->ids)];

    snprintf(all, sizeof(all), "%s%s",
             record_text(record_bytes(out), FIELD_ENDED), ended->ids);
    record_put(out, FIELD_ENDED, all);
}

/* Both tokens of a session, to who asks. */
static void put_tokens(const struct session_row *row, const char *refresh,
                       struct record *out)
{
    char access[TOKEN_SIZE];

    tokens_access_of(refresh, access);
    if (row->brief)
        record_put_int(out, FIELD_BRIEF, 1);
    record_put(out, FIELD_ACCESS, access);
    record_put(out, FIELD_REFRESH, refresh);
    record_put_int(out, FIELD_ACCESS_ENDS, row->access_ends);
    record_put_int(out, FIELD_REFRESH_ENDS, row->refresh_ends);
    sodium_memzero(access, sizeof(access));
}

/* New tokens for a session, those of this refresh token; they go to who asks,
 * their hashes into the row. */
static void renew(struct session_row *row, const char *refresh,
                  struct record *out)
{
    char access[TOKEN_SIZE];
    int64_t now = mortise_now();

    tokens_access_of(refresh, access);
    tokens_hash(access, row->access);
    tokens_hash(refresh, row->refresh);
    sodium_memzero(access, sizeof(access));
    row->access_ends = now + options.access_ms;
    row->refresh_ends =
        now + (row->brief ? options.brief_ms : options.refresh_ms);
    put_tokens(row, refresh, out);
}

static void put_user(struct record *out, const struct user *user)
{
    record_put(out, FIELD_USER, user->id);
    record_put(out, FIELD_NAME, user->name);
    record_put(out, FIELD_EMAIL, user->email);
    record_put(out, FIELD_ROLES, user->roles);
    record_put_int(out, FIELD_GUEST, user->password[0] == '\0');
}

/* The session that the asker used so far, of whatever user it was. The device
 * stays the same. */
static int end_old(const char *id, struct session_row *row, struct ended *ended)
{
    struct session_row old;
    int error = id[0] ? store_session_by_id(id, &old) : MORTISE_ENOENT;

    if (error == 0)
        error = store_session_end(old.user, old.id, ended);
    if (error == 0)
        snprintf(row->device, sizeof(row->device), "%s", old.device);
    return error == MORTISE_ENOENT ? 0 : error;
}

/* The device that was shown, or has been given out just now. */
static void read_device(mortise_str ask, const struct record *out,
                        struct session_row *row)
{
    const char *device = record_text(record_bytes(out), FIELD_DEVICE);

    if (device[0] == '\0')
        device = record_text(ask, FIELD_DEVICE);
    if (device[0] != '\0')
        tokens_hash(device, row->device);
}

enum status work_refusal(int error)
{
    if (error == WORK_REFUSED)
        return STATUS_SIGNED_IN;
    return error == WORK_BANNED ? STATUS_BANNED : STATUS_OK;
}

static int refuse_banned(const struct session_row *row, struct record *out)
{
    struct ban_row ban;
    int error = store_ban_of(row->user, row->device, mortise_now(), &ban);

    if (error != 0)
        return error == MORTISE_ENOENT ? 0 : error;
    record_put(out, FIELD_REASON, ban.reason);
    record_put_int(out, FIELD_UNTIL, ban.until);
    return WORK_BANNED;
}

/* Within the transaction that makes the new one, so of two at once one is. */
static int refuse_second(const char *user)
{
    int64_t count = 0;
    int error = store_sessions_count(user, mortise_now(), &count);

    return error == 0 && count > 0 ? WORK_REFUSED : error;
}

int work_open_session(const struct user *user, mortise_str ask,
                      struct record *out)
{
    struct session_row row = {.created = mortise_now(),
                              .brief = record_int(ask, FIELD_BRIEF) != 0};
    const char *old = record_text(ask, FIELD_OLD);
    char refresh[REFRESH_SIZE];
    struct ended ended = {0};
    int error = end_old(old, &row, &ended);

    tokens_new_id(row.id);
    snprintf(row.user, sizeof(row.user), "%s", user->id);
    read_device(ask, out, &row);
    if (error == 0)
        error = refuse_banned(&row, out);
    snprintf(row.address, sizeof(row.address), "%s",
             record_text(ask, FIELD_ADDRESS));
    snprintf(row.agent, sizeof(row.agent), "%s", record_text(ask, FIELD_AGENT));
    tokens_new_refresh(row.id, refresh);
    renew(&row, refresh, out);
    sodium_memzero(refresh, sizeof(refresh));
    if (error == 0 && options.sessions_policy == POLICY_REFUSE)
        error = refuse_second(user->id);
    if (error == 0)
        error = store_session_add(&row);
    if (error == 0)
        error = store_user_used(user->id, row.created);
    if (error == 0) /* the new one is kept, and one less of the others */
        error = store_sessions_end(user->id, row.id,
                                   options.sessions_policy == POLICY_REPLACE
                                       ? 0
                                       : options.sessions_per_user - 1,
                                   &ended);
    record_put(out, FIELD_OLD, old);
    record_put(out, FIELD_SESSION, row.id);
    record_put(out, FIELD_DEVICE_HASH, row.device);
    put_user(out, user);
    put_ended(out, &ended);
    return error != 0 ? error : out->error;
}

int work_end_sessions(const char *user, const char *but, struct record *out)
{
    struct ended ended = {0};
    int error = store_sessions_end(user, but, 0, &ended);

    put_ended(out, &ended);
    return error != 0 ? error : out->error;
}

/* Somebody has shown a refresh token that was used before: it was copied, and
 * nobody can tell who of the two is the thief. */
static int end_stolen(const struct session_row *row, mortise_str ask,
                      struct record *out)
{
    struct ended ended = {0};
    int error = store_session_end(row->user, row->id, &ended);

    if (error == 0)
        error = work_audit("token-reused", row->user, ask, "");
    put_ended(out, &ended);
    return error;
}

static int put_session(struct session_row *row, struct user *user,
                       struct record *out)
{
    int error = store_user_by_id(row->user, user);

    record_put(out, FIELD_SESSION, row->id);
    record_put(out, FIELD_DEVICE_HASH, row->device);
    if (error == 0)
        put_user(out, user);
    return error;
}

static int rotate(struct session_row *row, const char *next, mortise_str ask,
                  struct record *out)
{
    struct user user;
    int error = put_session(row, &user, out);

    if (error != 0)
        return error;
    snprintf(row->address, sizeof(row->address), "%s",
             record_text(ask, FIELD_ADDRESS));
    renew(row, next, out);
    error = store_session_rotate(row, mortise_now());
    return error == 0 ? store_user_used(user.id, mortise_now()) : error;
}

/* Whether a token that was used was so just now, and what came of it was not:
 * its owner may have lost the answer, or have asked twice at the same time. */
static bool is_repeated(const struct session_row *row, const char *next)
{
    int64_t ago = mortise_now() - row->used;

    return ago >= 0 && ago < options.repeat_ms &&
           tokens_match(row->refresh, next);
}

/* The same answer once more: nothing is changed by it, so it comes in whatever
 * order, and as often as asked for, with the same tokens. */
static int repeat(struct session_row *row, const char *next, struct record *out)
{
    struct user user;

    put_tokens(row, next, out);
    return put_session(row, &user, out);
}

static int refresh_row(struct session_row *row, mortise_str ask,
                       struct record *out, enum status *ret)
{
    const char *token = record_text(ask, FIELD_TOKEN);
    char next[REFRESH_SIZE];
    int error;

    tokens_next_refresh(row->id, token, next);
    if (tokens_match(row->refresh, token)) {
        error = rotate(row, next, ask, out);
    } else if (is_repeated(row, next)) {
        error = repeat(row, next, out);
    } else {
        *ret = STATUS_TOKEN_REUSED;
        error = end_stolen(row, ask, out);
    }
    sodium_memzero(next, sizeof(next));
    return error;
}

enum status work_refresh(mortise_str ask, struct record *out)
{
    const char *token = record_text(ask, FIELD_TOKEN);
    enum status status = STATUS_OK;
    struct session_row row;
    char id[ID_SIZE];
    int error;

    if (!tokens_refresh_session(token, id))
        return STATUS_WRONG_TOKEN;
    if (store_begin() != 0)
        return STATUS_INTERNAL;
    error = store_session_by_id(id, &row);
    if (error == MORTISE_ENOENT ||
        (error == 0 && row.refresh_ends <= mortise_now())) {
        store_end(0);
        return STATUS_WRONG_TOKEN;
    }
    if (error == 0)
        error = refresh_row(&row, ask, out, &status);
    return store_end(error) == 0 ? status : STATUS_INTERNAL;
}

enum status work_end_session(mortise_str ask, struct record *out)
{
    const char *user = record_text(ask, FIELD_USER);
    const char *id = record_text(ask, FIELD_TARGET);
    bool out_now = record_int(ask, FIELD_OP) == OP_LOGOUT;
    struct ended ended = {0};
    int error = store_begin();

    if (error != 0)
        return STATUS_INTERNAL;
    error = store_session_end(user, id, &ended);
    if (error == 0)
        error = work_audit(out_now ? "logout" : "revoke", user, ask, "");
    put_ended(out, &ended);
    if (store_end(error) == 0)
        return STATUS_OK;
    return error == MORTISE_ENOENT ? STATUS_NOT_FOUND : STATUS_INTERNAL;
}

enum status work_end_all(mortise_str ask, struct record *out)
{
    const char *user = record_text(ask, FIELD_USER);
    bool others = record_int(ask, FIELD_OP) == OP_REVOKE_OTHERS;
    int error = store_begin();

    if (error != 0)
        return STATUS_INTERNAL;
    error = work_end_sessions(
        user, others ? record_text(ask, FIELD_SESSION) : "", out);
    if (error == 0)
        error = work_audit(others ? "revoke" : "logout", user, ask,
                           others ? "all others" : "everywhere");
    return store_end(error) == 0 ? STATUS_OK : STATUS_INTERNAL;
}
