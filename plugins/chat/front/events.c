/* SPDX-License-Identifier: MIT */
/* What is said, both ways. */
#include <mortise/contract.h>

#include "chat.h"
#include "filter/wordlist.h"
#include "front/events_moderation.h"
#include "messages/messages.h"
#include "people/caller.h"
#include "people/presence.h"
#include "people/typing.h"
#include "people/typists.h"
#include "rooms/rooms.h"

#define ROOM                                                                   \
    {                                                                          \
        "room", MORTISE_STRING, .min = 1, .max = ROOM_MAX                      \
    }
#define USER                                                                   \
    {                                                                          \
        "user", MORTISE_STRING, .min = 1, .max = USER_MAX,                     \
                                .description = "An id, or \"@\" and a name."   \
    }
#define MESSAGE                                                                \
    {                                                                          \
        "id", MORTISE_INTEGER, .min = 1, .max = 9e15                           \
    }
#define TEXT                                                                   \
    {                                                                          \
        "text", MORTISE_STRING, .min = 1, .max = TEXT_MAX                      \
    }
#define OWN_NAME                                                               \
    {                                                                          \
        "name", MORTISE_STRING, MORTISE_OPTIONAL,                              \
            .min = 1, .max = NAME_MAX_LENGTH,                                  \
            .description =                                                     \
                "Of who has no account: how they want to be called."           \
    }

/* --- what clients ask */

static const mortise_field hello[] = {OWN_NAME};
static const mortise_field join[] = {ROOM, OWN_NAME};
static const mortise_field room[] = {ROOM};
static const mortise_field create[] = {
    {"name", MORTISE_STRING, .min = 1, .max = ROOM_MAX},
    {"topic", MORTISE_STRING, MORTISE_OPTIONAL, .max = TOPIC_MAX},
};
static const mortise_field invite[] = {ROOM, USER};
static const mortise_field direct[] = {USER};
static const mortise_field topic[] = {
    ROOM, {"topic", MORTISE_STRING, .min = 0, .max = TOPIC_MAX}};
static const mortise_field role[] = {
    ROOM, USER, {"role", MORTISE_STRING, .one_of = "member|moderator|owner"}};
static const mortise_field who[] = {
    ROOM,
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = 1e6,
     .description = "How many to pass over."},
    {"name", MORTISE_STRING, MORTISE_OPTIONAL, .min = 1, .max = NAME_MAX_LENGTH,
     .description = "How their names begin."}};
static const mortise_field rooms[] = {
    {"after", MORTISE_STRING, MORTISE_OPTIONAL, .max = ROOM_MAX,
     .description = "The last one that is known."},
    {"find", MORTISE_STRING, MORTISE_OPTIONAL, .min = 1, .max = ROOM_MAX,
     .description = "Part of their names or topics; A to Z without regard to "
                    "case."}};
static const mortise_field say[] = {
    ROOM,
    TEXT,
    {"key", MORTISE_STRING, MORTISE_OPTIONAL, .min = 1, .max = KEY_MAX,
     .description = "A new one for each message: a repeat of the same is "
                    "answered as the first, and said once."},
    {"reply", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 9e15,
     .description = "The message that this answers."},
};
static const mortise_field edit[] = {MESSAGE, TEXT};
static const mortise_field delete_message[] = {
    MESSAGE,
    {"reason", MORTISE_STRING, MORTISE_OPTIONAL, .max = REASON_MAX},
};
static const mortise_field history[] = {
    ROOM,
    {"before", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 9e15,
     .description = "The page before this message."},
    {"after", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = 9e15,
     .description = "The page behind this message."},
    {"around", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 9e15,
     .description = "A page with this message in its middle."},
    {"since", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 0, .max = 9e15,
     .description = "All that is new or has changed since this `rev`."},
    {"limit", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = PAGE_MAX,
     .description = "50 without it."},
};
static const mortise_field search[] = {
    ROOM,
    {"text", MORTISE_STRING, .min = 2, .max = 100,
     .description = "Part of a message; A to Z without regard to case."},
    {"before", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 9e15,
     .description = "To go on: what the last answer says."},
};
static const mortise_field read[] = {ROOM, MESSAGE};
static const mortise_field react[] = {
    MESSAGE,
    {"emoji", MORTISE_STRING, .min = 1, .max = EMOJI_MAX},
    {"on", MORTISE_BOOL, MORTISE_OPTIONAL, .description = "Yes without it."},
};
static const mortise_field typing[] = {
    ROOM,
    {"typing", MORTISE_BOOL, MORTISE_OPTIONAL,
     .description = "Yes without it. To be repeated every few seconds."},
};

