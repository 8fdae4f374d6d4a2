/* SPDX-License-Identifier: MIT */
/*
 * Accounts, guests and sessions: who somebody is, by HTTP and over sockets.
 * README.md beside this file is for who uses it, operation.md for who runs it.
 *
 * The loop has the live sessions and their sockets in memory (sessions.h,
 * attached.h) and answers from there; what touches a password or the database
 * is a job (work.h, store.h), whose result is told in answers.h. The database
 * is opened in `acquire`, so a build that is only tried touches nothing.
 */
#include <string.h>

#include <mortise/contract.h>
#include <mortise/jobs.h>
#include <mortise/services.h>
#include <mortise/state.h>
#include <sodium.h>

#include <common/place.h>

#include "access/grants.h"
#include "admin/admin.h"
#include "admin/admin_events.h"
#include "admin/commands.h"
#include "admin/force.h"
#include "front/answers.h"
#include "front/attached.h"
#include "front/events.h"
#include "guard/counters.h"
#include "guard/lockout.h"
#include "guard/rates.h"
#include "issuers/issuers.h"
#include "issuers/jwt.h"
#include "rights/bans.h"
#include "routes.h"
#include "sessions/visitors.h"
#include "work/work.h"

enum { PURGE_MS = 10 * 60 * 1000, KEYS_MS = 1000 };

static bool restored; /* from the build before: no need to load */
static bool opened;   /* the database */

static void on_warn(mortise_socket none, const mortise_event *event)
{
    attached_warn(event->cookie);
}

static void on_purge(mortise_socket none, const mortise_event *event)
{
    sessions_purge(mortise_now());
    bans_purge(mortise_now());
    visitors_purge(mortise_now());
    answers_purge();
}

static void on_guests(mortise_socket none, const mortise_event *event)
{
    answers_purge();
}

static void on_keys(mortise_socket none, const mortise_event *event)
{
    if (issuers_reread())
        visitors_doubt();
}

/* --- what other plugins ask */

/* ("user id") -> {id, name, guest}: of who has a session, or has come with a
 * token of another issuer. Guests are called as all others see them; who has
 * an account and no name (an e-mail address only) has null. */
static mortise_value profile(const mortise_asked *asked)
{
    const char *user = mortise_text(mortise_at(asked->args, 0), "");
    const struct session *session =
        strchr(user, ':') ? visitors_by_user(user) : sessions_by_user(user);

    char name[NAME_SIZE] = "";

    if (!session)
        return NULL;
    if (session->guest || session->name[0] != '\0')
        name_shown(session->user, session->name, name);
    return mortise_make("{id:s, name:s, guest:b}", session->user,
                        name[0] ? name : NULL, session->guest);
}

static const mortise_service services[] = {{"auth.profile", 1, profile}};

/* --- life */

static void on_done(mortise_job job, const mortise_done *done)
{
    if (record_int(done->output, FIELD_OP) >= OP_ADMIN_USERS)
        force_done(job, done);
    else
        answers_done(job, done);
}

static const mortise_job_kind jobs[] = {
    {JOB_REQUEST, work_run, on_done},
    {JOB_REPLY, work_run, on_done},
    {JOB_ORDER, work_run, on_done},
    {JOB_NOBODY, work_run, on_done},
};

static void init_tokens(void)
{
    tokens_init(options.secret);
    for (uint32_t i = 0; i < options.old_secret_count; i++)
        tokens_add_old(options.old_secrets[i]);
}

static int init(mortise_value settings)
{
    int error;

    if (sodium_init() < 0)
        return MORTISE_ENOMEM;
    error = options_read(settings);
    if (error == 0)
        place_check(options.database);
    if (error == 0)
        error = mortise_jobs(jobs);
    if (error == 0)
        error = mortise_offer(services);
    if (error == 0)
        error = routes_init();
    if (error == 0)
        error = commands_init();
    if (error == 0 && mortise_after("purge", PURGE_MS, PURGE_MS, 0) == 0)
        error = MORTISE_ENOMEM;
    if (error == 0 && issuers_any() &&
        mortise_after("keys", KEYS_MS, KEYS_MS, 0) == 0)
        error = MORTISE_ENOMEM;
    if (error == 0)
        init_tokens();
    else
        options_free(); /* fini is for an init that has succeeded */
    return error;
}

static void fini(void)
{
    attached_free();
    visitors_free();
    sessions_free();
    bans_free();
    grants_free();
    lockout_free();
    rates_free();
    store_close();
    tokens_fini();
    options_free();
}

/* --- what a newer build takes over */

static int save(mortise_saving to)
{
    mortise_save_int(to, "whole", 1);
    sessions_save(to);
    visitors_save(to);
    attached_save(to);
    return lockout_save(to);
}

static int restore(uint32_t version, mortise_saved from)
{
    int error = sessions_restore(from);

    if (error == 0)
        error = visitors_restore(from);
    if (error == 0)
        error = attached_restore(from);
    if (error == 0)
        error = lockout_restore(from);
    restored = error == 0 && mortise_saved_int(from, "whole", 0) != 0;
    return error;
}

static int load_session(const struct session_row *row)
{
    if (sessions_find(row->id) || !sessions_room() || sessions_add(row))
        return 0;
    return MORTISE_ENOMEM;
}

static int load(void)
{
    int64_t now = mortise_now();
    int error = store_sessions_load(now, load_session);

    return error == 0 ? store_tries_load(now - LOCKOUT_FORGET_MS, COUNTERS_MAX,
                                         lockout_load)
                      : error;
}

