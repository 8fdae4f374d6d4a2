/* SPDX-License-Identifier: MIT */
/*
 * mortise/values.h: values that are large. Reading them one after the other,
 * and writing them piece by piece.
 *
 *     mortise_writer out = mortise_begin_ack(event);
 *     mortise_open_object(out, NULL);
 *     mortise_append(out, "room:s", room);
 *     mortise_open_array(out, "rows");
 *     while (next_row(&row))
 *         mortise_append(out, "{id:I, text:s}", row.id, row.text);
 *     mortise_end(out);
 *
 * What is appended is written where it will be sent from: it is not copied
 * again, and nothing of it has to stay. A writer belongs to the callback that
 * began it, and is gone with it. Several may be open at a time.
 *
 * Nothing has to be checked on the way: the first error stays, whatever is
 * appended behind it is ignored, and mortise_end() says it and sends nothing.
 */
#ifndef MORTISE_VALUES_H
#define MORTISE_VALUES_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An event or an answer being written. */
typedef struct mortise_writer_ *mortise_writer;

/* Only ever appended to; the calls below document it. */
struct mortise_values_table {
    uint32_t size;
    mortise_writer (*emit)(mortise_host, mortise_target, const char *event);
    mortise_writer (*ack)(mortise_host, const mortise_event *);
    mortise_writer (*reply)(mortise_host, mortise_reply);
    int (*append)(mortise_host, mortise_writer, const char *format, ...);
    int (*open)(mortise_host, mortise_writer, const char *key, int object);
    int (*close)(mortise_host, mortise_writer);
    int (*end)(mortise_host, mortise_writer);
    mortise_value (*next)(mortise_host, mortise_value);
    mortise_value (*first)(mortise_host, mortise_value);
    const char *(*key)(mortise_host, mortise_value);
};

MORTISE_EXTENSION_(values, "mortise.values/1")
#define MORTISE_VALUES_(member, otherwise, ...)                                \
    MORTISE_EXTENDED_(values, member, otherwise, __VA_ARGS__)

/* --- Writing */
/* An event, to one namespace: a pattern of them is for mortise_emit(). NULL
 * when memory is out, which all calls below take and say; so with the other
 * two. */
static inline mortise_writer mortise_begin_emit(mortise_target to,
                                                const char *event)
{
    return MORTISE_VALUES_(emit, NULL, to, event);
}
/* The acknowledgement of an event; to be ended before its callback returns. */
static inline mortise_writer mortise_begin_ack(const mortise_event *event)
{
    return MORTISE_VALUES_(ack, NULL, event);
}
/* The one that was put off by mortise_ack_later(). */
static inline mortise_writer mortise_begin_reply(mortise_reply reply)
{
    return MORTISE_VALUES_(reply, NULL, reply);
}

/* mortise_append(writer, format, ...): the values of a format, as arguments or
 * as elements of the array that is open; in an object its members, as in
 * "id:I, text:s". 0 or the error that stays: ELIMIT when it is more than
 * limits.sendBuffer or limits.attachments let pass, ESYNTAX, ENOMEM. */
#define mortise_append(...) MORTISE_VALUES_(append, MORTISE_ENOSYS, __VA_ARGS__)
/* Opens an array or an object. key: its name where an object is open, else
 * NULL. ELIMIT: the 33rd inside each other. */
static inline int mortise_open_array(mortise_writer writer, const char *key)
{
    return MORTISE_VALUES_(open, MORTISE_ENOSYS, writer, key, 0);
}
static inline int mortise_open_object(mortise_writer writer, const char *key)
{
    return MORTISE_VALUES_(open, MORTISE_ENOSYS, writer, key, 1);
}
/* Closes what was opened last. */
static inline int mortise_close(mortise_writer writer)
{
    return MORTISE_VALUES_(close, MORTISE_ENOSYS, writer);
}
/* Closes all that is open, and sends. The result is that of mortise_emit(),
 * mortise_ack() or mortise_reply_to(), or the first error. */
static inline int mortise_end(mortise_writer writer)
{
    return MORTISE_VALUES_(end, MORTISE_ENOSYS, writer);
}

/* --- Reading */
/* The value behind this one: in its array or object, or of the arguments; NULL
 * behind the last. */
static inline mortise_value mortise_next(mortise_value value)
{
    return MORTISE_VALUES_(next, NULL, value);
}
/* The first of an array or object; NULL when there is none. */
static inline mortise_value mortise_first(mortise_value value)
{
    return MORTISE_VALUES_(first, NULL, value);
}
/* The name of this member of an object; NULL when it is none. */
static inline const char *mortise_key(mortise_value value)
{
    return MORTISE_VALUES_(key, NULL, value);
}
/* MORTISE_EACH(row, rows) { ... }: for each element, or member's value. */
#define MORTISE_EACH(item, of)                                                 \
    for (mortise_value item = mortise_first(of); item;                         \
         item = mortise_next(item))

#ifdef __cplusplus
}
#endif
#endif
