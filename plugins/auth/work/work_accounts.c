/* SPDX-License-Identifier: MIT */
#include "work/work_accounts.h"

#include <stdio.h>

#include "store/store_admin.h"
#include "work/work_admin.h"
#include "work/work_session.h"

static int audit(const char *what, const struct user *user)
{
    int64_t order;

    return store_audit_act(what, user->id, "", user->name, WORK_OPERATOR,
                           mortise_now(), &order);
}

static enum status add_user(mortise_str ask, struct record *out)
{
    struct user user = {.id = ""}, other;
    int error = password_hash(record_text(ask, FIELD_PASSWORD), user.password);

    snprintf(user.name, sizeof(user.name), "%s", record_text(ask, FIELD_NAME));
    snprintf(user.email, sizeof(user.email), "%s",
             record_text(ask, FIELD_EMAIL));
    tokens_new_id(user.id);
    if (error != 0 || store_begin() != 0)
        return STATUS_INTERNAL;
    error = store_user_add(&user, NULL, mortise_now());
    bool taken = error == MORTISE_ELIMIT;
    bool email = taken && user.email[0] != '\0' &&
                 store_user_by_login(user.email, &other) == 0;
    if (error == 0)
        error = store_user_set_roles(user.id, record_text(ask, FIELD_WORDS));
    if (error == 0)
        error = audit("add-user", &user);
    record_put(out, FIELD_USER, user.id);
    record_put(out, FIELD_ROLES, record_text(ask, FIELD_WORDS));
    if (store_end(error) == 0)
        return STATUS_OK;
    if (taken)
        return email ? STATUS_EMAIL_TAKEN : STATUS_NAME_TAKEN;
    return STATUS_INTERNAL;
}

static enum status set_password(mortise_str ask, struct record *out)
{
    char fresh[PASSWORD_HASH_SIZE];
    struct user user;
    int error = password_hash(record_text(ask, FIELD_PASSWORD), fresh);

    if (error != 0 || store_begin() != 0)
        return STATUS_INTERNAL;
    error = work_find_user(record_text(ask, FIELD_WHO), &user);
    if (error == 0) /* ENOENT: a guest has none */
        error = store_user_set_password(user.id, user.password, fresh);
    if (error == 0)
        error = work_end_sessions(user.id, "", out);
    if (error == 0)
        error = audit("set-password", &user);
    if (error == 0)
        record_put(out, FIELD_USER, user.id);
    if (store_end(error) == 0)
        return STATUS_OK;
    return error == MORTISE_ENOENT ? STATUS_NOT_FOUND : STATUS_INTERNAL;
}

static enum status delete_user(mortise_str ask, struct record *out)
{
    struct ended ended = {0};
    struct user user;
    int error = store_begin();

    if (error != 0)
        return STATUS_INTERNAL;
    error = work_find_user(record_text(ask, FIELD_WHO), &user);
    if (error == 0)
        error = store_user_delete(user.id, &ended);
    user.name[0] = '\0'; /* the audit forgets it too */
    if (error == 0)
        error = audit("delete-user", &user);
    if (error == 0)
        record_put(out, FIELD_USER, user.id);
    record_put(out, FIELD_ENDED, ended.ids);
    if (store_end(error) == 0)
        return STATUS_OK;
    return error == MORTISE_ENOENT ? STATUS_NOT_FOUND : STATUS_INTERNAL;
}

enum status work_accounts(enum op op, mortise_str ask, struct record *out)
{
    if (op == OP_ADMIN_ADD_USER)
        return add_user(ask, out);
    return op == OP_ADMIN_SET_PASSWORD ? set_password(ask, out)
                                       : delete_user(ask, out);
}