/* There is no release: the jobs of the old build may still be at work, with a
 * connection of their own, which stays open until fini. When the next build
 * fails this one is asked again, and has it still. */
static int acquire(void)
{
    int error = opened ? 0 : store_open(options.database);

    if (error == 0 && !opened)
        error = force_load();
    if (error == 0 && !opened && !restored)
        error = load();
    opened = opened || error == 0;
    return error;
}

static const mortise_state state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore,
                  .acquire = acquire);

/* --- tables */

static const mortise_field token[] = {
    {"token", MORTISE_STRING, .min = 1, .max = JWT_MAX,
     .description = "An access token."},
};
static const mortise_field account[] = {
    {"name", MORTISE_STRING, MORTISE_OPTIONAL, .max = 128},
    {"email", MORTISE_STRING, MORTISE_OPTIONAL, .max = 254},
    {"password", MORTISE_STRING, .min = 1, .max = 512},
    {"remember", MORTISE_BOOL, MORTISE_OPTIONAL},
    {"device", MORTISE_STRING, MORTISE_OPTIONAL, .max = 100,
     .description = "What this device is known by."},
};
static const mortise_field login[] = {
    {"login", MORTISE_STRING, .min = 1, .max = 254,
     .description = "A name or an e-mail address."},
    {"password", MORTISE_STRING, .min = 1, .max = 512},
    {"remember", MORTISE_BOOL, MORTISE_OPTIONAL},
    {"device", MORTISE_STRING, MORTISE_OPTIONAL, .max = 100,
     .description = "What this device is known by."},
};
static const mortise_field refresh[] = {
    {"refreshToken", MORTISE_STRING, .min = 1, .max = 100},
};

static const mortise_field user[] = {
    {"id", MORTISE_STRING},
    {"name", MORTISE_STRING, MORTISE_OPTIONAL},
    {"display", MORTISE_STRING,
     .description = "What all others see: the name, or guest-4f2a91."},
    {"email", MORTISE_STRING, MORTISE_OPTIONAL},
    {"guest", MORTISE_BOOL},
    {"roles", MORTISE_ARRAY},
};
static const mortise_field session[] = {
    {"user", MORTISE_OBJECT, MORTISE_NESTED(user)},
    {"session", MORTISE_STRING},
    {"accessToken", MORTISE_STRING},
    {"expires", MORTISE_INTEGER, .description = "Milliseconds since 1970."},
    {"refreshToken", MORTISE_STRING, MORTISE_OPTIONAL},
    {"refreshExpires", MORTISE_INTEGER},
    {"csrfToken", MORTISE_STRING, MORTISE_OPTIONAL},
    {"device", MORTISE_STRING, MORTISE_OPTIONAL},
};
static const mortise_field known[] = {
    {"user", MORTISE_STRING, .description = "The user's id."},
    {"expires", MORTISE_INTEGER, .description = "Milliseconds since 1970."},
};
static const mortise_field ok[] = {{"ok", MORTISE_BOOL}};

#define ASKED .ack = MORTISE_ACK_REQUIRED

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, events_connecting, MORTISE_EVERYWHERE},
    {MORTISE_CONNECT, events_connect, MORTISE_EVERYWHERE},
    {MORTISE_DISCONNECT, events_disconnect, MORTISE_EVERYWHERE},
    {"auth:token", events_token, MORTISE_EVERYWHERE,
     .contract = MORTISE_MEMBERS(token, ASKED, MORTISE_ANSWER(known))},
    {"auth:register", events_register, MORTISE_EVERYWHERE,
     .contract = MORTISE_MEMBERS(account, ASKED, MORTISE_ANSWER(session))},
    {"auth:login", events_login, MORTISE_EVERYWHERE,
     .contract = MORTISE_MEMBERS(login, ASKED, MORTISE_ANSWER(session))},
    {"auth:refresh", events_refresh, MORTISE_EVERYWHERE,
     .contract = MORTISE_MEMBERS(refresh, ASKED, MORTISE_ANSWER(session))},
    {"auth:logout", events_logout, MORTISE_EVERYWHERE,
     .contract = MORTISE_NO_FIELDS(ASKED, MORTISE_ANSWER(ok))},
    ADMIN_EVENTS,
};

static const mortise_handler timers[] = {
    {"warn", on_warn},
    {"purge", on_purge},
    {"guests", on_guests},
    {"keys", on_keys},
};

static const mortise_field expiring[] = {
    {"expires", MORTISE_INTEGER, .description = "Milliseconds since 1970."},
};
static const mortise_field ended[] = {
    {"code", MORTISE_STRING,
     .one_of = "signed-in|signed-out|revoked|password-changed|account-deleted|"
               "token-reused|too-many-sessions|signed-in-elsewhere|"
               "already_connected|login_required|"
               "account_required|role_required|internal|banned"},
    {"reason", MORTISE_STRING, MORTISE_OPTIONAL, .description = "For people."},
    {"until", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "Of a ban that ends; milliseconds since 1970."},
};
static const mortise_handler emits[] = {
    {"auth:expiring", NULL, MORTISE_EVERYWHERE,
     .contract = MORTISE_MEMBERS(expiring)},
    {"auth:ended", NULL, MORTISE_EVERYWHERE,
     .contract = MORTISE_MEMBERS(ended)},
};

MORTISE_PLUGIN("auth", "1.0.0", .init = init, .fini = fini, .state = &state,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .emits = MORTISE_TABLE(emits),
               .description = "Accounts, guests and sessions.");
