/* SPDX-License-Identifier: MIT */
#include "work/work_admin.h"

#include <stdio.h>
#include <string.h>

#include "rights/roles.h"
#include "store/store_admin.h"
#include "work/work_session.h"

/* Who acts. */
struct actor {
    const char *id; /* "": the operator */
    const char *needs;
    struct permits may;
};

const char *work_admin_needs(enum op op)
{
    switch (op) {
    case OP_ADMIN_SET_ROLES:
    case OP_ADMIN_SET_PERMISSIONS:
        return MAY_ROLES;
    case OP_ADMIN_END_SESSIONS:
        return MAY_SESSIONS;
    case OP_ADMIN_BANS:
    case OP_ADMIN_BAN:
    case OP_ADMIN_UNBAN:
        return MAY_BAN;
    case OP_ADMIN_AUDIT:
        return MAY_AUDIT;
    default:
        return MAY_USERS;
    }
}

static enum status failed(int error)
{
    return error == 0                ? STATUS_OK
           : error == MORTISE_ENOENT ? STATUS_NOT_FOUND
                                     : STATUS_INTERNAL;
}

/* --- who may what */

/* What somebody is and may by now, in this transaction. */
static int read_permits(const char *id, struct permits *ret)
{
    struct user user;
    int error = store_user_by_id(id, &user);

    return error == 0 ? roles_expand(user.roles, user.password[0] == '\0',
                                     store_permissions_of, ret)
                      : error;
}

static enum status read_actor(mortise_str ask, struct actor *ret)
{
    struct ban_row ban;
    int error;

    permits_clear(&ret->may);
    ret->id = record_text(ask, FIELD_ACTOR);
    if (ret->id[0] == '\0') {
        permits_add(&ret->may, "*");
        return STATUS_OK;
    }
    error = read_permits(ret->id, &ret->may);
    if (error == 0)
        error = store_ban_of(ret->id, "", mortise_now(), &ban);
    if (error == 0)
        return STATUS_NOT_ALLOWED;
    if (error != MORTISE_ENOENT)
        return STATUS_INTERNAL;
    return permits_allow(&ret->may, ret->needs) ? STATUS_OK
                                                : STATUS_NOT_ALLOWED;
}

/* 0; WORK_REFUSED: the role or permission is more than who asks has. */
static int check_word(const char *word, void *data)
{
    const struct actor *actor = data;
    struct permits its;
    int error;

    if (permits_allow(&actor->may, "*") || permits_allow(&actor->may, word))
        return 0;
    permits_clear(&its);
    if (roles_find(word))
        permits_add_words(&its, roles_find(word));
    if ((error = store_permissions_of(word, &its)) < 0)
        return error;
    /* A role without permissions may mean anything to other plugins. */
    if (its.n == 0)
        return WORK_REFUSED;
    for (uint32_t i = 0; i < its.n; i++)
        if (!permits_allow(&actor->may, its.names[i]))
            return WORK_REFUSED;
    return 0;
}

static int check_words(const char *words, void *data)
{
    return permits_each_word(words, check_word, data);
}

static enum status outranked(int error)
{
    return error == WORK_REFUSED ? STATUS_OUTRANKED : failed(error);
}

int work_find_user(const char *who, struct user *ret)
{
    char login[EMAIL_SIZE];
    int error = store_user_by_id(who, ret);

    if (error == MORTISE_ENOENT && login_read(who, login))
        error = store_user_by_login(login, ret);
    return error;
}

/* The user whom it is about, whom the actor may touch. */
static enum status read_target(struct actor *actor, mortise_str ask,
                               struct user *ret)
{
    int error = work_find_user(record_text(ask, FIELD_WHO), ret);

    if (error == 0 && strcmp(ret->id, actor->id) != 0)
        error = check_words(ret->roles, actor);
    return outranked(error);
}

static int may_grant(const char *roles, void *data)
{
    struct permits may;
    int error = roles_expand(roles, false, store_permissions_of, &may);

    return error != 0 ? error : permits_allow(&may, MAY_ROLES);
}

int work_is_last(const struct user *user)
{
    int mine = may_grant(user->roles, NULL), others;

    if (mine <= 0)
        return mine;
    others = store_users_with_roles(user->id, may_grant, NULL);
    return others < 0 ? others : !others;
}

/* --- what is written down */

static int audit(const struct actor *actor, const char *what, const char *user,
                 const char *detail, mortise_str ask, struct record *out)
{
    int64_t order = 0;
    int error = store_audit_act(
        what, user, record_text(ask, FIELD_ADDRESS), detail,
        actor->id[0] ? actor->id : WORK_OPERATOR, mortise_now(), &order);

    record_put_int(out, FIELD_ORDER, order);
    return error != 0 ? error : out->error;
}

