/* SPDX-License-Identifier: MIT */
#include "front/requests.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "access/banned.h"
#include "accounts/codes.h"
#include "accounts/names.h"
#include "accounts/passwords.h"
#include "front/answers.h"
#include "front/cookies.h"
#include "guard/lockout.h"
#include "guard/rates.h"

enum {
    PASSWORD_BYTES = 4 * 512,
    ACCOUNT_SIZE = ID_SIZE + 1,
    DEVICE_SIZE = 101
};

static void refuse(const struct caller *caller, int status, const char *code,
                   const char *message)
{
    answers_refuse(caller, status, code, message, 0);
}

bool request_allowed(const struct caller *caller, enum rate rate)
{
    int64_t retry = rates_ask(rate, caller->address);

    if (retry > 0)
        answers_refuse(caller, 429, "rate_limited", "Not so fast.", retry);
    return retry == 0;
}

bool request_welcome(const struct caller *caller, const char *device)
{
    struct ban ban;

    if (!banned_find(caller->session, caller->address, device, &ban))
        return true;
    answers_refuse_banned(caller, ban.reason, ban.until);
    return false;
}

bool request_signed_in(const struct caller *caller)
{
    if (caller->session && !request_welcome(caller, ""))
        return false;
    if (caller->session && !caller->session->visitor)
        return true;
    if (caller->session)
        refuse(caller, 403, "foreign_account",
               "This account is kept elsewhere.");
    else if (caller->csrf_missing)
        refuse(caller, 403, "csrf", "The header X-CSRF-Token is not right.");
    else if (caller->wrong_token)
        refuse(caller, 401, "invalid_token",
               "This token is not good any more.");
    else
        refuse(caller, 401, "login_required", "Sign in first.");
    return false;
}

bool request_has(const struct caller *caller, mortise_value args, ...)
{
    char message[64];
    const char *key;
    va_list keys;

    va_start(keys, args);
    while ((key = va_arg(keys, const char *)) &&
           mortise_type(mortise_get(args, key)) == MORTISE_STRING)
        ;
    va_end(keys);
    if (!key)
        return true;
    snprintf(message, sizeof(message), "\"%s\" is missing, or no text.", key);
    refuse(caller, 422, "missing_argument", message);
    return false;
}

static const char *text_of(mortise_value args, const char *key)
{
    return mortise_text(mortise_get(args, key), "");
}

static bool wants_cookies(const struct caller *caller, mortise_value args)
{
    return caller->request != 0 && mortise_bool(mortise_get(args, "cookie"), 0);
}

/* What the client says that its device is, or of a page the guest's secret that
 * it has in a cookie; "": nothing. */
static const char *device_of(const struct caller *caller, mortise_value args)
{
    static char kept[TOKEN_SIZE];
    const char *device = text_of(args, "device");

    if (mortise_get(args, "device") || !wants_cookies(caller, args))
        return strlen(device) < DEVICE_SIZE ? device : "";
    return cookie_find(mortise_http_header(caller->request, "Cookie"),
                       COOKIE_DEVICE, kept, sizeof(kept))
               ? kept
               : "";
}

/* What all that sign in have in common. */
static void put_asker(const struct caller *caller, mortise_value args,
                      struct record *ask)
{
    if (wants_cookies(caller, args))
        record_put_int(ask, FIELD_COOKIE, 1);
    if (!mortise_bool(mortise_get(args, "remember"), 1))
        record_put_int(ask, FIELD_BRIEF, 1);
    if (caller->session && !caller->session->visitor)
        record_put(ask, FIELD_OLD, caller->session->id);
    record_put(ask, FIELD_DEVICE, device_of(caller, args));
    if (caller->socket != 0)
        record_put_int(ask, FIELD_SOCKET, (int64_t)caller->socket);
    record_put(ask, FIELD_SPACE, caller->name_space);
}

/* Whether who asks is welcome, and there is room for a session more; else
 * answers. */
static bool may_sign_in(const struct caller *caller, mortise_value args)
{
    if (!request_welcome(caller, device_of(caller, args)))
        return false;
    if (sessions_room())
        return true;
    mortise_log(MORTISE_WARN, "there are %lld sessions (sessions.max)",
                (long long)options.sessions_max);
    answers_refuse(caller, 503, "busy", "Too much is going on. Try again.",
                   60 * 1000);
    return false;
}

