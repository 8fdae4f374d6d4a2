/* SPDX-License-Identifier: MIT */
#include "moderation/reports.h"

#include <mortise/contract.h>
#include <mortise/services.h>

#include "answers.h"
#include "moderation/moderation.h"

enum { PAGE = 50 };

/* --- what is asked */

void reports_on_report(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"id", FIELD_ID},
                                                {"reason", FIELD_REASON}};

    CALLER_WRITES(from, event, OP_REPORT, arguments);
}

void reports_on_resolve(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"report", FIELD_REPORT},
                                                {"reason", FIELD_REASON}};

    CALLER_WRITES(from, event, OP_RESOLVE, arguments);
}

static void look_up(mortise_socket from, const mortise_event *event, enum op op)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"id", FIELD_ID},
                                                {"after", FIELD_AFTER},
                                                {"before", FIELD_BEFORE}};
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    CALLER_TAKE(&ask, event, arguments);
    record_put_int(&ask, FIELD_LIMIT, mortise_int_of(event, "limit", PAGE));
    caller_read(&caller, event, op, &ask);
}

void reports_on_reports(mortise_socket from, const mortise_event *event)
{
    look_up(from, event, OP_REPORTS);
}

void reports_on_log(mortise_socket from, const mortise_event *event)
{
    look_up(from, event, OP_LOG);
}

void reports_on_trace(mortise_socket from, const mortise_event *event)
{
    look_up(from, event, OP_TRACE);
}

/* --- what has come of it */

void reports_told_report(const struct outcome *o)
{
    mortise_str message = record_part(o->answer, FIELD_MESSAGE);
    int64_t report = record_int(o->answer, FIELD_REPORT);
    struct moderators moderators;

    if (!record_int(o->answer, FIELD_REPEATED))
        mortise_emit(
            moderation_target(o, &moderators), "reported",
            "{report:I, room:s, id:I, reason:s, by:{id:s, name:s}}", report,
            record_text(message, FIELD_ROOM), record_int(message, FIELD_ID),
            record_text(o->ask, FIELD_REASON), record_text(o->ask, FIELD_USER),
            record_text(o->ask, FIELD_NAME));
    mortise_reply_to(o->reply, "{ok:true, report:I}", report);
}

void reports_told_resolve(const struct outcome *o)
{
    mortise_str message = record_part(o->answer, FIELD_MESSAGE);
    struct moderators moderators;

    mortise_emit(moderation_target(o, &moderators), "resolved",
                 "{room:s, id:I, by:{id:s, name:s}}",
                 record_text(message, FIELD_ROOM),
                 record_int(message, FIELD_ID), record_text(o->ask, FIELD_USER),
                 record_text(o->ask, FIELD_NAME));
    mortise_reply_to(o->reply, "{ok:true, id:I}",
                     record_int(message, FIELD_ID));
}

static mortise_value message_of(mortise_str message)
{
    return mortise_make(
        "{id:I, from:s, name:s, text:s, time:I, deleted:v}",
        record_int(message, FIELD_ID), record_text(message, FIELD_USER),
        record_text(message, FIELD_NAME), record_text(message, FIELD_TEXT),
        record_int(message, FIELD_TIME),
        moderation_time(record_int(message, FIELD_DELETED)));
}

mortise_value reports_list(mortise_str answer)
{
    mortise_list list = mortise_list_new();
    mortise_str rest = answer, each;

    while (record_next(&rest, FIELD_ENTRY, &each)) {
        mortise_str message = record_part(each, FIELD_MESSAGE);
        mortise_list_add(
            list,
            "{report:I, room:s, reason:s, by:{id:s, name:s}, "
            "time:I, message:v}",
            record_int(each, FIELD_REPORT), record_text(message, FIELD_ROOM),
            record_text(each, FIELD_REASON), record_text(each, FIELD_BY),
            record_text(each, FIELD_NAME), record_int(each, FIELD_TIME),
            message_of(message));
    }
    return mortise_make("{ok:true, reports:l, more:b}", list,
                        (int)record_int(answer, FIELD_MORE));
}

void reports_told_reports(const struct outcome *o)
{
    answers_give(o->reply, reports_list(o->answer));
}

static mortise_value target_of(mortise_str entry)
{
    const char *user = record_text(entry, FIELD_TARGET);

    return user[0] != '\0' ? mortise_make("{id:s, name:s}", user,
                                          record_text(entry, FIELD_TARGET_NAME))
                           : NULL;
}

mortise_value reports_log(mortise_str answer)
{
    mortise_list list = mortise_list_new();
    mortise_str rest = answer, each;

    while (record_next(&rest, FIELD_ENTRY, &each))
        mortise_list_add(
            list,
            "{entry:I, time:I, what:s, room:s, user:v, id:v, "
            "until:v, reason:s, by:{id:s, name:s}}",
            record_int(each, FIELD_ENTRY), record_int(each, FIELD_TIME),
            record_text(each, FIELD_WHAT),
            moderation_text(record_text(each, FIELD_ROOM)), target_of(each),
            moderation_time(record_int(each, FIELD_ID)),
            moderation_time(record_int(each, FIELD_UNTIL)),
            record_text(each, FIELD_REASON), record_text(each, FIELD_BY),
            record_text(each, FIELD_NAME));
    return mortise_make("{ok:true, log:l, more:b}", list,
                        (int)record_int(answer, FIELD_MORE));
}

void reports_told_log(const struct outcome *o)
{
    answers_give(o->reply, reports_log(o->answer));
}

void reports_told_trace(const struct outcome *o)
{
    mortise_list list = mortise_list_new();
    mortise_str rest = o->answer, each;

    while (record_next(&rest, FIELD_ENTRY, &each))
        mortise_list_add(
            list, "{text:s, time:I, by:s}", record_text(each, FIELD_TEXT),
            record_int(each, FIELD_TIME), record_text(each, FIELD_BY));
    mortise_reply_to(o->reply, "{ok:true, message:v, before:l}",
                     message_of(record_part(o->answer, FIELD_MESSAGE)), list);
}
