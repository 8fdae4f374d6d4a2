/* SPDX-License-Identifier: MIT */
#include "messages/messages.h"

#include <string.h>

#include <mortise/contract.h>
#include <mortise/values.h>

#include "answers.h"
#include "filter/fold.h"
#include "filter/wordlist.h"
#include "people/caller.h"
#include "people/targets.h"
#include "people/typists.h"
#include "rooms/views.h"

enum { PAGE = 50 };

/* --- what is asked */

static void write_text(mortise_socket from, const mortise_event *event,
                       enum op op, const struct argument *arguments,
                       size_t count)
{
    const char *text = mortise_text_of(event, "text", "");
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    if (!fold_visible(text)) {
        answers_refuse(event, REFUSED_EMPTY, 0);
        return;
    }
    caller_take(&ask, event, arguments, count);
    wordlist_look(&ask, text);
    caller_write(&caller, event, op, &ask);
}

void messages_on_say(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"text", FIELD_TEXT},
                                                {"key", FIELD_KEY},
                                                {"reply", FIELD_REPLY}};
    write_text(from, event, OP_SAY, arguments, 4);
}

void messages_on_edit(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"id", FIELD_ID},
                                                {"text", FIELD_TEXT}};
    write_text(from, event, OP_EDIT, arguments, 2);
}

void messages_on_delete(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"id", FIELD_ID},
                                                {"reason", FIELD_REASON}};

    CALLER_WRITES(from, event, OP_DELETE, arguments);
}

void messages_on_history(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {
        {"room", FIELD_ROOM},   {"before", FIELD_BEFORE},
        {"after", FIELD_AFTER}, {"around", FIELD_AROUND},
        {"since", FIELD_SINCE},
    };
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    CALLER_TAKE(&ask, event, arguments);
    record_put_int(&ask, FIELD_LIMIT, mortise_int_of(event, "limit", PAGE));
    caller_read(&caller, event, OP_HISTORY, &ask);
}

void messages_on_search(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {
        {"room", FIELD_ROOM}, {"text", FIELD_TEXT}, {"before", FIELD_BEFORE}};

    CALLER_READS(from, event, OP_SEARCH, arguments);
}

void messages_on_read(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"id", FIELD_ID}};

    CALLER_WRITES(from, event, OP_READ, arguments);
}

void messages_on_react(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"id", FIELD_ID},
                                                {"emoji", FIELD_EMOJI}};
    const char *emoji = mortise_text_of(event, "emoji", "");
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    if (!fold_visible(emoji) || fold_has_controls(emoji)) {
        answers_refuse(event, REFUSED_EMPTY, 0);
        return;
    }
    if (wordlist_finds(emoji)) {
        answers_refuse(event, REFUSED_FILTERED, 0);
        return;
    }
    CALLER_TAKE(&ask, event, arguments);
    record_put_int(&ask, FIELD_ON, mortise_bool_of(event, "on", 1));
    caller_write(&caller, event, OP_REACT, &ask);
}

/* --- what has come of it */

static void tell(const char *event, mortise_str message)
{
    struct names names;
    mortise_writer out =
        mortise_begin_emit(to_room(record_text(message, FIELD_ROOM),
                                   record_text(message, FIELD_USER), &names),
                           event);

    mortise_open_object(out, NULL);
    views_message(out, message, 0);
    mortise_end(out);
}

/* A repeat of what was done gets the first answer, and nobody hears of it. */
static bool is_repeated(const struct outcome *o)
{
    return record_int(o->answer, FIELD_REPEATED) != 0;
}

void messages_told_say(const struct outcome *o)
{
    mortise_str message = record_part(o->answer, FIELD_MESSAGE);

    /* First who has written it: so they know it when they hear it. */
    mortise_reply_to(o->reply, "{ok:true, room:s, id:I, time:I}",
                     record_text(message, FIELD_ROOM),
                     record_int(message, FIELD_ID),
                     record_int(message, FIELD_TIME));
    if (is_repeated(o))
        return;
    typists_forget(record_text(message, FIELD_ROOM),
                   record_text(message, FIELD_USER));
    tell("said", message);
}

