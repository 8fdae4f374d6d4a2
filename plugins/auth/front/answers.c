/* SPDX-License-Identifier: MIT */
#include "front/answers.h"

#include <stdio.h>
#include <string.h>

#include <mortise/services.h>

#include "access/banned.h"
#include "accounts/names.h"
#include "front/cookies.h"
#include "front/forgets.h"
#include "guard/lockout.h"
#include "options.h"

/* What is said when there is no memory for anything else. */
#define NO_MEMORY                                                              \
    "{error:{code:'busy', message:'Too much is going on. Try again.'}}"

/* One value as the answer; NULL: it could not be made. */
static void say(const struct caller *to, int status, mortise_value value)
{
    const char *format = value ? "v" : NO_MEMORY;

    if (!value)
        status = 503;
    if (to->request != 0) {
        mortise_http_set_header(to->request, "Cache-Control", "no-store");
        mortise_http_json(to->request, status, format, value);
    } else if (to->reply != 0) {
        mortise_reply_to(to->reply, format, value);
    } else if (to->order != 0) {
        mortise_command_answer(to->order, status < 400 ? 0 : 1, format, value);
    }
}

void answers_give(const struct caller *caller, mortise_value value)
{
    say(caller, 200, value);
}

void answers_refuse_banned(const struct caller *caller, const char *reason,
                           int64_t until)
{
    say(caller, 403,
        mortise_make("{error:{code:'banned', message:s, data:v}}",
                     banned_message(reason), banned_data(reason, until)));
}

void answers_refuse(const struct caller *caller, int status, const char *code,
                    const char *message, int64_t retry)
{
    char seconds[24];

    if (caller->order != 0)
        mortise_command_print(caller->order, "%s\n", message);
    if (retry <= 0) {
        say(caller, status,
            mortise_make("{error:{code:s, message:s}}", code, message));
        return;
    }
    snprintf(seconds, sizeof(seconds), "%lld", (long long)(retry + 999) / 1000);
    if (caller->request != 0)
        mortise_http_set_header(caller->request, "Retry-After", seconds);
    say(caller, status,
        mortise_make("{error:{code:s, message:s, retry:I}}", code, message,
                     retry));
}

/* --- starting */

/* False: it cannot be. aside: nobody waits for it. */
static bool start(const struct caller *caller, enum op op, struct record *ask,
                  bool aside)
{
    record_put_int(ask, FIELD_OP, op);
    record_put(ask, FIELD_ADDRESS, caller->address);
    record_put(ask, FIELD_AGENT, caller->agent);
    mortise_str bytes = record_bytes(ask);
    if (ask->error != 0)
        return false;
    if (aside)
        return mortise_job_start(JOB_NOBODY, bytes, 0) != 0;
    if (caller->request != 0)
        return mortise_job_start(JOB_REQUEST, bytes, caller->request) != 0;
    if (caller->order != 0)
        return mortise_job_start(JOB_ORDER, bytes, caller->order) != 0;
    return mortise_job_start(JOB_REPLY, bytes, caller->reply) != 0;
}

static void refuse_busy(const struct caller *caller)
{
    answers_refuse(caller, 503, "busy", "Too much is going on. Try again.",
                   1000);
}

void answers_start(const struct caller *caller, enum op op, struct record *ask)
{
    if (!start(caller, op, ask, false)) {
        const char *login = record_text(record_bytes(ask), FIELD_LOGIN);
        if (login[0] != '\0')
            lockout_undo(login, caller->address);
        refuse_busy(caller);
    }
    record_free(ask);
}

void answers_start_aside(const struct caller *caller, enum op op,
                         struct record *ask)
{
    if (start(caller, op, ask, true))
        say(caller, 200, mortise_make("{ok:true}"));
    else
        refuse_busy(caller);
    record_free(ask);
}

void answers_purge(void)
{
    struct record ask = {0};

    record_put_int(&ask, FIELD_OP, OP_PURGE);
    if (forgets_any())
        record_put_int(&ask, FIELD_LIMIT, FORGETS_AT_ONCE);
    if (ask.error == 0)
        mortise_job_start(JOB_NOBODY, record_bytes(&ask), 0);
    record_free(&ask);
}

/* --- answers */

static const struct {
    int http;
    const char *code, *message;
} words[] = {
    [STATUS_INTERNAL] = {500, "internal", "Something went wrong here."},
    [STATUS_WRONG_LOGIN] = {401, "wrong_login", "Wrong name or password."},
    [STATUS_WRONG_PASSWORD] = {403, "wrong_password", "Wrong password."},
    [STATUS_WRONG_DEVICE] = {401, "wrong_device", "Nobody knows this device."},
    [STATUS_WRONG_TOKEN] = {401, "invalid_token", "Sign in again."},
    [STATUS_TOKEN_REUSED] = {401, "token_reused",
                             "This token was used before. Sign in again."},
    [STATUS_NAME_TAKEN] = {409, "name_taken", "This name is taken."},
    [STATUS_EMAIL_TAKEN] = {409, "email_taken",
                            "This address has an account already."},
    [STATUS_SIGNED_IN] = {409, "already_signed_in",
                          "Signed in already, somewhere else."},
    [STATUS_REPLACED] = {409, "signed_in_elsewhere",
                         "Somebody has signed in elsewhere meanwhile."},
    [STATUS_WRONG_CODE] = {401, "wrong_code", "This code is not good."},
    [STATUS_NOT_FOUND] = {404, "not_found", "There is no such thing."},
    [STATUS_NOT_ALLOWED] = {403, "not_allowed", "You may not do that."},
    [STATUS_OUTRANKED] = {403, "outranked", "That is more than you may."},
    [STATUS_YOURSELF] = {409, "yourself", "You would lock yourself out."},
    [STATUS_TOO_MANY] = {422, "too_many",
                         "These are more than 64 roles and permissions."},
};