/* --- what they are answered */

static const mortise_field ok[] = {{"ok", MORTISE_BOOL}};
static const mortise_field with[] = {
    {"id", MORTISE_STRING}, {"name", MORTISE_STRING}, {"online", MORTISE_BOOL}};
static const mortise_field mute[] = {
    {"until", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "Milliseconds since 1970; null: until it is lifted."},
    {"reason", MORTISE_STRING},
};
#define INFO                                                                   \
    {"room", MORTISE_STRING, .description = "How it is addressed."},           \
        {"name", MORTISE_STRING, .description = "How it is called."},          \
        {"kind", MORTISE_STRING, .one_of = "public|private|direct"},           \
        {"topic", MORTISE_STRING},                                             \
        {"role", MORTISE_STRING, .one_of = "member|moderator|owner"},          \
        {"members", MORTISE_INTEGER},                                          \
        {"slow", MORTISE_INTEGER,                                              \
         .description = "Seconds between two messages of one member."},        \
        {"last", MORTISE_INTEGER, .description = "Its last message, or 0."},   \
        {"rev", MORTISE_INTEGER,                                               \
         .description = "What comes later has a greater one."},                \
        {"read", MORTISE_INTEGER,                                              \
         .description = "The last message that was read."},                    \
        {"unread", MORTISE_INTEGER, .description = "Counted up to 1000."},     \
        {"mentions", MORTISE_INTEGER,                                          \
         .description = "Of the unread ones, those that mention you."},        \
        {"unlisted", MORTISE_BOOL, MORTISE_OPTIONAL,                           \
         .description = "It passes by."},                                      \
        {"muted", MORTISE_OBJECT, MORTISE_OPTIONAL, MORTISE_NESTED(mute),      \
         .description = "You say nothing there."},                             \
    {                                                                          \
        "with", MORTISE_OBJECT, MORTISE_OPTIONAL, MORTISE_NESTED(with),        \
            .description = "The other one of two."                             \
    }
static const mortise_field info[] = {INFO};
static const mortise_field each_info[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(info)}};
static const mortise_field person[] = {
    {"id", MORTISE_STRING},
    {"name", MORTISE_STRING},
    {"role", MORTISE_STRING, .one_of = "member|moderator|owner"},
    {"online", MORTISE_BOOL},
};
static const mortise_field each_person[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(person)}};
static const mortise_field named[] = {{"id", MORTISE_STRING},
                                      {"name", MORTISE_STRING}};