static void answer_changed(const struct outcome *o, mortise_str message)
{
    mortise_reply_to(o->reply, "{ok:true, id:I, rev:I}",
                     record_int(message, FIELD_ID),
                     record_int(message, FIELD_REV));
}

void messages_told_edit(const struct outcome *o)
{
    mortise_str message = record_part(o->answer, FIELD_MESSAGE);

    tell("edited", message);
    answer_changed(o, message);
}

void messages_told_delete(const struct outcome *o)
{
    mortise_str message = record_part(o->answer, FIELD_MESSAGE);
    char target[TARGET_SIZE];

    if (!is_repeated(o))
        mortise_emit(
            mortise_all(NULL,
                        room_of(record_text(message, FIELD_ROOM), target)),
            "deleted", "{room:s, id:I, rev:I, by:s, reason:s}",
            record_text(message, FIELD_ROOM), record_int(message, FIELD_ID),
            record_int(message, FIELD_REV), record_text(o->ask, FIELD_USER),
            record_text(o->ask, FIELD_REASON));
    answer_changed(o, message);
}

static int64_t reaction_count(mortise_str message, const char *emoji)
{
    mortise_str part;

    while (record_next(&message, FIELD_REACTION, &part))
        if (strcmp(record_text(part, FIELD_EMOJI), emoji) == 0)
            return record_int(part, FIELD_COUNT);
    return 0;
}

void messages_told_react(const struct outcome *o)
{
    mortise_str message = record_part(o->answer, FIELD_MESSAGE);
    const char *room = record_text(message, FIELD_ROOM);
    const char *user = record_text(o->ask, FIELD_USER);
    const char *emoji = record_text(o->ask, FIELD_EMOJI);
    struct names names;

    if (!is_repeated(o))
        mortise_emit(to_room(room, user, &names), "reacted",
                     "{room:s, id:I, rev:I, by:s, emoji:s, on:b, count:I}",
                     room, record_int(message, FIELD_ID),
                     record_int(message, FIELD_REV), user, emoji,
                     (int)record_int(o->ask, FIELD_ON),
                     reaction_count(message, emoji));
    answer_changed(o, message);
}

void messages_told_history(const struct outcome *o)
{
    mortise_writer out = mortise_begin_reply(o->reply);
    mortise_str rest = o->answer, part;

    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true, room:s", record_text(o->ask, FIELD_ROOM));
    mortise_open_array(out, "messages");
    while (record_next(&rest, FIELD_MESSAGE, &part)) {
        mortise_open_object(out, NULL);
        views_message(out, part, 1);
        mortise_close(out);
    }
    mortise_close(out);
    mortise_append(out, "more:b", (int)record_int(o->answer, FIELD_MORE));
    if (record_text(o->ask, FIELD_AROUND)[0] != '\0')
        mortise_append(out, "newer:b", (int)record_int(o->answer, FIELD_ON));
    if (record_int(o->answer, FIELD_BEFORE) > 0)
        mortise_append(out, "before:I", record_int(o->answer, FIELD_BEFORE));
    if (mortise_end(out) == MORTISE_ELIMIT) /* of the configuration */
        answers_fail(o->reply, REFUSED_TOO_MANY, o->answer);
}

/* The user's other devices hear of it, and a small room sees who has read. */
void messages_told_read(const struct outcome *o)
{
    const char *user = record_text(o->ask, FIELD_USER);
    const char *room = record_text(o->ask, FIELD_ROOM);
    mortise_socket socket = (mortise_socket)record_int(o->ask, FIELD_SOCKET);
    int64_t read = record_int(o->answer, FIELD_READ);
    int64_t unread = record_int(o->answer, FIELD_UNREAD);
    int64_t mentions = record_int(o->answer, FIELD_MENTIONED);
    struct names names;

    if (!is_repeated(o)) {
        mortise_target to = to_user(user, &names);
        to.skip = socket;
        mortise_emit(to, "read", "{room:s, read:I, unread:I, mentions:I}", room,
                     read, unread, mentions);
        if (record_int(o->answer, FIELD_RECEIPT))
            mortise_emit(to_others(room, user, &names), "seen",
                         "{room:s, id:s, read:I}", room, user, read);
    }
    mortise_reply_to(o->reply,
                     "{ok:true, room:s, read:I, unread:I, mentions:I}", room,
                     read, unread, mentions);
}