void request_guest(const struct caller *caller, mortise_value args)
{
    const char *device = text_of(args, "device");
    struct record ask = {0};

    if (!request_allowed(caller, RATE_GUEST) || !may_sign_in(caller, args))
        return;
    if (!options.guests) {
        refuse(caller, 403, "no_guests", "This needs an account.");
        return;
    }
    if (strlen(device) >= TOKEN_SIZE ||
        (mortise_get(args, "device") && device[0] == '\0')) {
        refuse(caller, 401, "wrong_device", "Nobody knows this device.");
        return;
    }
    put_asker(caller, args, &ask);
    if (!mortise_get(args, "device"))
        record_put_int(&ask, FIELD_KEPT, 1);
    answers_start(caller, OP_GUEST, &ask);
}

void request_register(const struct caller *caller, mortise_value args)
{
    const char *name = text_of(args, "name"), *mail = text_of(args, "email");
    const char *password = text_of(args, "password"), *wrong;
    char email[EMAIL_SIZE] = "";
    struct record ask = {0};

    if (!request_allowed(caller, RATE_REGISTER) ||
        !request_has(caller, args, "password", NULL) ||
        !may_sign_in(caller, args))
        return;
    if (name[0] == '\0' && mail[0] == '\0') {
        refuse(caller, 422, "bad_name", "There is neither name nor e-mail.");
    } else if (name[0] != '\0' && (wrong = name_wrong(name))) {
        refuse(caller, 422, "bad_name", wrong);
    } else if (mail[0] != '\0' && !email_read(mail, email)) {
        refuse(caller, 422, "bad_email", "This is no e-mail address.");
    } else if ((wrong = password_wrong(password, name, email))) {
        refuse(caller, 422, "bad_password", wrong);
    } else {
        put_asker(caller, args, &ask);
        if (caller->session && caller->session->guest)
            record_put(&ask, FIELD_USER, caller->session->user);
        record_put(&ask, FIELD_NAME, name);
        record_put(&ask, FIELD_EMAIL, email);
        record_put(&ask, FIELD_PASSWORD, password);
        answers_start(caller, OP_REGISTER, &ask);
    }
}

/* A password is about to be looked at; false: not now, and that was said. */
static bool try_password(const struct caller *caller, const char *login)
{
    int64_t retry = lockout_try(login, caller->address);

    if (retry > 0)
        answers_refuse(caller, 429, "locked",
                       "Too many wrong passwords. Wait a while.", retry);
    return retry == 0;
}

void request_login(const struct caller *caller, mortise_value args)
{
    const char *password = text_of(args, "password");
    char login[EMAIL_SIZE];
    struct record ask = {0};

    if (!request_allowed(caller, RATE_LOGIN) ||
        !request_has(caller, args, "login", "password", NULL) ||
        !may_sign_in(caller, args))
        return;
    /* What can be nobody's says so at once: that tells nothing. */
    if (!login_read(text_of(args, "login"), login) || password[0] == '\0' ||
        strlen(password) > PASSWORD_BYTES) {
        refuse(caller, 401, "wrong_login", "Wrong name or password.");
        return;
    }
    if (!try_password(caller, login))
        return;
    put_asker(caller, args, &ask);
    record_put(&ask, FIELD_LOGIN, login);
    record_put(&ask, FIELD_PASSWORD, password);
    answers_start(caller, OP_LOGIN, &ask);
}

void request_refresh(const struct caller *caller, const char *token,
                     bool cookie)
{
    struct caller owner = *caller;
    struct record ask = {0};
    char session[ID_SIZE];

    if (!request_allowed(caller, RATE_REFRESH))
        return;
    owner.session =
        tokens_refresh_session(token, session) ? sessions_find(session) : NULL;
    if (!request_welcome(&owner, ""))
        return;
    if (cookie)
        record_put_int(&ask, FIELD_COOKIE, 1);
    record_put(&ask, FIELD_TOKEN, token);
    answers_start(caller, OP_REFRESH, &ask);
}

/* Wrong passwords of who is signed in count for the account's id, with a colon
 * in front, which no name has. */
static const char *account_of(const struct caller *caller,
                              char ret[static ACCOUNT_SIZE])
{
    snprintf(ret, ACCOUNT_SIZE, ":%s", caller->session->user);
    return ret;
}

static void put_user(const struct caller *caller, struct record *ask)
{
    record_put(ask, FIELD_USER, caller->session->user);
    record_put(ask, FIELD_SESSION, caller->session->id);
}

static void end_session(const struct caller *caller, enum op op,
                        const char *session)
{
    struct record ask = {0};

    if (!request_allowed(caller, RATE_OTHER) || !request_signed_in(caller))
        return;
    put_user(caller, &ask);
    record_put(&ask, FIELD_TARGET, session ? session : caller->session->id);
    answers_start(caller, op, &ask);
}

