/* SPDX-License-Identifier: MIT */
/* The events of moderators, reports and ignoring: rows of the tables in
 * events.c, which alone includes this. */
#ifndef CHAT_EVENTS_MODERATION_H
#define CHAT_EVENTS_MODERATION_H

#include <mortise/contract.h>

#include "moderation/moderation.h"
#include "moderation/reports.h"
#include "people/ignores.h"

/* --- what clients ask */

#define IN_ROOM                                                                \
    {                                                                          \
        "room", MORTISE_STRING, .min = 1, .max = ROOM_MAX                      \
    }
#define IN_ROOM_OR_ALL                                                         \
    {                                                                          \
        "room", MORTISE_STRING, MORTISE_OPTIONAL,                              \
            .min = 1, .max = ROOM_MAX,                                         \
            .description = "Without it: everywhere, with chat.moderate."       \
    }
#define WHOM                                                                   \
    {                                                                          \
        "user", MORTISE_STRING, .min = 1, .max = USER_MAX,                     \
                                .description = "An id, or \"@\" and a name."   \
    }
#define WHY                                                                    \
    {                                                                          \
        "reason", MORTISE_STRING, MORTISE_OPTIONAL, .max = REASON_MAX          \
    }

static const mortise_field sanction[] = {
    IN_ROOM_OR_ALL,
    WHOM,
    {"seconds", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = SECONDS_MAX,
     .description = "How long; 0, or without it: until it is lifted."},
    WHY,
};
static const mortise_field lifting[] = {IN_ROOM_OR_ALL, WHOM, WHY};
static const mortise_field kick[] = {IN_ROOM, WHOM, WHY};
static const mortise_field slow[] = {
    IN_ROOM,
    {"seconds", MORTISE_INTEGER, .min = 0, .max = SLOW_MAX,
     .description = "Between two messages of a member; 0: none."},
};
static const mortise_field sanctions[] = {
    IN_ROOM_OR_ALL,
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = 1e6,
     .description = "How many to pass over."},
};
static const mortise_field report[] = {
    {"id", MORTISE_INTEGER, .min = 1, .max = 9e15, .description = "A message."},
    {"reason", MORTISE_STRING, .min = 1, .max = REASON_MAX},
};
static const mortise_field resolve[] = {
    {"report", MORTISE_INTEGER, .min = 1, .max = 9e15},
    WHY,
};
static const mortise_field reports[] = {
    IN_ROOM_OR_ALL,
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = 9e15,
     .description = "The last report that is known."},
};
static const mortise_field log_page[] = {
    IN_ROOM_OR_ALL,
    {"before", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 9e15,
     .description = "The page before this entry."},
    {"limit", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = PAGE_MAX,
     .description = "50 without it."},
};
static const mortise_field trace[] = {{"id", MORTISE_INTEGER, .min = 1,
                                       .max = 9e15,
                                       .description = "A message."}};
static const mortise_field ignore[] = {WHOM};

/* --- what they are answered */

#define UNTIL                                                                  \
    {                                                                          \
        "until", MORTISE_INTEGER, MORTISE_OPTIONAL,                            \
            .description = "Milliseconds since 1970; null: until it is "       \
                           "lifted."                                           \
    }

static const mortise_field done[] = {{"ok", MORTISE_BOOL}};
static const mortise_field someone[] = {{"id", MORTISE_STRING},
                                        {"name", MORTISE_STRING}};
#define SOMEONE(name)                                                          \
    {                                                                          \
        name, MORTISE_OBJECT, MORTISE_NESTED(someone)                          \
    }

static const mortise_field sanctioned[] = {
    {"ok", MORTISE_BOOL}, {"user", MORTISE_STRING}, UNTIL};
static const mortise_field listed_sanction[] = {
    {"what", MORTISE_STRING, .one_of = "mute|ban"},
    SOMEONE("user"),
    UNTIL,
    {"reason", MORTISE_STRING},
    {"by", MORTISE_STRING, .description = "An id."},
    {"time", MORTISE_INTEGER},
};
static const mortise_field each_sanction[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(listed_sanction)}};
static const mortise_field sanction_list[] = {
    {"ok", MORTISE_BOOL},
    {"sanctions", MORTISE_ARRAY, MORTISE_NESTED(each_sanction)},
    {"more", MORTISE_BOOL},
};
static const mortise_field report_made[] = {
    {"ok", MORTISE_BOOL},
    {"report", MORTISE_INTEGER, .description = "Its number."}};
