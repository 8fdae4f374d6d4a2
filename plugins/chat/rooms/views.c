/* SPDX-License-Identifier: MIT */
#include "rooms/views.h"

#include <string.h>

#include <mortise/services.h>

#include "options.h"
#include "people/people.h"

static const char *const roles[] = {"none", "member", "moderator", "owner"};
static const char *const kinds[] = {"public", "private", "direct"};

const char *views_role(enum role role)
{
    return role <= ROLE_OWNER ? roles[role] : roles[0];
}

enum role views_role_of(const char *word)
{
    for (int i = ROLE_OWNER; i > ROLE_NONE; i--)
        if (strcmp(roles[i], word) == 0)
            return (enum role)i;
    return ROLE_NONE;
}

void views_info(mortise_writer out, mortise_str info)
{
    int64_t kind = record_int(info, FIELD_KIND);
    const char *other = record_text(info, FIELD_TARGET);

    mortise_append(out, "room:s, name:s, kind:s, topic:s, role:s",
                   record_text(info, FIELD_ROOM),
                   record_text(info, FIELD_TITLE),
                   kinds[kind >= 0 && kind <= ROOM_DIRECT ? kind : 0],
                   record_text(info, FIELD_TOPIC),
                   views_role((enum role)record_int(info, FIELD_ROLE)));
    mortise_append(out, "members:I, slow:I, last:I, rev:I",
                   record_int(info, FIELD_MEMBERS),
                   record_int(info, FIELD_SLOW), record_int(info, FIELD_LAST),
                   record_int(info, FIELD_REV));
    mortise_append(out, "read:I, unread:I, mentions:I",
                   record_int(info, FIELD_READ), record_int(info, FIELD_UNREAD),
                   record_int(info, FIELD_MENTIONED));
    if (options.unlisted && kind == ROOM_PUBLIC &&
        strncmp(record_text(info, FIELD_ROOM), options.unlisted,
                strlen(options.unlisted)) == 0)
        mortise_append(out, "unlisted:true");
    if (record_int(info, FIELD_MUTED)) {
        int64_t until = record_int(info, FIELD_UNTIL);
        mortise_append(out, "muted:{until:v, reason:s}",
                       until > 0 ? mortise_make("I", until) : NULL,
                       record_text(info, FIELD_REASON));
    }
    if (other[0] != '\0')
        mortise_append(out, "with:{id:s, name:s, online:b}", other,
                       record_text(info, FIELD_TARGET_NAME),
                       people_online(other));
}

static void append_reactions(mortise_writer out, mortise_str message, int own)
{
    mortise_str rest = message, part;

    mortise_open_array(out, "reactions");
    while (record_next(&rest, FIELD_REACTION, &part)) {
        const char *emoji = record_text(part, FIELD_EMOJI);
        int64_t count = record_int(part, FIELD_COUNT);
        if (own)
            mortise_append(out, "{emoji:s, count:I, mine:b}", emoji, count,
                           (int)record_int(part, FIELD_ON));
        else
            mortise_append(out, "{emoji:s, count:I}", emoji, count);
    }
    mortise_close(out);
}

/* Members that say nothing are left out. */
void views_message(mortise_writer out, mortise_str message, int own)
{
    static const struct {
        enum field field;
        const char *format;
    } optional[] = {{FIELD_EDITED, "edited:I"},
                    {FIELD_DELETED, "deleted:I"},
                    {FIELD_REPLY, "reply:I"}};
    mortise_str rest = message, part;

    mortise_append(
        out, "room:s, id:I, rev:I, from:s, name:s, text:s, time:I",
        record_text(message, FIELD_ROOM), record_int(message, FIELD_ID),
        record_int(message, FIELD_REV), record_text(message, FIELD_USER),
        record_text(message, FIELD_NAME), record_text(message, FIELD_TEXT),
        record_int(message, FIELD_TIME));
    for (int i = 0; i < 3; i++) {
        int64_t value = record_int(message, optional[i].field);
        if (value != 0)
            mortise_append(out, optional[i].format, value);
    }
    if (record_next(&rest, FIELD_MENTION, &part)) {
        mortise_open_array(out, "mentions");
        do
            mortise_append(out, "S", part);
        while (record_next(&rest, FIELD_MENTION, &part));
        mortise_close(out);
    }
    rest = message;
    if (record_next(&rest, FIELD_REACTION, &part))
        append_reactions(out, message, own);
}

void views_people(mortise_writer out, mortise_str answer)
{
    mortise_str rest = answer, part;

    mortise_open_array(out, "people");
    while (record_next(&rest, FIELD_MEMBER, &part))
        mortise_append(out, "{id:s, name:s, role:s, online:b}",
                       record_text(part, FIELD_USER),
                       record_text(part, FIELD_NAME),
                       views_role((enum role)record_int(part, FIELD_ROLE)),
                       people_online(record_text(part, FIELD_USER)));
    mortise_close(out);
    mortise_append(out, "more:b", (int)record_int(answer, FIELD_MORE));
}
