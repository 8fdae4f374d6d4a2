/* SPDX-License-Identifier: MIT */
#include "admin/admin_answers.h"

#include <string.h>

#include <mortise/services.h>

#include "access/grants.h"

static const char *or_null(mortise_str row, enum field field)
{
    const char *text = record_text(row, (int)field);

    return text[0] != '\0' ? text : NULL;
}

/* null for 0. */
static mortise_value time_of(mortise_str row, enum field field)
{
    int64_t time = record_int(row, (int)field);

    return time != 0 ? mortise_make("I", time) : NULL;
}

static int add_word(const char *word, void *data)
{
    mortise_list_add((mortise_list)data, "s", word);
    return 0;
}

static mortise_list words_of(const char *words)
{
    mortise_list list = mortise_list_new();

    permits_each_word(words, add_word, list);
    return list;
}

static mortise_value user_row(mortise_str row)
{
    return mortise_make(
        "{id:s, name:s, email:s, guest:b, roles:l, created:I, used:I,"
        " banned:b}",
        record_text(row, FIELD_USER), or_null(row, FIELD_NAME),
        or_null(row, FIELD_EMAIL), (int)record_int(row, FIELD_GUEST),
        words_of(record_text(row, FIELD_ROLES)), record_int(row, FIELD_CREATED),
        record_int(row, FIELD_USED), record_int(row, FIELD_ID) != 0);
}

static mortise_value session_row(mortise_str row)
{
    return mortise_make(
        "{id:s, created:I, used:I, ends:I, address:s, agent:s,"
        " device:s}",
        record_text(row, FIELD_SESSION), record_int(row, FIELD_CREATED),
        record_int(row, FIELD_USED), record_int(row, FIELD_UNTIL),
        record_text(row, FIELD_ADDRESS), record_text(row, FIELD_AGENT),
        or_null(row, FIELD_DEVICE_HASH));
}

static mortise_value ban_row(mortise_str row)
{
    return mortise_make("{id:I, kind:s, subject:s, name:s, reason:s, until:v,"
                        " created:I, by:s}",
                        record_int(row, FIELD_ID), record_text(row, FIELD_KIND),
                        record_text(row, FIELD_SUBJECT),
                        or_null(row, FIELD_NAME), or_null(row, FIELD_REASON),
                        time_of(row, FIELD_UNTIL),
                        record_int(row, FIELD_CREATED), or_null(row, FIELD_BY));
}

static mortise_value audit_row(mortise_str row)
{
    return mortise_make(
        "{id:I, at:I, what:s, user:s, by:s, address:s, detail:s}",
        record_int(row, FIELD_ID), record_int(row, FIELD_CREATED),
        record_text(row, FIELD_WHAT), or_null(row, FIELD_USER),
        or_null(row, FIELD_BY), or_null(row, FIELD_ADDRESS),
        or_null(row, FIELD_DETAIL));
}

static mortise_list rows_of(mortise_str record,
                            mortise_value (*make)(mortise_str row))
{
    mortise_list list = mortise_list_new();
    mortise_str rest = record, row;

    while (record_next(&rest, FIELD_ROW, &row))
        mortise_list_add(list, "v", make(row));
    return list;
}

static mortise_value user_answer(mortise_str record)
{
    const char *roles = record_text(record, FIELD_ROLES);
    bool guest = record_int(record, FIELD_GUEST) != 0;
    mortise_list may = mortise_list_new();
    struct permits permits;

    grants_expand(roles, guest, &permits);
    for (uint32_t i = 0; i < permits.n; i++)
        if (permission_fits(permits.names[i]))
            mortise_list_add(may, "s", permits.names[i]);
    return mortise_make(
        "{user:{id:s, name:s, email:s, guest:b, roles:l}, permissions:l,"
        " ban:v, sessions:l}",
        record_text(record, FIELD_USER), or_null(record, FIELD_NAME),
        or_null(record, FIELD_EMAIL), (int)guest, words_of(roles), may,
        record_int(record, FIELD_ID) != 0 ? ban_row(record) : NULL,
        rows_of(record, session_row));
}

static void add_role(mortise_list list, const char *role)
{
    const char *settings = roles_find(role);

    mortise_list_add(list, "{role:s, settings:l, granted:l}", role,
                     words_of(settings ? settings : ""),
                     words_of(grants_find(role)));
}

static mortise_value roles_answer(void)
{
    mortise_list list = mortise_list_new();
    const char *role;

    for (uint32_t i = 0; (role = roles_at(i)); i++)
        add_role(list, role);
    for (uint32_t i = 0; (role = grants_at(i)); i++)
        if (!roles_find(role))
            add_role(list, role);
    return mortise_make("{roles:l}", list);
}

static mortise_value ended_answer(mortise_str record)
{
    size_t n = strlen(record_text(record, FIELD_ENDED)) / (ID_SIZE - 1);

    return mortise_make("{user:s, ended:i}", record_text(record, FIELD_USER),
                        (int)n);
}

mortise_value admin_answer(enum op op, mortise_str record)
{
    switch (op) {
    case OP_ADMIN_USERS:
        return mortise_make("{users:l, next:s}", rows_of(record, user_row),
                            or_null(record, FIELD_NEXT));
    case OP_ADMIN_USER:
        return user_answer(record);
    case OP_ADMIN_ROLES:
        return roles_answer();
    case OP_ADMIN_SET_ROLES:
        return mortise_make("{user:s, roles:l}",
                            record_text(record, FIELD_USER),
                            words_of(record_text(record, FIELD_ROLES)));
    case OP_ADMIN_SET_PERMISSIONS:
        return mortise_make("{role:s, permissions:l}",
                            record_text(record, FIELD_ROLE),
                            words_of(record_text(record, FIELD_WORDS)));
    case OP_ADMIN_ADD_USER:
        return mortise_make("{user:s}", record_text(record, FIELD_USER));
    case OP_ADMIN_SET_PASSWORD:
    case OP_ADMIN_DELETE_USER:
    case OP_ADMIN_END_SESSIONS:
        return ended_answer(record);
    case OP_ADMIN_BANS:
        return mortise_make("{bans:l, next:v}", rows_of(record, ban_row),
                            time_of(record, FIELD_NEXT));
    case OP_ADMIN_BAN:
    case OP_ADMIN_UNBAN:
        return mortise_make("{ban:v}", ban_row(record));
    case OP_ADMIN_AUDIT:
        return mortise_make("{audit:l, next:v}", rows_of(record, audit_row),
                            time_of(record, FIELD_NEXT));
    default:
        return mortise_make("{ok:true}");
    }
}
