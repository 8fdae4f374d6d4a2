/* SPDX-License-Identifier: MIT */
#include "answers.h"

#include <mortise/services.h>

static const struct {
    const char *code, *message;
} words[REFUSED_COUNT] = {
    [REFUSED_NO_ROOM] = {"no_such_room", "There is no such room."},
    [REFUSED_NOT_IN_ROOM] = {"not_in_room", "Join the room first."},
    [REFUSED_ROOM_NAME] = {"bad_room", "No room can be called so."},
    [REFUSED_NO_NEW_ROOMS] = {"no_new_rooms", "You may not open rooms here."},
    [REFUSED_ROOM_FULL] = {"room_full", "The room is full."},
    [REFUSED_TOO_MANY_ROOMS] = {"too_many_rooms", "Leave another room first."},
    [REFUSED_NAME_TAKEN] = {"name_taken", "Somebody else has this name."},
    [REFUSED_BAD_NAME] = {"bad_name", "Nobody can be called so."},
    [REFUSED_NO_USER] = {"no_such_user", "Nobody knows this user."},
    [REFUSED_NO_MESSAGE] = {"no_such_message", "There is no such message."},
    [REFUSED_NOT_YOURS] = {"not_yours", "Somebody else has written this."},
    [REFUSED_TOO_LATE] = {"too_late", "It is too old to be changed."},
    [REFUSED_DELETED] = {"deleted", "It was deleted."},
    [REFUSED_EMPTY] = {"empty", "There is nothing to read in it."},
    [REFUSED_MUTED] = {"muted", "You are muted."},
    [REFUSED_BANNED] = {"banned", "You are banned."},
    [REFUSED_SLOW] = {"slow_mode", "Slowly: wait before the next message."},
    [REFUSED_FILTERED] = {"filtered", "Words like these are not wanted here."},
    [REFUSED_POWER] = {"not_allowed", "You may not do that here."},
    [REFUSED_TOO_MANY] = {"too_many", "There are too many of these."},
    [REFUSED_DIRECT] = {"direct", "That is not done among two."},
    [REFUSED_YOURSELF] = {"yourself", "That is you."},
    [REFUSED_NO_REPORT] = {"no_such_report", "It is not open."},
    [REFUSED_LOGIN] = {"login_required", "Sign in first."},
    [REFUSED_BUSY] = {"busy", "Too much is going on. Try again."},
    [REFUSED_UNAVAILABLE] = {"unavailable",
                             "This cannot be stored now. Try again."},
};

enum { BUSY_RETRY_MS = 1000 };

static mortise_value error_of(enum refusal why, int64_t retry, int64_t until,
                              const char *reason)
{
    mortise_value data = NULL;

    if (why <= 0 || why >= REFUSED_COUNT || !words[why].code)
        why = REFUSED_UNAVAILABLE;
    if (until > 0 && retry <= 0)
        retry = until > mortise_now() ? until - mortise_now() : 1;
    if (why == REFUSED_BUSY && retry <= 0)
        retry = BUSY_RETRY_MS;
    if (retry > 0)
        data = mortise_make("{retry:I}", retry);
    if (reason && reason[0] != '\0')
        data = retry > 0 ? mortise_make("{retry:I, reason:s}", retry, reason)
                         : mortise_make("{reason:s}", reason);
    return data ? mortise_make("{error:{code:s, message:s, data:v}}",
                               words[why].code, words[why].message, data)
                : mortise_make("{error:{code:s, message:s}}", words[why].code,
                               words[why].message);
}

/* How a value is said; NULL: there was no memory for it. */
static const char *format_of(mortise_value value)
{
    return value ? "v"
                 : "{error:{code:'busy', message:'Too much is going on. Try "
                   "again.', data:{retry:1000}}}";
}

void answers_give(mortise_reply reply, mortise_value value)
{
    mortise_reply_to(reply, format_of(value), value);
}

void answers_refuse(const mortise_event *event, enum refusal why, int64_t retry)
{
    mortise_value error = error_of(why, retry, 0, NULL);

    mortise_ack(event, format_of(error), error);
}

static enum refusal refusal_of(int status)
{
    return status > 0                 ? (enum refusal)status
           : status == MORTISE_ELIMIT ? REFUSED_BUSY
                                      : REFUSED_UNAVAILABLE;
}

const char *answers_words(int status)
{
    return words[refusal_of(status)].message;
}

void answers_fail(mortise_reply reply, int status, mortise_str answer)
{
    enum refusal why = refusal_of(status);

    if (reply != 0)
        answers_give(reply, error_of(why, 0, record_int(answer, FIELD_UNTIL),
                                     record_text(answer, FIELD_REASON)));
}