/* What there is none of. */
static const char *message_of(enum op op, enum status status)
{
    if (status != STATUS_NOT_FOUND)
        return words[status].message;
    if (op == OP_LOGOUT || op == OP_REVOKE)
        return "There is no such session.";
    if (op == OP_ADMIN_UNBAN)
        return "There is no such ban.";
    if (op == OP_ADMIN_SET_PASSWORD)
        return "There is no such account; guests have no password.";
    if (op == OP_ADMIN_END_SESSIONS)
        return "There is no such user, or no such session of theirs.";
    return "There is no such user.";
}

static mortise_value user_of(mortise_str record)
{
    const char *email = record_text(record, FIELD_EMAIL);
    const char *name = record_text(record, FIELD_NAME);
    const char *id = record_text(record, FIELD_USER);
    char roles[ROLES_SIZE], shown[NAME_SIZE], *rest = roles;
    mortise_list list = mortise_list_new();

    name_shown(id, name, shown);
    snprintf(roles, sizeof(roles), "%s", record_text(record, FIELD_ROLES));
    for (char *word; (word = strsep(&rest, " "));)
        if (word[0] != '\0')
            mortise_list_add(list, "s", word);
    return mortise_make("{id:s, name:s, display:s, email:s, guest:b, roles:l}",
                        id, name[0] ? name : NULL, shown,
                        email[0] ? email : NULL,
                        (int)record_int(record, FIELD_GUEST), list);
}

/* Tokens go where the client wants them: a page is better off when its scripts
 * never see the one that lasts, or none at all. A socket cannot set cookies, so
 * it is always told. */
static void say_session(const struct caller *to, enum op op, mortise_str record)
{
    const char *session = record_text(record, FIELD_SESSION);
    const char *access = record_text(record, FIELD_ACCESS);
    const char *refresh = record_text(record, FIELD_REFRESH);
    const char *device = record_text(record, FIELD_DEVICE);
    bool cookies = to->request != 0 && record_int(record, FIELD_COOKIE) != 0;
    bool brief = record_int(record, FIELD_BRIEF) != 0;
    bool silent = cookies && !options.cookie_tokens;
    char csrf[HASH_TEXT_SIZE];

    tokens_csrf(session, csrf);
    if (cookies)
        cookies_set(to->request, session, access, refresh, brief);
    if (cookies && (device[0] != '\0' || op == OP_REGISTER))
        cookie_set_device(to->request, device, brief);
    say(to, op == OP_REGISTER ? 201 : 200,
        mortise_make(
            "{user:v, session:s, accessToken:s, expires:I,"
            " refreshToken:s, refreshExpires:I, csrfToken:s,"
            " device:s}",
            user_of(record), session, silent ? NULL : access,
            record_int(record, FIELD_ACCESS_ENDS), cookies ? NULL : refresh,
            record_int(record, FIELD_REFRESH_ENDS), cookies ? csrf : NULL,
            device[0] && !silent ? device : NULL));
}

static void say_text(const struct caller *to, const char *json)
{
    mortise_str body = {json, strlen(json)};

    mortise_http_set_header(to->request, "Cache-Control", "no-store");
    mortise_http_answer(to->request, 200, "application/json", body);
}

void answers_visitor(const struct caller *caller)
{
    struct record known = {0};

    record_put(&known, FIELD_USER, caller->session->user);
    record_put(&known, FIELD_NAME, caller->session->name);
    record_put(&known, FIELD_ROLES, caller->session->roles);
    say(caller, 200, mortise_make("{user:v}", user_of(record_bytes(&known))));
    record_free(&known);
}

void answers_tell(const struct outcome *outcome)
{
    const struct caller *to = &outcome->to;
    mortise_str record = outcome->record;
    enum status status = outcome->status;
    enum op op = outcome->op;
    bool known =
        (size_t)status < sizeof(words) / sizeof(words[0]) && words[status].code;

    if (status == STATUS_BANNED) {
        answers_refuse_banned(to, outcome->ban.reason, outcome->ban.until);
    } else if (status == STATUS_BUSY) {
        refuse_busy(to);
    } else if (status != STATUS_OK) {
        enum status what = known ? status : STATUS_INTERNAL;
        answers_refuse(to, words[what].http, words[what].code,
                       message_of(op, what), 0);
    } else if (opens_session(op) || op == OP_REFRESH) {
        say_session(to, op, record);
    } else if (record_text(record, FIELD_JSON)[0] != '\0') {
        say_text(to, record_text(record, FIELD_JSON));
    } else {
        if (to->request != 0 &&
            (op == OP_LOGOUT || op == OP_LOGOUT_ALL || op == OP_DELETE))
            cookies_clear(to->request);
        if (to->request != 0 && op == OP_DELETE)
            cookie_set_device(to->request, "", false);
        say(to, 200, mortise_make("{ok:true}"));
    }
}

void answers_done(mortise_job job, const mortise_done *done)
{
    struct outcome outcome;

    outcome_take(done, &outcome);
    answers_tell(&outcome);
}