/* --- roles */

static enum status set_roles(struct actor *actor, mortise_str ask,
                             struct record *out)
{
    const char *words = record_text(ask, FIELD_WORDS);
    struct permits after;
    struct user user;
    enum status status = read_target(actor, ask, &user);

    if (status != STATUS_OK)
        return status;
    int error = check_words(words, actor);
    if (error == 0)
        error = store_user_set_roles(user.id, words);
    if (error == 0)
        error = read_permits(user.id, &after);
    if (error != 0)
        return outranked(error);
    if (after.cut)
        return STATUS_TOO_MANY;
    if (strcmp(user.id, actor->id) == 0 && !permits_allow(&after, MAY_ROLES))
        return STATUS_YOURSELF;
    record_put(out, FIELD_USER, user.id);
    record_put(out, FIELD_ROLES, words);
    return failed(audit(actor, "roles", user.id, words, ask, out));
}

static enum status set_permissions(struct actor *actor, mortise_str ask,
                                   struct record *out)
{
    char detail[ROLE_SIZE + 2 + ROLE_PERMISSIONS_MAX * PERMIT_SIZE];
    const char *role = record_text(ask, FIELD_ROLE);
    const char *words = record_text(ask, FIELD_WORDS);
    struct permits its, after;
    int error = check_words(words, actor);

    permits_clear(&its);
    if (error == 0)
        error = store_permissions_of(role, &its);
    for (uint32_t i = 0; i < its.n && error == 0; i++)
        error = check_word(its.names[i], actor);
    if (error == 0)
        error = store_permissions_set(role, words);
    if (error == 0)
        error = roles_expand(role, false, store_permissions_of, &its);
    if (error == 0 && actor->id[0] != '\0')
        error = read_permits(actor->id, &after);
    if (error != 0)
        return outranked(error);
    if (its.cut)
        return STATUS_TOO_MANY;
    if (actor->id[0] != '\0' && !permits_allow(&after, MAY_ROLES))
        return STATUS_YOURSELF;
    snprintf(detail, sizeof(detail), "%s: %s", role, words);
    record_put(out, FIELD_ROLE, role);
    record_put(out, FIELD_WORDS, words);
    return failed(audit(actor, "permissions", "", detail, ask, out));
}

/* --- sessions */

static enum status end_sessions(struct actor *actor, mortise_str ask,
                                struct record *out)
{
    const char *id = record_text(ask, FIELD_TARGET);
    struct ended ended = {0};
    struct user user;
    enum status status = read_target(actor, ask, &user);
    int error;

    if (status != STATUS_OK)
        return status;
    if (id[0] != '\0')
        error = store_session_end(user.id, id, &ended);
    else
        error = store_sessions_end(user.id, "", 0, &ended);
    record_put(out, FIELD_USER, user.id);
    record_put(out, FIELD_ENDED, ended.ids);
    if (error == 0)
        error = audit(actor, "end-sessions", user.id, id, ask, out);
    return failed(error);
}

/* --- bans */

static void put_ban(struct record *out, const struct ban_row *ban)
{
    record_put_int(out, FIELD_ID, ban->id);
    record_put(out, FIELD_KIND, ban_kinds[ban->kind]);
    record_put(out, FIELD_SUBJECT, ban->subject);
    record_put(out, FIELD_REASON, ban->reason);
    record_put_int(out, FIELD_UNTIL, ban->until);
    record_put_int(out, FIELD_CREATED, ban->created);
    record_put(out, FIELD_BY, ban->by);
}

/* Whom it is about. A range was written out before; so was the id of another
 * issuer's user, of whom the database knows nothing. */
static enum status read_subject(struct actor *actor, mortise_str ask,
                                struct ban_row *ban)
{
    const char *subject = record_text(ask, FIELD_SUBJECT);
    struct user user;

    snprintf(ban->subject, sizeof(ban->subject), "%s", subject);
    if (ban->kind == BAN_DEVICE)
        return outranked(store_device_users(subject, check_words, actor));
    if (ban->kind == BAN_ADDRESS || subject[0] != '\0')
        return STATUS_OK;
    enum status status = read_target(actor, ask, &user);
    if (status == STATUS_OK)
        snprintf(ban->subject, sizeof(ban->subject), "%s", user.id);
    return status;
}

static enum status add_ban(struct actor *actor, mortise_str ask,
                           struct record *out)
{
    struct ban_row ban = {.kind = (enum ban_kind)record_int(ask, FIELD_KIND),
                          .until = record_int(ask, FIELD_UNTIL),
                          .created = mortise_now()};
    enum status status = read_subject(actor, ask, &ban);
    struct session_row mine = {.id = ""};
    char detail[16 + BAN_SUBJECT_SIZE + BAN_REASON_SIZE];
    int error;

