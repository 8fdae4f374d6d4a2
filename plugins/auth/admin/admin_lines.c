/* SPDX-License-Identifier: MIT */
#include "admin/admin_lines.h"

#include <stdio.h>
#include <time.h>

enum { WHEN_SIZE = 24 };

/* In UTC; `otherwise` for 0. */
static const char *when(mortise_str row, enum field field,
                        const char *otherwise, char ret[static WHEN_SIZE])
{
    int64_t ms = record_int(row, (int)field);
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    if (ms == 0 || !gmtime_r(&seconds, &tm) ||
        strftime(ret, WHEN_SIZE, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(ret, WHEN_SIZE, "%s", otherwise);
    return ret;
}

static const char *or_dash(mortise_str row, enum field field)
{
    const char *text = record_text(row, (int)field);

    return text[0] != '\0' ? text : "-";
}

static void print_user(mortise_order order, mortise_str row)
{
    char used[WHEN_SIZE];

    mortise_command_print(order, "%s  %-20s %-24s %s  %s%s%s\n",
                          record_text(row, FIELD_USER),
                          or_dash(row, FIELD_NAME), or_dash(row, FIELD_EMAIL),
                          when(row, FIELD_USED, "-", used),
                          record_int(row, FIELD_GUEST) ? "guest " : "",
                          record_text(row, FIELD_ROLES),
                          record_int(row, FIELD_ID) ? " (banned)" : "");
}

static void print_ban(mortise_order order, mortise_str row)
{
    const char *name = record_text(row, FIELD_NAME);
    char until[WHEN_SIZE];

    mortise_command_print(
        order, "%-6lld %-7s %-24s %-19s  by %s: %s\n",
        (long long)record_int(row, FIELD_ID), record_text(row, FIELD_KIND),
        name[0] != '\0' ? name : record_text(row, FIELD_SUBJECT),
        when(row, FIELD_UNTIL, "for good", until),
        record_text(row, FIELD_BY)[0] ? record_text(row, FIELD_BY) : "operator",
        or_dash(row, FIELD_REASON));
}

static void print_audit(mortise_order order, mortise_str row)
{
    char at[WHEN_SIZE];

    mortise_command_print(
        order, "%-6lld %s  %-13s %-22s by %-22s %-15s %s\n",
        (long long)record_int(row, FIELD_ID), when(row, FIELD_CREATED, "-", at),
        record_text(row, FIELD_WHAT), or_dash(row, FIELD_USER),
        or_dash(row, FIELD_BY), or_dash(row, FIELD_ADDRESS),
        or_dash(row, FIELD_DETAIL));
}

void admin_lines(mortise_order order, enum op op, mortise_str record)
{
    void (*print)(mortise_order order, mortise_str row) = NULL;
    const char *next = record_text(record, FIELD_NEXT);
    mortise_str rest = record, row;

    if (op == OP_ADMIN_USERS)
        print = print_user;
    else if (op == OP_ADMIN_BANS)
        print = print_ban;
    else if (op == OP_ADMIN_AUDIT)
        print = print_audit;
    if (!print)
        return;
    while (record_next(&rest, FIELD_ROW, &row))
        print(order, row);
    if (next[0] != '\0')
        mortise_command_print(order, "There are more: next is %s.\n", next);
    else if (!record_next(&record, FIELD_ROW, &row))
        mortise_command_print(order, "There is none.\n");
}
