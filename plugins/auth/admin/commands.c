/* SPDX-License-Identifier: MIT */
#include "admin/commands.h"

#include <string.h>

#include <mortise/commands.h>
#include <mortise/services.h>

#include "admin/admin.h"
#include "rights/permits.h"
#include "rights/ranges.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static mortise_value arg(const mortise_ordered *given, const char *name)
{
    return mortise_get(given->args, name);
}

static const char *text(const mortise_ordered *given, const char *name)
{
    return mortise_text(arg(given, name), NULL);
}

static int add_word(const char *word, void *data)
{
    mortise_list_add((mortise_list)data, "s", word);
    return 0;
}

static mortise_list words(const mortise_ordered *given, const char *name)
{
    mortise_list list = mortise_list_new();

    permits_each_word(mortise_text(arg(given, name), ""), add_word, list);
    return list;
}

static void ask(mortise_order order, enum op op, mortise_value args)
{
    struct caller caller = {.order = order};

    admin_ask(&caller, op, args);
}

/* --- those whose arguments have the names that administrators give them */

static void on_plain(mortise_order order, const mortise_ordered *given)
{
    static const struct {
        const char *name;
        enum op op;
    } rows[] = {
        {"users", OP_ADMIN_USERS}, {"user", OP_ADMIN_USER},
        {"roles", OP_ADMIN_ROLES}, {"end-sessions", OP_ADMIN_END_SESSIONS},
        {"bans", OP_ADMIN_BANS},   {"unban", OP_ADMIN_UNBAN},
        {"audit", OP_ADMIN_AUDIT}, {"delete-user", OP_ADMIN_DELETE_USER},
    };
    size_t i = 0;

    while (i + 1 < COUNT(rows) && strcmp(rows[i].name, given->name) != 0)
        i++;
    ask(order, rows[i].op, given->args);
}

/* --- the others */

static void on_set_roles(mortise_order order, const mortise_ordered *given)
{
    ask(order, OP_ADMIN_SET_ROLES,
        mortise_make("{user:s, roles:l}", text(given, "user"),
                     words(given, "roles")));
}

static void on_set_permissions(mortise_order order,
                               const mortise_ordered *given)
{
    ask(order, OP_ADMIN_SET_PERMISSIONS,
        mortise_make("{role:s, permissions:l}", text(given, "role"),
                     words(given, "permissions")));
}

/* A hash is longer than any name, and has no letters of an e-mail address or
 * of the id of another issuer's user. */
static const char *kind_of(const char *whom)
{
    struct range range;

    if (range_read(whom, &range))
        return "{address:s, seconds:v, reason:s}";
    return strlen(whom) == HASH_TEXT_SIZE - 1 && !strpbrk(whom, "@:")
               ? "{device:s, seconds:v, reason:s}"
               : "{user:s, seconds:v, reason:s}";
}

static void on_ban(mortise_order order, const mortise_ordered *given)
{
    const char *whom = text(given, "whom");

    ask(order, OP_ADMIN_BAN,
        mortise_make(kind_of(whom), whom, arg(given, "seconds"),
                     text(given, "reason")));
}

static void on_add_user(mortise_order order, const mortise_ordered *given)
{
    ask(order, OP_ADMIN_ADD_USER,
        mortise_make("{user:s, password:S, roles:l}", text(given, "user"),
                     given->input, words(given, "roles")));
}

static void on_set_password(mortise_order order, const mortise_ordered *given)
{
    ask(order, OP_ADMIN_SET_PASSWORD,
        mortise_make("{user:s, password:S}", text(given, "user"),
                     given->input));
}

/* --- the table */

#define WHO                                                                    \
    {                                                                          \
        "user", MORTISE_STRING,                                                \
            .min = 1, .max = 254,                                              \
            .description = "an id, a name or an e-mail address"                \
    }

static const mortise_field user[] = {WHO};
static const mortise_field find[] = {
    {"find", MORTISE_STRING, MORTISE_OPTIONAL, .max = 254,
     .description = "a part of the name or address"},
    {"after", MORTISE_STRING, MORTISE_OPTIONAL, .max = 64,
     .description = "where the last page has ended (next)"},
};
static const mortise_field add_user[] = {
    {"user", MORTISE_STRING, .min = 1, .max = 254,
     .description = "a name, or an e-mail address"},
    {"roles", MORTISE_STRING, MORTISE_OPTIONAL, .max = 256,
     .description = "with spaces between"},
};
static const mortise_field set_roles[] = {
    WHO,
    {"roles", MORTISE_STRING, .max = 256,
     .description = "with spaces between; \"\" for none"},
};
static const mortise_field set_permissions[] = {
    {"role", MORTISE_STRING, .min = 1, .max = 32},
    {"permissions", MORTISE_STRING, .max = 2100,
     .description = "with spaces between; \"\" for none"},
};
static const mortise_field end_sessions[] = {
    WHO,
    {"session", MORTISE_STRING, MORTISE_OPTIONAL,
     .description = "one alone, by its id"},
};
static const mortise_field ban[] = {
    {"whom", MORTISE_STRING, .min = 1, .max = 254,
     .description = "a user, an address or range, or the hash of a device"},
    {"seconds", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "how long; 0 is for good"},
    {"reason", MORTISE_STRING, MORTISE_OPTIONAL, .max = 200,
     .description = "for the one who is banned to read"},
};
static const mortise_field bans[] = {
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "where the last page has ended (next)"},
};
static const mortise_field unban[] = {
    {"id", MORTISE_INTEGER, .description = "of the ban"},
};
static const mortise_field audit[] = {
    {"what", MORTISE_STRING, MORTISE_OPTIONAL, .max = 64,
     .description = "\"\" for all"},
    {"before", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "where the last page has ended (next)"},
};

static const mortise_command commands[] = {
    {"users", on_plain, "lists accounts and guests",
     .contract = MORTISE_FIELDS(find)},
    {"user", on_plain, "shows a user, with sessions and devices",
     .contract = MORTISE_FIELDS(user)},
    {"add-user", on_add_user, "makes an account",
     .contract = MORTISE_FIELDS(add_user), .input = "password"},
    {"set-password", on_set_password,
     "gives an account another password, and ends its sessions",
     .contract = MORTISE_FIELDS(user), .input = "password"},
    {"delete-user", on_plain, "deletes an account, for good",
     .contract = MORTISE_FIELDS(user)},
    {"set-roles", on_set_roles, "gives a user these roles and no others",
     .contract = MORTISE_FIELDS(set_roles)},
    {"roles", on_plain, "lists what roles may"},
    {"set-permissions", on_set_permissions,
     "gives a role these permissions beside those of the settings",
     .contract = MORTISE_FIELDS(set_permissions)},
    {"end-sessions", on_plain, "signs a user out",
     .contract = MORTISE_FIELDS(end_sessions)},
    {"bans", on_plain, "lists bans", .contract = MORTISE_FIELDS(bans)},
    {"ban", on_ban, "bans a user, an address or a device",
     .contract = MORTISE_FIELDS(ban)},
    {"unban", on_plain, "lifts a ban", .contract = MORTISE_FIELDS(unban)},
    {"audit", on_plain, "shows what has happened, the latest first",
     .contract = MORTISE_FIELDS(audit)},
};

int commands_init(void)
{
    return mortise_commands(commands);
}