    if (status != STATUS_OK)
        return status;
    snprintf(ban.reason, sizeof(ban.reason), "%s",
             record_text(ask, FIELD_REASON));
    snprintf(ban.by, sizeof(ban.by), "%s", actor->id);
    error = store_session_by_id(record_text(ask, FIELD_ACTOR_SESSION), &mine);
    if (error != 0 && error != MORTISE_ENOENT)
        return failed(error);
    if (actor->id[0] != '\0' &&
        ban_fits(&ban, &(struct ban_asker){actor->id, mine.device,
                                           record_text(ask, FIELD_ADDRESS)}))
        return STATUS_YOURSELF;
    error = store_ban_add(&ban);
    put_ban(out, &ban);
    snprintf(detail, sizeof(detail), "%s %s: %s", ban_kinds[ban.kind],
             ban.subject, ban.reason);
    if (error == 0)
        error = audit(actor, "ban", ban.kind == BAN_USER ? ban.subject : "",
                      detail, ask, out);
    return failed(error);
}

static enum status lift_ban(struct actor *actor, mortise_str ask,
                            struct record *out)
{
    char detail[16 + BAN_SUBJECT_SIZE];
    struct ban_row ban;
    int error = store_ban_by_id(record_int(ask, FIELD_ID), &ban);

    if (error != 0)
        return failed(error);
    error = store_ban_remove(ban.id);
    put_ban(out, &ban);
    snprintf(detail, sizeof(detail), "%s %s", ban_kinds[ban.kind], ban.subject);
    if (error == 0)
        error = audit(actor, "unban", ban.kind == BAN_USER ? ban.subject : "",
                      detail, ask, out);
    return failed(error);
}

/* --- reading */

static enum status read_user(mortise_str ask, struct record *out)
{
    int64_t now = mortise_now();
    struct ban_row ban;
    struct user user;
    int error = work_find_user(record_text(ask, FIELD_WHO), &user);

    if (error != 0)
        return failed(error);
    record_put(out, FIELD_USER, user.id);
    record_put(out, FIELD_NAME, user.name);
    record_put(out, FIELD_EMAIL, user.email);
    record_put_int(out, FIELD_GUEST, user.password[0] == '\0');
    record_put(out, FIELD_ROLES, user.roles);
    error = store_ban_of(user.id, "", now, &ban);
    if (error == 0)
        put_ban(out, &ban);
    if (error == 0 || error == MORTISE_ENOENT)
        error = store_list_sessions(user.id, now, out);
    return failed(error != 0 ? error : out->error);
}

/* --- all of them */

static enum status act(enum op op, struct actor *actor, mortise_str ask,
                       struct record *out)
{
    switch (op) {
    case OP_ADMIN_USER:
        return read_user(ask, out);
    case OP_ADMIN_SET_ROLES:
        return set_roles(actor, ask, out);
    case OP_ADMIN_SET_PERMISSIONS:
        return set_permissions(actor, ask, out);
    case OP_ADMIN_END_SESSIONS:
        return end_sessions(actor, ask, out);
    case OP_ADMIN_BAN:
        return add_ban(actor, ask, out);
    case OP_ADMIN_UNBAN:
        return lift_ban(actor, ask, out);
    default: /* a list, when it is known that this one may read it */
        return STATUS_OK;
    }
}

static bool is_list(enum op op)
{
    return op == OP_ADMIN_USERS || op == OP_ADMIN_BANS || op == OP_ADMIN_AUDIT;
}

/* What lists; of anything else there is nothing left to do. */
static enum status list(enum op op, mortise_str ask, struct record *out)
{
    int64_t now = mortise_now();

    switch (op) {
    case OP_ADMIN_USERS:
        return failed(store_list(store_list_users, ask, now, out));
    case OP_ADMIN_BANS:
        return failed(store_list(store_list_bans, ask, now, out));
    case OP_ADMIN_AUDIT:
        return failed(store_list(store_list_audit, ask, now, out));
    default:
        return STATUS_OK;
    }
}

enum status work_admin(enum op op, mortise_str ask, struct record *out)
{
    struct actor actor = {.needs = work_admin_needs(op)};
    enum status status;

    if (is_list(op) && record_text(ask, FIELD_ACTOR)[0] == '\0')
        return list(op, ask, out); /* the operator may all */
    if (store_begin() != 0)
        return STATUS_INTERNAL;
    status = read_actor(ask, &actor);
    if (status == STATUS_OK)
        status = act(op, &actor, ask, out);
    int error = store_end(status == STATUS_OK ? 0 : MORTISE_EINVAL);
    if (status != STATUS_OK)
        return status;
    return error == 0 ? list(op, ask, out) : STATUS_INTERNAL;
}