static const mortise_field report_settled[] = {
    {"ok", MORTISE_BOOL},
    {"id", MORTISE_INTEGER,
     .description = "The message; all its reports are settled."}};
static const mortise_field meant_message[] = {
    {"id", MORTISE_INTEGER},   {"from", MORTISE_STRING},
    {"name", MORTISE_STRING},  {"text", MORTISE_STRING},
    {"time", MORTISE_INTEGER}, {"deleted", MORTISE_INTEGER, MORTISE_OPTIONAL},
};
static const mortise_field listed_report[] = {
    {"report", MORTISE_INTEGER},
    {"room", MORTISE_STRING},
    {"reason", MORTISE_STRING},
    SOMEONE("by"),
    {"time", MORTISE_INTEGER},
    {"message", MORTISE_OBJECT, MORTISE_NESTED(meant_message)},
};
static const mortise_field each_report[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(listed_report)}};
static const mortise_field report_list[] = {
    {"ok", MORTISE_BOOL},
    {"reports", MORTISE_ARRAY, MORTISE_NESTED(each_report)},
    {"more", MORTISE_BOOL},
};
static const mortise_field entry[] = {
    {"entry", MORTISE_INTEGER},
    {"time", MORTISE_INTEGER},
    {"what", MORTISE_STRING,
     .one_of = "mute|unmute|kick|ban|unban|slow|delete|resolve|topic|role|"
               "erase"},
    {"room", MORTISE_STRING, MORTISE_OPTIONAL},
    {"user", MORTISE_OBJECT, MORTISE_OPTIONAL, MORTISE_NESTED(someone)},
    {"id", MORTISE_INTEGER, MORTISE_OPTIONAL, .description = "The message."},
    UNTIL,
    {"reason", MORTISE_STRING,
     .description = "Or the topic, the role, the seconds."},
    SOMEONE("by"),
};
static const mortise_field each_entry[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(entry)}};
static const mortise_field log_list[] = {
    {"ok", MORTISE_BOOL},
    {"log", MORTISE_ARRAY, MORTISE_NESTED(each_entry),
     .description = "The latest first."},
    {"more", MORTISE_BOOL},
};
static const mortise_field earlier[] = {{"text", MORTISE_STRING},
                                        {"time", MORTISE_INTEGER},
                                        {"by", MORTISE_STRING}};
static const mortise_field each_earlier[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(earlier)}};
static const mortise_field traced[] = {
    {"ok", MORTISE_BOOL},
    {"message", MORTISE_OBJECT, MORTISE_NESTED(meant_message)},
    {"before", MORTISE_ARRAY, MORTISE_NESTED(each_earlier),
     .description = "What it was, the latest first; who changed it when."},
};
static const mortise_field ignoring[] = {
    {"ok", MORTISE_BOOL}, {"id", MORTISE_STRING}, {"name", MORTISE_STRING}};

/* --- what they are told */

#define WHERE                                                                  \
    {                                                                          \
        "room", MORTISE_STRING, MORTISE_OPTIONAL,                              \
            .description = "null: everywhere."                                 \
    }

static const mortise_field notice[] = {
    WHERE,
    UNTIL,
    {"reason", MORTISE_STRING},
    SOMEONE("by"),
};
static const mortise_field moderated[] = {
    {"what", MORTISE_STRING, .one_of = "mute|unmute|kick|ban|unban"},
    WHERE,
    SOMEONE("user"),
    UNTIL,
    {"reason", MORTISE_STRING},
    SOMEONE("by"),
};
static const mortise_field slowed[] = {{"room", MORTISE_STRING},
                                       {"seconds", MORTISE_INTEGER},
                                       {"by", MORTISE_STRING}};
static const mortise_field reported[] = {
    {"report", MORTISE_INTEGER},
    {"room", MORTISE_STRING},
    {"id", MORTISE_INTEGER},
    {"reason", MORTISE_STRING},
    SOMEONE("by"),
};
static const mortise_field resolved[] = {
    {"room", MORTISE_STRING}, {"id", MORTISE_INTEGER}, SOMEONE("by")};
