/* SPDX-License-Identifier: MIT */
#include "work/work.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "guard/lockout.h"
#include "options.h"
#include "store/store.h"
#include "work/work_accounts.h"
#include "work/work_admin.h"
#include "work/work_reset.h"
#include "work/work_session.h"

enum { LOGIN_TRIES = 3, PURGE_ROUNDS = 50 };

/* What went wrong, in the words of a store's error. */
static enum status taken_or_internal(int error, const struct user *user)
{
    struct user other;

    if (error != MORTISE_ELIMIT)
        return STATUS_INTERNAL;
    return user->email[0] && store_user_by_login(user->email, &other) == 0
               ? STATUS_EMAIL_TAKEN
               : STATUS_NAME_TAKEN;
}

/* The guest of a device. One that was last here in the days of an old secret is
 * kept by the one of today from now on. */
static int find_guest(const char *device, struct user *ret)
{
    char hash[HASH_TEXT_SIZE];
    int error = MORTISE_ENOENT;

    for (int i = 0; i < tokens_secrets() && error == MORTISE_ENOENT; i++) {
        tokens_hash_by(i, device, hash);
        error = store_user_by_device(hash, ret);
        if (error == 0 && i > 0) {
            tokens_hash(device, hash);
            error = store_user_set_device(ret->id, hash);
        }
    }
    return error;
}

static int make_guest(mortise_str ask, struct user *ret, struct record *out)
{
    char made[TOKEN_SIZE], hash[HASH_TEXT_SIZE];
    int error;

    tokens_new_id(ret->id);
    tokens_new(made);
    tokens_hash(made, hash);
    error = store_user_add(ret, hash, mortise_now());
    if (error == 0)
        error = work_audit("guest", ret->id, ask, "");
    record_put(out, FIELD_DEVICE, made);
    sodium_memzero(made, sizeof(made));
    return error;
}

/* A page does not know what its cookie has: a guest who is no more comes back
 * as a new one. */
static enum status run_guest(mortise_str ask, struct record *out)
{
    const char *device = record_text(ask, FIELD_DEVICE);
    bool kept = record_int(ask, FIELD_KEPT) != 0;
    enum status status = STATUS_OK;
    struct user user = {0};
    int error = store_begin();

    if (error != 0)
        return STATUS_INTERNAL;
    error = device[0] ? find_guest(device, &user) : MORTISE_ENOENT;
    if (error == 0 && kept)
        record_put(out, FIELD_DEVICE, device); /* which keeps the cookie */
    else if (error == MORTISE_ENOENT && kept)
        error = make_guest(ask, &user, out);
    else if (error == MORTISE_ENOENT)
        status = STATUS_WRONG_DEVICE;
    if (error == 0)
        error = work_open_session(&user, ask, out);
    if (status == STATUS_OK)
        status = work_refusal(error);
    error = store_end(error);
    return error == 0 || status != STATUS_OK ? status : STATUS_INTERNAL;
}

static enum status run_register(mortise_str ask, struct record *out)
{
    const char *guest = record_text(ask, FIELD_USER);
    enum status status = STATUS_OK;
    struct user user = {0};
    int error;

    snprintf(user.name, sizeof(user.name), "%s", record_text(ask, FIELD_NAME));
    snprintf(user.email, sizeof(user.email), "%s",
             record_text(ask, FIELD_EMAIL));
    if (password_hash(record_text(ask, FIELD_PASSWORD), user.password) < 0 ||
        store_begin() < 0)
        return STATUS_INTERNAL;
    if (guest[0] != '\0') {
        snprintf(user.id, sizeof(user.id), "%s", guest);
        error = store_user_promote(&user);
        if (error == MORTISE_ENOENT)
            status = STATUS_NOT_FOUND;
    } else {
        tokens_new_id(user.id);
        error = store_user_add(&user, NULL, mortise_now());
    }
    if (error != 0 && status == STATUS_OK)
        status = taken_or_internal(error, &user);
    if (error == 0 && guest[0] != '\0') /* a session of a guest proves less */
        error = work_end_sessions(user.id, record_text(ask, FIELD_OLD), out);
    if (error == 0)
        error = work_open_session(&user, ask, out);
    if (status == STATUS_OK)
        status = work_refusal(error);
    if (error == 0)
        error = work_audit("register", user.id, ask, user.name);
    error = store_end(error);
    return error == 0 || status != STATUS_OK ? status : STATUS_INTERNAL;
}

/* Replaces the hash of a password that is right but was made with other
 * parameters. Slow, so outside of the transaction. */
static void strengthen(struct user *user, const char *password)
{
    char fresh[PASSWORD_HASH_SIZE];

    if (!password_outdated(user->password) ||
        password_hash(password, fresh) < 0)
        return;
    if (store_begin() == 0 && store_end(store_user_set_password(
                                  user->id, user->password, fresh)) == 0)
        snprintf(user->password, sizeof(user->password), "%s", fresh);
}

