/* SPDX-License-Identifier: MIT */
#include "front/commands.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <mortise/jobs.h>
#include <mortise/services.h>

#include "answers.h"
#include "moderation/moderation.h"
#include "moderation/reports.h"
#include "rooms/rooms.h"
#include "work/operations.h"

enum { WHEN_SIZE = 24, LOG_PAGE = 50, ERASE_MS = 10 * 60 * 1000 };

/* --- what is ordered */

static const struct {
    const char *name;
    enum op op;
} rows[] = {
    {"rooms", OP_ROOMS},
    {"mute", OP_MUTE},
    {"unmute", OP_UNMUTE},
    {"ban", OP_BAN},
    {"unban", OP_UNBAN},
    {"delete", OP_DELETE},
    {"log", OP_LOG},
    {"reports", OP_REPORTS},
    {"sanctions", OP_SANCTIONS},
    {"resolve", OP_RESOLVE},
    {"erase", OP_ERASE},
};

static enum op op_of(const char *name)
{
    size_t i = 0;

    while (i + 1 < sizeof(rows) / sizeof(rows[0]) &&
           strcmp(rows[i].name, name) != 0)
        i++;
    return rows[i].op;
}

static void put_arguments(const mortise_ordered *given, struct record *ask)
{
    static const struct {
        const char *name;
        enum field field;
    } fields[] = {
        {"room", FIELD_ROOM},     {"user", FIELD_TARGET},
        {"reason", FIELD_REASON}, {"message", FIELD_ID},
        {"after", FIELD_AFTER},   {"before", FIELD_BEFORE},
        {"report", FIELD_REPORT},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        mortise_value value = mortise_get(given->args, fields[i].name);
        if (mortise_type(value) == MORTISE_NUMBER)
            record_put_int(ask, fields[i].field, mortise_int(value, 0));
        else if (value)
            record_put(ask, fields[i].field, mortise_text(value, ""));
    }
    moderation_put_end(ask,
                       mortise_int(mortise_get(given->args, "seconds"), 0));
}

static void put_operator(struct record *ask)
{
    record_put(ask, FIELD_USER, "operator");
    record_put(ask, FIELD_NAME, "operator");
    record_put_int(ask, FIELD_POWERS, 1);
    record_put_int(ask, FIELD_ORDER, 1);
}

static void on_command(mortise_order order, const mortise_ordered *given)
{
    enum op op = op_of(given->name);
    struct record ask = {0};
    int error;

    put_arguments(given, &ask);
    put_operator(&ask);
    record_put_int(&ask, FIELD_LIMIT, LOG_PAGE);
    record_put_int(&ask, FIELD_OP, op);
    error = ask.error;
    if (error == 0 && op < OP_HISTORY)
        error = operations_write(op, order, record_bytes(&ask));
    else if (error == 0 &&
             mortise_job_start("read", record_bytes(&ask), order) == 0)
        error = MORTISE_ELIMIT;
    record_free(&ask);
    if (error != 0)
        mortise_command_fail(order, "Too much is going on.\n");
}

/* --- what has come of it */