static const mortise_field ignored[] = {
    {"id", MORTISE_STRING}, {"name", MORTISE_STRING}, {"on", MORTISE_BOOL}};

/* --- rows */

#define MODERATING(rate, most)                                                 \
    .ack = MORTISE_ACK_REQUIRED, .login = MORTISE_USER, .per_second = (rate),  \
    .burst = (most), .per = MORTISE_PER_USER
#define ANYBODY(rate, most)                                                    \
    .ack = MORTISE_ACK_REQUIRED, .per_second = (rate), .burst = (most),        \
    .per = MORTISE_PER_USER
#define MODERATION_ROW(name, call, fields, bounds, answers, words)             \
    {                                                                          \
        name, call,                                                            \
            .contract = MORTISE_MEMBERS(                                       \
                fields, bounds, MORTISE_ANSWER(answers), .description = words) \
    }

#define MODERATION_EVENTS                                                      \
    MODERATION_ROW("mute", moderation_on_mute, sanction, MODERATING(2, 20),    \
                   sanctioned, "Says, edits and reacts nothing."),             \
        MODERATION_ROW("unmute", moderation_on_unmute, lifting,                \
                       MODERATING(2, 20), sanctioned, "May speak again."),     \
        MODERATION_ROW("kick", moderation_on_kick, kick, MODERATING(2, 20),    \
                       sanctioned, "Leaves the room, and may come back."),     \
        MODERATION_ROW("ban", moderation_on_ban, sanction, MODERATING(2, 20),  \
                       sanctioned, "Leaves, and may not come back."),          \
        MODERATION_ROW("unban", moderation_on_unban, lifting,                  \
                       MODERATING(2, 20), sanctioned, "May come back."),       \
        MODERATION_ROW("slow", moderation_on_slow, slow, MODERATING(0.5, 5),   \
                       done, "Members wait between messages."),                \
        MODERATION_ROW("sanctions", moderation_on_sanctions, sanctions,        \
                       MODERATING(2, 20), sanction_list,                       \
                       "Who is muted or banned."),                             \
        MODERATION_ROW("report", reports_on_report, report, ANYBODY(0.2, 10),  \
                       report_made, "To the moderators; once a message."),     \
        MODERATION_ROW("reports", reports_on_reports, reports,                 \
                       MODERATING(2, 20), report_list, "Those open."),         \
        MODERATION_ROW("resolve", reports_on_resolve, resolve,                 \
                       MODERATING(2, 20), report_settled,                      \
                       "Settles a report, and others of the message."),        \
        MODERATION_ROW("log", reports_on_log, log_page, MODERATING(2, 20),     \
                       log_list, "What moderators have done."),                \
        MODERATION_ROW("trace", reports_on_trace, trace, MODERATING(2, 20),    \
                       traced, "What a message was before."),                  \
        MODERATION_ROW("ignore", ignores_on_ignore, ignore, ANYBODY(1, 20),    \
                       ignoring, "Nothing of this user reaches you."),         \
        MODERATION_ROW("unignore", ignores_on_unignore, ignore,                \
                       ANYBODY(1, 20), ignoring, "It does again.")

#define MODERATION_EMITS                                                       \
    {"muted", .contract = MORTISE_MEMBERS(notice)},                            \
        {"unmuted", .contract = MORTISE_MEMBERS(notice)},                      \
        {"kicked", .contract = MORTISE_MEMBERS(notice)},                       \
        {"banned", .contract = MORTISE_MEMBERS(notice)},                       \
        {"unbanned", .contract = MORTISE_MEMBERS(notice)},                     \
        {"moderated", .contract = MORTISE_MEMBERS(                             \
                          moderated, .description = "To moderators.")},        \
        {"slow", .contract = MORTISE_MEMBERS(slowed)},                         \
        {"reported", .contract = MORTISE_MEMBERS(                              \
                         reported, .description = "To moderators.")},          \
        {"resolved", .contract = MORTISE_MEMBERS(                              \
                         resolved, .description = "To moderators.")},          \
    {                                                                          \
        "ignored", .contract = MORTISE_MEMBERS(                                \
                       ignored, .description = "On another of your devices.")  \
    }

#endif
