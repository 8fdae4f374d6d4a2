/* SPDX-License-Identifier: MIT */
/*
 * mortise/log.h: lines of the log with fields, for those who search it.
 *
 *     mortise_log_with(MORTISE_INFO, "moved", "{user:s, room:s, ms:I}",
 *                      mortise_user(from), room, took);
 *
 * is
 *
 *     plugin chat#2: moved user=ann room="the wood" ms=12
 *
 * or, where "log": {"format": "json"} is configured,
 *
 *     {"time":"2026-11-22T20:29:01.451Z","level":"info","plugin":"chat",
 *      "generation":2,"text":"moved","user":"ann","room":"the wood","ms":12}
 *
 * in one line. So a text that is always the same can be looked for, and what
 * differs be told from it.
 */
#ifndef MORTISE_LOG_H
#define MORTISE_LOG_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Only ever appended to; the calls below document it. */
struct mortise_log_table {
    uint32_t size;
    int (*with)(mortise_host, int level, const char *text, const char *format,
                ...);
};

MORTISE_EXTENSION_(log, "mortise.log/1")

/* For a host that is too old. */
static inline int mortise_log_without_(int level, const char *text)
{
    mortise_log(level, "%s", text ? text : "");
    return MORTISE_ENOSYS;
}

/*
 * mortise_log_with(int level, const char *text, const char *format, ...): the
 * text, as it is, and the members of an object: its format is that of
 * mortise_emit(), with braces around it; "" is no field. There may be values
 * within each other, but no binary. A member named time, level, text, plugin or
 * generation is written with "_" in front. Of any thread: the `work` of a job
 * may use it, with all letters but those for values, lists and events.
 *
 * 0, also when the level is not written. What is wrong with the fields is
 * logged, and the text then written without them: ESYNTAX: no such object, or a
 * text in it that is not UTF-8; EINVAL: something was kept beyond its callback;
 * ETYPE: binary; ELIMIT: they take up more than 1,500 bytes as JSON; ENOMEM. A
 * host that is too old writes the text alone, too: ENOSYS.
 */
#define mortise_log_with(level, text, ...)                                     \
    MORTISE_EXTENDED_(log, with, mortise_log_without_(level, text), level,     \
                      text, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