/* ENOENT: the password was changed while it was looked at. */
static int open_if_unchanged(const struct user *user, mortise_str ask,
                             struct record *out)
{
    struct user now;
    int error = store_user_by_id(user->id, &now);

    if (error == 0 && strcmp(now.password, user->password) != 0)
        error = MORTISE_ENOENT;
    if (error == 0)
        error = work_open_session(&now, ask, out);
    if (error == 0)
        error = work_forget_wrong(record_text(ask, FIELD_LOGIN));
    if (error == 0)
        error = work_audit("login", user->id, ask, "");
    return error;
}

static int note_failure(const char *user, mortise_str ask)
{
    int error = work_audit("login-failed", user, ask, "");

    return error == 0 ? work_count_wrong(ask) : error;
}

/* STATUS_NOT_FOUND: somebody was faster; look again. */
static enum status try_login(mortise_str ask, struct record *out)
{
    const char *password = record_text(ask, FIELD_PASSWORD);
    struct user user = {0};
    int error = store_begin();

    if (error != 0)
        return STATUS_INTERNAL;
    error = store_user_by_login(record_text(ask, FIELD_LOGIN), &user);
    if (store_end(0) != 0 || (error != 0 && error != MORTISE_ENOENT))
        return STATUS_INTERNAL;

    int right = password_verify(error == 0 ? user.password : NULL, password);
    if (right < 0)
        return STATUS_INTERNAL;
    if (right)
        strengthen(&user, password);
    if (store_begin() != 0)
        return STATUS_INTERNAL;
    error =
        right ? open_if_unchanged(&user, ask, out) : note_failure(user.id, ask);
    if (store_end(error) == 0)
        return right ? STATUS_OK : STATUS_WRONG_LOGIN;
    if (work_refusal(error) != STATUS_OK)
        return work_refusal(error);
    return error == MORTISE_ENOENT ? STATUS_NOT_FOUND : STATUS_INTERNAL;
}

/* Another login may have hashed the same password anew meanwhile: of several
 * at once, with parameters that have changed, each has to succeed. */
static enum status run_login(mortise_str ask, struct record *out)
{
    enum status status = STATUS_NOT_FOUND;

    for (int i = 0; i < LOGIN_TRIES && status == STATUS_NOT_FOUND; i++)
        status = try_login(ask, out);
    return status == STATUS_NOT_FOUND ? STATUS_WRONG_LOGIN : status;
}

/* The account of who asks, if the password is theirs. A guest has none, and
 * so needs none where `guests` says so. */
static enum status check_password(mortise_str ask, bool guests,
                                  struct user *ret)
{
    int error = store_begin();

    if (error != 0)
        return STATUS_INTERNAL;
    error = store_user_by_id(record_text(ask, FIELD_USER), ret);
    if (store_end(0) != 0 || (error != 0 && error != MORTISE_ENOENT))
        return STATUS_INTERNAL;
    if (error != 0)
        return STATUS_NOT_FOUND;
    if (ret->password[0] == '\0')
        return guests ? STATUS_OK : STATUS_NOT_FOUND;
    int right =
        password_verify(ret->password, record_text(ask, FIELD_PASSWORD));
    if (right > 0)
        return STATUS_OK;
    if (right < 0 || store_begin() != 0 ||
        store_end(work_count_wrong(ask)) != 0)
        return STATUS_INTERNAL;
    return STATUS_WRONG_PASSWORD;
}

static enum status run_password(mortise_str ask, struct record *out)
{
    char fresh[PASSWORD_HASH_SIZE];
    struct user user;
    enum status status = check_password(ask, false, &user);
    int error;

    if (status != STATUS_OK)
        return status;
    if (password_hash(record_text(ask, FIELD_FRESH), fresh) < 0 ||
        store_begin() != 0)
        return STATUS_INTERNAL;
    error = store_user_set_password(user.id, user.password, fresh);
    if (error == MORTISE_ENOENT)
        status = STATUS_WRONG_PASSWORD; /* somebody else was faster */
    if (error == 0)
        error =
            work_end_sessions(user.id, record_text(ask, FIELD_SESSION), out);
    if (error == 0)
        error = store_codes_end(user.id); /* a code would undo it */
    if (error == 0)
        error = work_audit("password", user.id, ask, "");
    error = store_end(error);
    return error == 0 || status != STATUS_OK ? status : STATUS_INTERNAL;
}

static enum status run_delete(mortise_str ask, struct record *out)
{
    struct ended ended = {0};
    struct user user;
    enum status status = check_password(ask, true, &user);
    int error;