static const mortise_field each_named[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(named)}};
static const mortise_field you[] = {
    {"id", MORTISE_STRING},
    {"name", MORTISE_STRING},
    {"guest", MORTISE_BOOL, .description = "Has no account."},
    {"moderator", MORTISE_BOOL, .description = "May moderate everywhere."},
};
static const mortise_field invited[] = {
    {"room", MORTISE_STRING, .description = "To be joined."},
    {"name", MORTISE_STRING},
    {"by", MORTISE_OBJECT, MORTISE_NESTED(named)},
};
static const mortise_field each_invited[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(invited)}};
static const mortise_field greeted[] = {
    {"ok", MORTISE_BOOL},
    {"you", MORTISE_OBJECT, MORTISE_NESTED(you)},
    {"rooms", MORTISE_ARRAY, MORTISE_NESTED(each_info)},
    {"invites", MORTISE_ARRAY, MORTISE_NESTED(each_invited),
     .description = "Rooms to be joined, or left."},
    {"ignored", MORTISE_ARRAY, MORTISE_NESTED(each_named)},
};
static const mortise_field entered[] = {
    {"ok", MORTISE_BOOL},
    {"room", MORTISE_STRING},
    {"you", MORTISE_STRING, .description = "Your id."},
    {"name", MORTISE_STRING, .description = "Your name."},
    {"info", MORTISE_OBJECT, MORTISE_NESTED(info)},
    {"people", MORTISE_ARRAY, MORTISE_NESTED(each_person)},
    {"more", MORTISE_BOOL},
};
static const mortise_field opened[] = {
    {"ok", MORTISE_BOOL},
    {"room", MORTISE_STRING},
    {"info", MORTISE_OBJECT, MORTISE_NESTED(info)},
};
static const mortise_field present[] = {
    {"ok", MORTISE_BOOL},
    {"room", MORTISE_STRING},
    {"people", MORTISE_ARRAY, MORTISE_NESTED(each_person)},
    {"more", MORTISE_BOOL},
};
static const mortise_field listed[] = {
    {"room", MORTISE_STRING},
    {"topic", MORTISE_STRING},
    {"members", MORTISE_INTEGER},
};
static const mortise_field each_listed[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(listed)}};
static const mortise_field list[] = {
    {"ok", MORTISE_BOOL},
    {"rooms", MORTISE_ARRAY, MORTISE_NESTED(each_listed)},
    {"more", MORTISE_BOOL},
};
static const mortise_field accepted[] = {
    {"ok", MORTISE_BOOL},
    {"room", MORTISE_STRING},
    {"id", MORTISE_INTEGER, .description = "The message's number."},
    {"time", MORTISE_INTEGER, .description = "Milliseconds since 1970."},
};
static const mortise_field changed[] = {
    {"ok", MORTISE_BOOL},
    {"id", MORTISE_INTEGER},
    {"rev", MORTISE_INTEGER},
};
static const mortise_field marked[] = {
    {"ok", MORTISE_BOOL},          {"room", MORTISE_STRING},
    {"read", MORTISE_INTEGER},     {"unread", MORTISE_INTEGER},
    {"mentions", MORTISE_INTEGER},
};

static const mortise_field reaction[] = {
    {"emoji", MORTISE_STRING},
    {"count", MORTISE_INTEGER},
    {"mine", MORTISE_BOOL, MORTISE_OPTIONAL, .description = "In a history."},
};
static const mortise_field each_reaction[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(reaction)}};
static const mortise_field each_id[] = {{NULL, MORTISE_STRING}};
static const mortise_field message[] = {
    {"room", MORTISE_STRING},
    {"id", MORTISE_INTEGER, .description = "Greater than those before it."},
    {"rev", MORTISE_INTEGER,
     .description = "Greater than all that happened to messages before."},
    {"from", MORTISE_STRING, .description = "The writer's id."},
    {"name", MORTISE_STRING, .description = "Their name when they wrote it."},
    {"text", MORTISE_STRING},
    {"time", MORTISE_INTEGER, .description = "Milliseconds since 1970."},
    {"edited", MORTISE_INTEGER, MORTISE_OPTIONAL, .description = "When."},
    {"deleted", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "When; its text is empty."},
    {"reply", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "The message that it answers."},
    {"mentions", MORTISE_ARRAY, MORTISE_OPTIONAL, MORTISE_NESTED(each_id),
     .description = "Ids of members."},
    {"reactions", MORTISE_ARRAY, MORTISE_OPTIONAL,
     MORTISE_NESTED(each_reaction)},
};
static const mortise_field each_message[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(message)}};
static const mortise_field page[] = {
    {"ok", MORTISE_BOOL},
    {"room", MORTISE_STRING},
    {"messages", MORTISE_ARRAY, MORTISE_NESTED(each_message),
     .description = "By id; with `since`, by `rev`."},
    {"more", MORTISE_BOOL,
     .description = "Whether there is more in that direction; with `around`, "
                    "before it."},
    {"newer", MORTISE_BOOL, MORTISE_OPTIONAL,
     .description = "With `around`: whether there is more behind it."},
    {"before", MORTISE_INTEGER, MORTISE_OPTIONAL,
     .description = "Of a search: where to go on."},
};