void request_logout(const struct caller *caller)
{
    end_session(caller, OP_LOGOUT, NULL);
}

void request_end_all(const struct caller *caller, bool others)
{
    end_session(caller, others ? OP_REVOKE_OTHERS : OP_LOGOUT_ALL, NULL);
}

void request_revoke(const struct caller *caller, const char *session)
{
    end_session(caller, OP_REVOKE, session);
}

static void put_password(const struct caller *caller, mortise_value args,
                         struct record *ask)
{
    char account[ACCOUNT_SIZE];

    put_user(caller, ask);
    record_put(ask, FIELD_LOGIN, account_of(caller, account));
    record_put(ask, FIELD_PASSWORD, text_of(args, "password"));
}

void request_password(const struct caller *caller, mortise_value args)
{
    const char *fresh = text_of(args, "newPassword"), *wrong;
    char account[ACCOUNT_SIZE];
    struct record ask = {0};

    if (!request_allowed(caller, RATE_PASSWORD) || !request_signed_in(caller))
        return;
    if (caller->session->guest) {
        refuse(caller, 403, "account_required", "A guest has no password.");
    } else if (!request_has(caller, args, "password", "newPassword", NULL)) {
        return;
    } else if (strlen(text_of(args, "password")) > PASSWORD_BYTES) {
        refuse(caller, 403, "wrong_password", "Wrong password.");
    } else if ((wrong = password_wrong(fresh, "", ""))) {
        refuse(caller, 422, "bad_password", wrong);
    } else if (try_password(caller, account_of(caller, account))) {
        put_password(caller, args, &ask);
        record_put(&ask, FIELD_FRESH, fresh);
        answers_start(caller, OP_PASSWORD, &ask);
    }
}

void request_reset(const struct caller *caller, mortise_value args)
{
    char login[EMAIL_SIZE] = "";
    struct record ask = {0};

    if (!request_allowed(caller, RATE_RESET) ||
        !request_has(caller, args, "login", NULL) ||
        !request_welcome(caller, ""))
        return;
    login_read(text_of(args, "login"), login);
    record_put(&ask, FIELD_TARGET, login); /* "" is nobody's */
    answers_start_aside(caller, OP_RESET, &ask);
}

void request_reset_confirm(const struct caller *caller, mortise_value args)
{
    const char *fresh = text_of(args, "newPassword"), *wrong;
    char login[EMAIL_SIZE], code[CODE_SIZE], counted[EMAIL_SIZE + 1];
    struct record ask = {0};

    if (!request_allowed(caller, RATE_RESET) ||
        !request_has(caller, args, "login", "code", "newPassword", NULL) ||
        !request_welcome(caller, ""))
        return;
    if (!login_read(text_of(args, "login"), login) ||
        !code_read(text_of(args, "code"), code)) {
        refuse(caller, 401, "wrong_code", "This code is not good.");
        return;
    }
    if ((wrong = password_wrong(fresh, login, login))) {
        refuse(caller, 422, "bad_password", wrong);
        return;
    }
    /* Wrong codes are counted apart from wrong passwords, which may be what
     * has brought somebody here: with a space, which no name has. */
    snprintf(counted, sizeof(counted), " %s", login);
    if (!try_password(caller, counted))
        return;
    record_put(&ask, FIELD_LOGIN, counted);
    record_put(&ask, FIELD_TARGET, login);
    record_put(&ask, FIELD_CODE, code);
    record_put(&ask, FIELD_FRESH, fresh);
    answers_start(caller, OP_RESET_CONFIRM, &ask);
}

void request_delete(const struct caller *caller, mortise_value args)
{
    char account[ACCOUNT_SIZE];
    struct record ask = {0};

    if (!request_allowed(caller, RATE_PASSWORD) || !request_signed_in(caller))
        return;
    if (strlen(text_of(args, "password")) > PASSWORD_BYTES) {
        refuse(caller, 403, "wrong_password", "Wrong password.");
    } else if (try_password(caller, account_of(caller, account))) {
        put_password(caller, args, &ask);
        answers_start(caller, OP_DELETE, &ask);
    }
}

void request_read(const struct caller *caller, enum op op)
{
    struct record ask = {0};

    if (!request_allowed(caller, RATE_OTHER))
        return;
    if (op == OP_ME && caller->session && caller->session->visitor) {
        answers_visitor(caller);
        return;
    }
    if (!request_signed_in(caller))
        return;
    put_user(caller, &ask);
    answers_start(caller, op, &ask);
}
