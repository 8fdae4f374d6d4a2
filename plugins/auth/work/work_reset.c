/* SPDX-License-Identifier: MIT */
#include "work/work_reset.h"

#include <stdio.h>

#include <sodium.h>

#include "accounts/codes.h"
#include "options.h"
#include "work/work_session.h"

enum { HOUR_MS = 3600 * 1000 };

/* The account of FIELD_TARGET, which has to have a password. */
static int find_account(mortise_str ask, struct user *ret)
{
    struct user user;
    int error = store_user_by_login(record_text(ask, FIELD_TARGET), &user);

    if (error == 0 && user.password[0] == '\0')
        error = MORTISE_ENOENT;
    if (error == 0)
        *ret = user;
    return error;
}

/* A new code in place of the one that there may be. ELIMIT: there were too many
 * within an hour. */
static int make_code(const struct user *user, const char *kind,
                     struct record *out)
{
    int64_t now = mortise_now();
    struct code_row row = {0};
    char code[CODE_SIZE];
    int error = store_code_get(user->id, kind, &row);

    if (error != 0 && error != MORTISE_ENOENT)
        return error;
    if (row.since + HOUR_MS <= now) {
        row.since = now;
        row.made = 0;
    }
    if (row.made >= options.codes_an_hour)
        return MORTISE_ELIMIT;
    code_new(code);
    code_hash(kind, user->id, code, row.hash);
    row.made++;
    row.ends = now + options.code_ms;
    row.tries = options.code_tries;
    record_put(out, FIELD_USER, user->id);
    record_put(out, FIELD_NAME, user->name);
    record_put(out, FIELD_EMAIL, user->email);
    record_put(out, FIELD_CODE, code);
    record_put_int(out, FIELD_CODE_ENDS, row.ends);
    sodium_memzero(code, sizeof(code));
    return out->error == 0 ? store_code_put(user->id, kind, &row) : out->error;
}

enum status work_reset(mortise_str ask, struct record *out)
{
    struct user user = {0};
    const char *detail = "";
    int error = store_begin();

    if (error != 0)
        return STATUS_INTERNAL;
    error = find_account(ask, &user);
    if (error == 0)
        error = make_code(&user, CODE_RESET, out);
    if (error == MORTISE_ENOENT)
        detail = "nobody";
    else if (error == MORTISE_ELIMIT)
        detail = "too many";
    if (error == 0 || detail[0] != '\0')
        error = work_audit("reset-asked", user.id, ask, detail);
    error = store_end(error);
    return error == 0 ? STATUS_OK : STATUS_INTERNAL;
}

/* Whether that is the code; then it is used up. A wrong one costs a try. */
static int take_code(const char *user, const char *kind, const char *code,
                     bool *ret)
{
    struct code_row row = {0};
    int error = store_code_get(user, kind, &row);

    *ret = false;
    if (error != 0 || row.hash[0] == '\0' || row.ends <= mortise_now())
        return error == MORTISE_ENOENT ? 0 : error;
    *ret = code_matches(row.hash, kind, user, code);
    row.tries--;
    if (*ret || row.tries <= 0)
        row.hash[0] = '\0';
    return store_code_put(user, kind, &row);
}

/* Whoever has the code is believed: nobody else stays signed in, and wrong
 * passwords from before do not keep the owner waiting. */
static int change_password(const struct user *user, const char *fresh,
                           mortise_str ask, struct record *out)
{
    char login[EMAIL_SIZE];
    int error = store_user_set_password(user->id, user->password, fresh);

    if (error == 0)
        error = work_end_sessions(user->id, "", out);
    if (error == 0)
        error = work_forget_wrong(record_text(ask, FIELD_LOGIN));
    if (error == 0 && login_read(user->name, login))
        error = work_forget_wrong(login);
    if (error == 0 && user->email[0] != '\0')
        error = work_forget_wrong(user->email);
    record_put(out, FIELD_NAME, user->name);
    record_put(out, FIELD_EMAIL, user->email);
    if (error == 0)
        error = work_audit("reset", user->id, ask, "");
    return error != 0 ? error : out->error;
}

enum status work_reset_confirm(mortise_str ask, struct record *out)
{
    char fresh[PASSWORD_HASH_SIZE];
    struct user user = {0};
    bool right = false;
    int error;

    /* First, so that it takes as long whatever comes of it. */
    if (password_hash(record_text(ask, FIELD_FRESH), fresh) < 0 ||
        store_begin() != 0)
        return STATUS_INTERNAL;
    error = find_account(ask, &user);
    if (error == 0)
        error = take_code(user.id, CODE_RESET, record_text(ask, FIELD_CODE),
                          &right);
    if (error == 0 && right)
        error = change_password(&user, fresh, ask, out);
    if (!right && (error == 0 || error == MORTISE_ENOENT))
        error = work_audit("reset-failed", user.id, ask, "");
    if (!right && error == 0)
        error = work_count_wrong(ask);
    if (store_end(error) != 0)
        return STATUS_INTERNAL;
    return right ? STATUS_OK : STATUS_WRONG_CODE;
}