    if (status != STATUS_OK)
        return status;
    if (store_begin() != 0)
        return STATUS_INTERNAL;
    error = work_is_last(&user);
    if (error > 0)
        status = STATUS_YOURSELF;
    if (error == 0)
        error = store_user_delete(user.id, &ended);
    if (error == 0)
        error = work_audit("delete", user.id, (mortise_str){"", 0}, "");
    record_put(out, FIELD_USER, user.id);
    record_put(out, FIELD_ENDED, ended.ids);
    return store_end(error) == 0 || status != STATUS_OK ? status
                                                        : STATUS_INTERNAL;
}

static enum status run_read(enum op op, mortise_str ask, struct record *out)
{
    int error = store_begin();

    if (error == 0)
        error = store_end(store_user_json(op, record_text(ask, FIELD_USER),
                                          record_text(ask, FIELD_SESSION),
                                          mortise_now(), out));
    if (error == MORTISE_ENOENT)
        return STATUS_NOT_FOUND;
    return error == 0 ? STATUS_OK : STATUS_INTERNAL;
}

/* One part of the guests that have expired; *gone: how many. */
static int purge_guests(int64_t now, int64_t max, struct record *out,
                        int64_t *gone)
{
    int error = store_begin();

    if (error != 0)
        return error;
    error = store_purge_guests(now - options.guest_ms, now, max, out, gone);
    if (error == 0 && out)
        error = out->error;
    return store_end(error);
}

/* With a limit no more guests go than the others are told of afterwards. */
static enum status run_purge(mortise_str ask, struct record *out)
{
    int64_t now = mortise_now(), gone = GUESTS_AT_ONCE;
    int64_t told = record_int(ask, FIELD_LIMIT);
    struct purge before = {now, now - options.audit_ms,
                           now - LOCKOUT_FORGET_MS};
    int error = store_begin();

    if (error == 0)
        error = store_end(store_purge(&before));
    if (options.guest_ms == 0 || error != 0)
        return error == 0 ? STATUS_OK : STATUS_INTERNAL;
    if (told > 0)
        return purge_guests(now, told, out, &gone) == 0 ? STATUS_OK
                                                        : STATUS_INTERNAL;
    /* Others have the database in between. */
    for (int i = 0; i < PURGE_ROUNDS && gone == GUESTS_AT_ONCE && error == 0;
         i++)
        error = purge_guests(now, GUESTS_AT_ONCE, NULL, &gone);
    return error == 0 ? STATUS_OK : STATUS_INTERNAL;
}

static enum status run(enum op op, mortise_str ask, struct record *out)
{
    if (op >= OP_ADMIN_ADD_USER)
        return work_accounts(op, ask, out);
    if (op >= OP_ADMIN_USERS)
        return work_admin(op, ask, out);
    switch (op) {
    case OP_GUEST:
        return run_guest(ask, out);
    case OP_REGISTER:
        return run_register(ask, out);
    case OP_LOGIN:
        return run_login(ask, out);
    case OP_REFRESH:
        return work_refresh(ask, out);
    case OP_LOGOUT:
    case OP_REVOKE:
        return work_end_session(ask, out);
    case OP_LOGOUT_ALL:
    case OP_REVOKE_OTHERS:
        return work_end_all(ask, out);
    case OP_PASSWORD:
        return run_password(ask, out);
    case OP_DELETE:
        return run_delete(ask, out);
    case OP_ME:
    case OP_SESSIONS:
    case OP_EXPORT:
        return run_read(op, ask, out);
    case OP_PURGE:
        return run_purge(ask, out);
    case OP_RESET:
        return work_reset(ask, out);
    case OP_RESET_CONFIRM:
        return work_reset_confirm(ask, out);
    default:
        break;
    }
    return STATUS_INTERNAL;
}

int work_run(const mortise_work *work)
{
    static const enum field echoed[] = {FIELD_OP,     FIELD_COOKIE,
                                        FIELD_LOGIN,  FIELD_ADDRESS,
                                        FIELD_SOCKET, FIELD_SPACE};
    enum op op = (enum op)record_int(work->input, FIELD_OP);
    struct record out = {0};

    /* All memory first: what the database has done must be told. */
    for (size_t i = 0; i < sizeof(echoed) / sizeof(echoed[0]); i++)
        record_put(&out, echoed[i], record_text(work->input, echoed[i]));
    char *bytes = mortise_work_output(work, RECORD_FIRST_CAP);
    if (out.error != 0 || !bytes) {
        record_free(&out);
        return MORTISE_ENOMEM;
    }
    enum status status = run(op, work->input, &out);
    if (status == STATUS_INTERNAL && store_is_stuck())
        status = STATUS_BUSY;
    record_put_int(&out, FIELD_STATUS, status);
    if (out.n > RECORD_FIRST_CAP)
        bytes = mortise_work_output(work, out.n);
    if (bytes)
        memcpy(bytes, out.p, out.n);
    record_free(&out);
    return bytes ? 0 : MORTISE_ENOMEM;
}