/* --- what they are told */

static const mortise_field came[] = {
    {"room", MORTISE_STRING}, {"id", MORTISE_STRING}, {"name", MORTISE_STRING}};
static const mortise_field new_topic[] = {{"room", MORTISE_STRING},
                                          {"topic", MORTISE_STRING},
                                          {"by", MORTISE_STRING}};
static const mortise_field new_role[] = {
    {"room", MORTISE_STRING},
    {"id", MORTISE_STRING},
    {"role", MORTISE_STRING, .one_of = "member|moderator|owner"}};
static const mortise_field deleted[] = {
    {"room", MORTISE_STRING},
    {"id", MORTISE_INTEGER},
    {"rev", MORTISE_INTEGER},
    {"by", MORTISE_STRING},
    {"reason", MORTISE_STRING, .description = "Of a moderator."},
};
static const mortise_field reacted[] = {
    {"room", MORTISE_STRING},
    {"id", MORTISE_INTEGER},
    {"rev", MORTISE_INTEGER},
    {"by", MORTISE_STRING},
    {"emoji", MORTISE_STRING},
    {"on", MORTISE_BOOL},
    {"count", MORTISE_INTEGER, .description = "How many there are now."},
};
static const mortise_field elsewhere[] = {
    {"room", MORTISE_STRING},
    {"read", MORTISE_INTEGER},
    {"unread", MORTISE_INTEGER},
    {"mentions", MORTISE_INTEGER},
};
static const mortise_field seen[] = {{"room", MORTISE_STRING},
                                     {"id", MORTISE_STRING},
                                     {"read", MORTISE_INTEGER}};
static const mortise_field is_typing[] = {{"room", MORTISE_STRING},
                                          {"id", MORTISE_STRING},
                                          {"name", MORTISE_STRING},
                                          {"typing", MORTISE_BOOL}};
static const mortise_field is_there[] = {
    {"id", MORTISE_STRING}, {"name", MORTISE_STRING}, {"online", MORTISE_BOOL}};

static const mortise_field erased[] = {{"id", MORTISE_STRING}};

#define ASKED(rate, most)                                                      \
    .ack = MORTISE_ACK_REQUIRED, .per_second = (rate), .burst = (most),        \
    .per = MORTISE_PER_USER