/* In UTC; "for good" for 0. */
static const char *when(int64_t ms, char ret[static WHEN_SIZE])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    if (ms == 0 || !gmtime_r(&seconds, &tm) ||
        strftime(ret, WHEN_SIZE, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(ret, WHEN_SIZE, "for good");
    return ret;
}

static const char *or_dash(mortise_str row, enum field field)
{
    const char *text = record_text(row, field);

    return text[0] != '\0' ? text : "-";
}

static void print_sanction(mortise_order order, mortise_str row)
{
    char until[WHEN_SIZE];

    mortise_command_print(
        order, "%-5s %-24s %-20s %-19s  by %s: %s\n",
        record_int(row, FIELD_KIND) == SANCTION_BAN ? "ban" : "mute",
        record_text(row, FIELD_TARGET), or_dash(row, FIELD_TARGET_NAME),
        when(record_int(row, FIELD_UNTIL), until), or_dash(row, FIELD_BY),
        or_dash(row, FIELD_REASON));
}

static void print_report(mortise_order order, mortise_str row)
{
    mortise_str message = record_part(row, FIELD_MESSAGE);
    char at[WHEN_SIZE];

    mortise_command_print(order, "%-6lld %s  message %lld in %s, by %s: %s\n",
                          (long long)record_int(row, FIELD_REPORT),
                          when(record_int(row, FIELD_TIME), at),
                          (long long)record_int(message, FIELD_ID),
                          record_text(message, FIELD_ROOM),
                          record_text(row, FIELD_BY),
                          or_dash(row, FIELD_REASON));
    mortise_command_print(order, "       %s: %s\n",
                          record_text(message, FIELD_USER),
                          record_text(message, FIELD_TEXT));
}

static void print_entry(mortise_order order, mortise_str row)
{
    char at[WHEN_SIZE];

    mortise_command_print(
        order, "%-6lld %s  %-8s %-20s %-24s by %s: %s\n",
        (long long)record_int(row, FIELD_ENTRY),
        when(record_int(row, FIELD_TIME), at), record_text(row, FIELD_WHAT),
        or_dash(row, FIELD_ROOM), or_dash(row, FIELD_TARGET),
        record_text(row, FIELD_BY), or_dash(row, FIELD_REASON));
}

static void print_room(mortise_order order, mortise_str row)
{
    mortise_command_print(order, "%-30s %6lld  %s\n",
                          record_text(row, FIELD_ROOM),
                          (long long)record_int(row, FIELD_MEMBERS),
                          record_text(row, FIELD_TOPIC));
}

static void print_list(mortise_order order, mortise_str answer,
                       enum field field,
                       void (*print)(mortise_order, mortise_str),
                       mortise_value value)
{
    mortise_str rest = answer, row;
    int n = 0;

    for (; record_next(&rest, field, &row); n++)
        print(order, row);
    if (n == 0)
        mortise_command_print(order, "There are none.\n");
    if (record_int(answer, FIELD_MORE))
        mortise_command_print(order, "There are more.\n");
    mortise_command_answer(order, 0, "v", value);
}

static mortise_value rooms_value(mortise_str answer)
{
    mortise_list list = mortise_list_new();
    mortise_str rest = answer, row;

    while (record_next(&rest, FIELD_INFO, &row))
        mortise_list_add(
            list, "{room:s, topic:s, members:I}", record_text(row, FIELD_ROOM),
            record_text(row, FIELD_TOPIC), record_int(row, FIELD_MEMBERS));
    return mortise_make("{ok:true, rooms:l, more:b}", list,
                        (int)record_int(answer, FIELD_MORE));
}

/* erasures.c has told of it, and goes on with what there is more. */
static void told_erased(mortise_order order, mortise_str answer)
{
    if (record_int(answer, FIELD_MORE))
        return;
    mortise_command_print(order, "%lld messages were erased.\n",
                          (long long)record_int(answer, FIELD_COUNT));
    mortise_command_answer(order, 0, "{ok:true, messages:I}",
                           record_int(answer, FIELD_COUNT));
}

void commands_told(enum op op, mortise_order order, int status,
                   mortise_str answer)
{
    if (status != 0) {
        mortise_command_fail(order, "%s\n", answers_words(status));
        return;
    }
    switch (op) {
    case OP_ROOMS:
        print_list(order, answer, FIELD_INFO, print_room, rooms_value(answer));
        break;
    case OP_LOG:
        print_list(order, answer, FIELD_ENTRY, print_entry,
                   reports_log(answer));
        break;
    case OP_REPORTS:
        print_list(order, answer, FIELD_ENTRY, print_report,
                   reports_list(answer));
        break;
    case OP_SANCTIONS:
        print_list(order, answer, FIELD_ENTRY, print_sanction,
                   moderation_list(answer));
        break;
    case OP_ERASE:
        told_erased(order, answer);
        break;
    default:
        mortise_command_print(order, "Done.\n");
        mortise_command_answer(order, 0, "{ok:true}");
    }
}

/* --- the table */

#define WHOSE                                                                  \
    {                                                                          \
        "user", MORTISE_STRING, .min = 1, .max = USER_MAX,                     \
                                .description = "an id, or @ and a name"        \
    }
#define WHERE                                                                  \
    {                                                                          \
        "room", MORTISE_STRING, MORTISE_OPTIONAL,                              \
            .max = ROOM_MAX, .description = "\"\", or without it: everywhere"  \
    }
#define WHY                                                                    \
    {                                                                          \
        "reason", MORTISE_STRING, MORTISE_OPTIONAL, .max = REASON_MAX          \
    }

static const mortise_field rooms[] = {
    {"after", MORTISE_STRING, MORTISE_OPTIONAL, .max = ROOM_MAX,
     .description = "the last one of the page before"},
};
static const mortise_field sanction[] = {
    WHOSE,
    WHERE,
    {"seconds", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = SECONDS_MAX,
     .description = "how long; 0, or without it: for good"},
    WHY,
};
static const mortise_field erase[] = {WHOSE};
static const mortise_field lifting[] = {WHOSE, WHERE, WHY};
static const mortise_field message[] = {
    {"message", MORTISE_INTEGER, .min = 1, .max = 9e15,
     .description = "its number"},
    WHY,
};
static const mortise_field log_page[] = {
    WHERE,
    {"before", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 9e15,
     .description = "the last entry of the page before"},
};
static const mortise_field reports[] = {
    WHERE,
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = 9e15,
     .description = "the last report of the page before"},
};
static const mortise_field sanctions[] = {
    WHERE,
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = 1e6,
     .description = "how many to pass over"},
};
static const mortise_field report[] = {
    {"report", MORTISE_INTEGER, .min = 1, .max = 9e15,
     .description = "its number"},
    WHY,
};

static const mortise_command commands[] = {
    {"rooms", on_command, "lists public rooms, their members and topics",
     .contract = MORTISE_FIELDS(rooms)},
    {"mute", on_command, "lets a user say nothing",
     .contract = MORTISE_FIELDS(sanction)},
    {"unmute", on_command, "lets a user speak again",
     .contract = MORTISE_FIELDS(lifting)},
    {"ban", on_command, "puts a user out, who cannot come back",
     .contract = MORTISE_FIELDS(sanction)},
    {"unban", on_command, "lets a user come back",
     .contract = MORTISE_FIELDS(lifting)},
    {"sanctions", on_command, "lists who is muted or banned",
     .contract = MORTISE_FIELDS(sanctions)},
    {"delete", on_command, "deletes a message",
     .contract = MORTISE_FIELDS(message)},
    {"reports", on_command, "lists reports that are open",
     .contract = MORTISE_FIELDS(reports)},
    {"resolve", on_command, "settles a report",
     .contract = MORTISE_FIELDS(report)},
    {"erase", on_command,
     "takes back all that a user has written, and the user",
     .contract = MORTISE_FIELDS(erase), .timeout = ERASE_MS},
    {"log", on_command, "shows what moderators have done, the latest first",
     .contract = MORTISE_FIELDS(log_page)},
};

int commands_init(void)
{
    return mortise_commands(commands);
}
