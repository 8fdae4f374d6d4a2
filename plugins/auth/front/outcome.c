/* SPDX-License-Identifier: MIT */
#include "front/outcome.h"

#include <stdio.h>
#include <string.h>

#include "access/banned.h"
#include "access/gates.h"
#include "accounts/codes.h"
#include "accounts/names.h"
#include "front/attached.h"
#include "front/forgets.h"
#include "guard/lockout.h"
#include "options.h"

bool opens_session(enum op op)
{
    return op == OP_GUEST || op == OP_REGISTER || op == OP_LOGIN;
}

static void count_try(enum op op, enum status status, mortise_str record)
{
    const char *login = record_text(record, FIELD_LOGIN);
    const char *address = record_text(record, FIELD_ADDRESS);

    if (login[0] == '\0')
        return;
    if (status == STATUS_OK)
        lockout_right(login, address);
    else if (status != STATUS_WRONG_LOGIN && status != STATUS_WRONG_PASSWORD &&
             status != STATUS_WRONG_CODE)
        lockout_undo(login, address);
}

/* Who has had a code sent knows the password again: what was typed wrong before
 * is forgotten. */
static void forgive(mortise_str record)
{
    char login[EMAIL_SIZE];

    if (login_read(record_text(record, FIELD_NAME), login))
        lockout_forget(login);
    if (login_read(record_text(record, FIELD_EMAIL), login))
        lockout_forget(login);
}

static void read_session(mortise_str record, struct session_row *ret)
{
    memset(ret, 0, sizeof(*ret));
    snprintf(ret->id, sizeof(ret->id), "%s",
             record_text(record, FIELD_SESSION));
    snprintf(ret->user, sizeof(ret->user), "%s",
             record_text(record, FIELD_USER));
    snprintf(ret->roles, sizeof(ret->roles), "%s",
             record_text(record, FIELD_ROLES));
    tokens_hash(record_text(record, FIELD_ACCESS), ret->access);
    ret->access_ends = record_int(record, FIELD_ACCESS_ENDS);
    ret->refresh_ends = record_int(record, FIELD_REFRESH_ENDS);
    snprintf(ret->name, sizeof(ret->name), "%s",
             record_text(record, FIELD_NAME));
    ret->guest = record_int(record, FIELD_GUEST) != 0;
    snprintf(ret->device, sizeof(ret->device), "%s",
             record_text(record, FIELD_DEVICE_HASH));
}

/* Why the sockets of a session are closed that this has ended. */
static void end_sessions(enum op op, mortise_str record)
{
    static const struct refusal why[] = {
        [OP_GUEST] = {"signed-in", "Signed in anew."},
        [OP_REGISTER] = {"signed-in", "Signed in anew."},
        [OP_LOGIN] = {"signed-in", "Signed in anew."},
        [OP_REFRESH] = {"token-reused", "Sign in again, to be safe."},
        [OP_LOGOUT] = {"signed-out", "Signed out."},
        [OP_REVOKE] = {"revoked", "Signed out from elsewhere."},
        [OP_PASSWORD] = {"password-changed", "The password was changed."},
        [OP_DELETE] = {"account-deleted", "The account was deleted."},
        [OP_RESET_CONFIRM] = {"password-changed", "The password was changed."},
        [OP_LOGOUT_ALL] = {"signed-out", "Signed out everywhere."},
        [OP_REVOKE_OTHERS] = {"revoked", "Signed out from elsewhere."},
    };
    const char *old = record_text(record, FIELD_OLD);
    char id[ID_SIZE];

    for (const char *p = record_text(record, FIELD_ENDED); *p;
         p += strlen(id)) {
        snprintf(id, sizeof(id), "%s", p);
        struct session *s = sessions_find(id);
        bool other = (op == OP_LOGIN || op == OP_GUEST) && strcmp(id, old) != 0;
        if (s && other && options.sessions_policy == POLICY_REPLACE)
            attached_close(s, "signed-in-elsewhere", "Signed in elsewhere.");
        else if (s && other)
            attached_close(s, "too-many-sessions",
                           "Signed in in too many places.");
        else if (s && op == OP_ADMIN_END_SESSIONS)
            attached_close(s, "revoked", "Signed out by an administrator.");
        else if (s && op == OP_ADMIN_SET_PASSWORD)
            attached_close(s, why[OP_PASSWORD].code, why[OP_PASSWORD].message);
        else if (s && op == OP_ADMIN_DELETE_USER)
            attached_close(s, why[OP_DELETE].code, why[OP_DELETE].message);
        else if (s && (size_t)op < sizeof(why) / sizeof(why[0]))
            attached_close(s, why[op].code, why[op].message);
        sessions_end(id);
    }
}

/* The session that a job has made or renewed. Whoever was banned while it was
 * under way never sees its tokens. */
static enum status take_session(enum op op, mortise_str record, struct ban *ban)
{
    mortise_socket socket = (mortise_socket)record_int(record, FIELD_SOCKET);
    const char *space = record_text(record, FIELD_SPACE);
    struct session *session;
    struct session_row row;

    read_session(record, &row);
    session = op == OP_REFRESH ? sessions_renew(&row) : sessions_add(&row);
    if (!session)
        return sessions_has_ended(row.id) ? STATUS_REPLACED : STATUS_INTERNAL;
    if (banned_find(session, record_text(record, FIELD_ADDRESS), "", ban))
        return STATUS_BANNED;
    if (op == OP_REFRESH)
        attached_renew(session);
    else if (socket != 0 && !gate_refuses(space, session) &&
             !attached_taken(socket, space, session))
        attached_put(socket, space, session); /* it leaves its old session */
    return STATUS_OK;
}

static void read_done(const mortise_done *done, struct outcome *ret)
{
    mortise_str record = done->output;

    *ret = (struct outcome){
        .op = (enum op)record_int(record, FIELD_OP),
        .status = (enum status)record_int(record, FIELD_STATUS),
        .record = record,
        .ban = {.until = record_int(record, FIELD_UNTIL),
                .reason = record_text(record, FIELD_REASON)},
    };
    if (strcmp(done->name, JOB_REQUEST) == 0)
        ret->to.request = done->cookie;
    else if (strcmp(done->name, JOB_ORDER) == 0)
        ret->to.order = done->cookie;
    else if (strcmp(done->name, JOB_REPLY) == 0)
        ret->to.reply = done->cookie;
    if (done->status != 0)
        ret->status = STATUS_INTERNAL;
}

void outcome_take(const mortise_done *done, struct outcome *ret)
{
    read_done(done, ret);
    mortise_str record = ret->record;
    enum op op = ret->op;
    /* What the database has ended has ended, whatever there is room for here.
     */
    bool kept = ret->status == STATUS_OK || ret->status == STATUS_TOKEN_REUSED;

    count_try(op, ret->status, record);
    if (ret->status == STATUS_OK && (opens_session(op) || op == OP_REFRESH))
        ret->status = take_session(op, record, &ret->ban);
    if (ret->status == STATUS_OK && op == OP_RESET_CONFIRM)
        forgive(record);
    if (ret->status == STATUS_OK && op == OP_RESET &&
        record_text(record, FIELD_CODE)[0] != '\0')
        code_deliver(CODE_RESET, record);
    if (kept)
        end_sessions(op, record);
    if (ret->status == STATUS_OK &&
        (op == OP_DELETE || op == OP_ADMIN_DELETE_USER))
        forgets_tell(record_text(record, FIELD_USER));
    if (ret->status == STATUS_OK && op == OP_PURGE &&
        forgets_tell_guests(record))
        mortise_after("guests", FORGETS_MS, 0, 0);
}
