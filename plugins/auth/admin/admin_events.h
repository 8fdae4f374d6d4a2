/* SPDX-License-Identifier: MIT */
/* The events of administrators: rows of the table in auth.c, which alone
 * includes this. They stand in every namespace, and the host lets only those
 * through who have the permission. */
#ifndef AUTH_ADMIN_EVENTS_H
#define AUTH_ADMIN_EVENTS_H

#include <mortise/contract.h>

#include "work/work_admin.h"

mortise_call admin_event;

#define ADMIN_USER                                                             \
    {                                                                          \
        "user", MORTISE_STRING,                                                \
            .min = 1, .max = 254,                                              \
            .description = "An id, a name or an e-mail address."               \
    }
#define ADMIN_LIMIT                                                            \
    {                                                                          \
        "limit", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 100       \
    }
#define ADMIN_TEXT(name)                                                       \
    {                                                                          \
        name, MORTISE_STRING, MORTISE_OPTIONAL, .max = 254                     \
    }

static const mortise_field admin_word[] = {
    {"", MORTISE_STRING, .min = 1, .max = 64},
};
static const mortise_field admin_users[] = {
    ADMIN_TEXT("find"),
    ADMIN_TEXT("role"),
    {"banned", MORTISE_BOOL, MORTISE_OPTIONAL},
    ADMIN_TEXT("after"),
    ADMIN_LIMIT,
};
static const mortise_field admin_user[] = {ADMIN_USER};
static const mortise_field admin_set_roles[] = {
    ADMIN_USER,
    {"roles", MORTISE_ARRAY, .max = 16, MORTISE_NESTED(admin_word)},
};
static const mortise_field admin_set_permissions[] = {
    {"role", MORTISE_STRING, .min = 1, .max = 32},
    {"permissions", MORTISE_ARRAY, .max = 32, MORTISE_NESTED(admin_word)},
};
static const mortise_field admin_end_sessions[] = {
    ADMIN_USER,
    ADMIN_TEXT("session"),
};
static const mortise_field admin_bans[] = {
    {"kind", MORTISE_STRING, MORTISE_OPTIONAL, .one_of = "user|device|address"},
    ADMIN_TEXT("subject"),
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL},
    ADMIN_LIMIT,
};
static const mortise_field admin_ban[] = {
    ADMIN_TEXT("user"),
    ADMIN_TEXT("device"),
    ADMIN_TEXT("address"),
    {"reason", MORTISE_STRING, MORTISE_OPTIONAL, .max = 200},
    {"seconds", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "How long; neither this nor until: for good."},
    {"until", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "Milliseconds since 1970."},
};
static const mortise_field admin_unban[] = {{"id", MORTISE_INTEGER}};
static const mortise_field admin_audit[] = {
    ADMIN_TEXT("user"),
    ADMIN_TEXT("by"),
    ADMIN_TEXT("what"),
    ADMIN_TEXT("address"),
    {"before", MORTISE_INTEGER, MORTISE_OPTIONAL},
    ADMIN_LIMIT,
};

#define ADMIN_EVENT(name, fields, permission)                                  \
    {                                                                          \
        "auth:admin:" name, admin_event, MORTISE_EVERYWHERE,                   \
            .contract =                                                        \
                MORTISE_MEMBERS(fields, .ack = MORTISE_ACK_REQUIRED,           \
                                .login = MORTISE_USER, .role = permission)     \
    }

#define ADMIN_EVENTS                                                           \
    ADMIN_EVENT("users", admin_users, MAY_USERS),                              \
        ADMIN_EVENT("user", admin_user, MAY_USERS),                            \
        ADMIN_EVENT("set-roles", admin_set_roles, MAY_ROLES),                  \
        ADMIN_EVENT("set-permissions", admin_set_permissions, MAY_ROLES),      \
        ADMIN_EVENT("end-sessions", admin_end_sessions, MAY_SESSIONS),         \
        ADMIN_EVENT("bans", admin_bans, MAY_BAN),                              \
        ADMIN_EVENT("ban", admin_ban, MAY_BAN),                                \
        ADMIN_EVENT("unban", admin_unban, MAY_BAN),                            \
        ADMIN_EVENT("audit", admin_audit, MAY_AUDIT),                          \
    {                                                                          \
        "auth:admin:roles", admin_event, MORTISE_EVERYWHERE,                   \
            .contract =                                                        \
                MORTISE_NO_FIELDS(.ack = MORTISE_ACK_REQUIRED,                 \
                                  .login = MORTISE_USER, .role = MAY_USERS)    \
    }

#endif