static const mortise_handler handlers[] = {
    {MORTISE_CONNECT, caller_on_connect},
    {MORTISE_DISCONNECTING, presence_on_disconnecting},
    {"hello", rooms_on_hello,
     .contract = MORTISE_MEMBERS(
         hello, ASKED(1, 20), MORTISE_ANSWER(greeted),
         .description = "The first thing: from now on this socket hears all "
                        "rooms of its user.")},
    {"join", rooms_on_join,
     .contract = MORTISE_MEMBERS(
         join, ASKED(2, 40), MORTISE_ANSWER(entered),
         .description = "Becomes a member. A public room that is not there is "
                        "made.")},
    {"leave", rooms_on_leave,
     .contract = MORTISE_MEMBERS(room, ASKED(2, 40), MORTISE_ANSWER(ok))},
    {"create", rooms_on_create,
     .contract = MORTISE_MEMBERS(create, ASKED(0.2, 10), MORTISE_ANSWER(opened),
                                 .description = "Makes a private room.")},
    {"invite", rooms_on_invite,
     .contract = MORTISE_MEMBERS(invite, ASKED(1, 20), MORTISE_ANSWER(ok))},
    {"direct", rooms_on_direct,
     .contract = MORTISE_MEMBERS(
         direct, ASKED(0.5, 10), MORTISE_ANSWER(opened),
         .description = "The room of two, made when it is not there.")},
    {"topic", rooms_on_topic,
     .contract = MORTISE_MEMBERS(topic, ASKED(0.5, 5), MORTISE_ANSWER(ok))},
    {"role", rooms_on_role,
     .contract = MORTISE_MEMBERS(role, ASKED(1, 10), MORTISE_ANSWER(ok))},
    {"who", rooms_on_who,
     .contract = MORTISE_MEMBERS(who, ASKED(2, 20), MORTISE_ANSWER(present),
                                 .description = "Members, by when they came.")},
    {"rooms", rooms_on_rooms,
     .contract = MORTISE_MEMBERS(rooms, ASKED(1, 10), MORTISE_ANSWER(list),
                                 .description = "Public rooms, by name.")},
    {"say", messages_on_say,
     .contract = MORTISE_MEMBERS(say, ASKED(5, 50), MORTISE_ANSWER(accepted))},
    {"edit", messages_on_edit,
     .contract = MORTISE_MEMBERS(edit, ASKED(2, 20), MORTISE_ANSWER(changed))},
    {"delete", messages_on_delete,
     .contract =
         MORTISE_MEMBERS(delete_message, ASKED(5, 50), MORTISE_ANSWER(changed),
                         .description = "One's own, or as a moderator.")},
    {"history", messages_on_history,
     .contract = MORTISE_MEMBERS(
         history, ASKED(5, 50), MORTISE_ANSWER(page),
         .description = "A page of a room; without a place the newest.")},
    {"search", messages_on_search,
     .contract = MORTISE_MEMBERS(
         search, ASKED(1, 10), MORTISE_ANSWER(page),
         .description = "Looks at 10000 messages at a time, the latest first, "
                        "for up to 50.")},
    {"read", messages_on_read,
     .contract = MORTISE_MEMBERS(
         read, ASKED(5, 50), MORTISE_ANSWER(marked),
         .description = "Everything up to this message was read.")},
    {"react", messages_on_react,
     .contract = MORTISE_MEMBERS(react, ASKED(3, 30), MORTISE_ANSWER(changed))},
    {"typing", typing_on_typing,
     .contract = MORTISE_MEMBERS(typing, .per_second = 2, .burst = 10,
                                 .per = MORTISE_PER_USER, MORTISE_ANSWER(ok))},
    MODERATION_EVENTS,
};

static const mortise_handler timers[] = {
    {"gone", presence_on_gone},
    {"typing", typists_on_end},
    {"clean", chat_on_clean},
    {"words", wordlist_on_look},
};

static const mortise_handler emits[] = {
    {"room",
     .contract = MORTISE_MEMBERS(info, .description = "A new one of yours.")},
    {"joined", .contract = MORTISE_MEMBERS(came)},
    {"left", .contract = MORTISE_MEMBERS(came)},
    {"invited", .contract = MORTISE_MEMBERS(invited)},
    {"topic", .contract = MORTISE_MEMBERS(new_topic)},
    {"role", .contract = MORTISE_MEMBERS(new_role)},
    {"said", .contract = MORTISE_MEMBERS(message)},
    {"edited", .contract = MORTISE_MEMBERS(message)},
    {"deleted", .contract = MORTISE_MEMBERS(deleted)},
    {"reacted", .contract = MORTISE_MEMBERS(reacted)},
    {"read", .contract = MORTISE_MEMBERS(
                 elsewhere, .description = "On another of your devices.")},
    {"seen", .contract = MORTISE_MEMBERS(
                 seen, .description = "How far another member has read.")},
    {"typing", .contract = MORTISE_MEMBERS(is_typing)},
    {"presence", .contract = MORTISE_MEMBERS(is_there)},
    {"erased", .contract = MORTISE_MEMBERS(
                   erased, .description = "All that this user has written.")},
    MODERATION_EMITS,
};

MORTISE_PLUGIN("chat", "1.0.0", .init = chat_init, .fini = chat_fini,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .emits = MORTISE_TABLE(emits),
               .state = &chat_state,
               .description = "Rooms in which people talk, with a history.");
