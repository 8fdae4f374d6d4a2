/* SPDX-License-Identifier: MIT */
/*
 * What the loop and the jobs say to each other: records (common/record.h) of
 * these fields. They cross a reload, so no number is ever used for anything
 * else.
 */
#ifndef CHAT_FIELDS_H
#define CHAT_FIELDS_H

#include <common/record.h>

enum field {
    /* Who asks, in every operation. */
    FIELD_USER = 1,
    FIELD_NAME,
    FIELD_GUEST,     /* 1: has no account */
    FIELD_ANONYMOUS, /* 1: has no identity but the connection */
    FIELD_POWERS,    /* 1: may moderate everywhere */
    FIELD_SOCKET,
    FIELD_OP, /* of a read */
    /* What for. */
    FIELD_ROOM = 20, /* its address */
    FIELD_TEXT,
    FIELD_KEY,    /* the client's, of a message */
    FIELD_REPLY,  /* the message that is answered */
    FIELD_ID,     /* of a message */
    FIELD_TARGET, /* another user */
    FIELD_TOPIC,
    FIELD_TITLE, /* a room's name, for people */
    FIELD_SECONDS,
    FIELD_REASON,
    FIELD_EMOJI,
    FIELD_ON,
    FIELD_ROLE,
    FIELD_BEFORE,
    FIELD_AFTER,
    FIELD_AROUND,
    FIELD_SINCE,
    FIELD_LIMIT,
    FIELD_WHAT,
    FIELD_FILTERED, /* 1: the filter refuses the text */
    FIELD_ORDER,    /* 1: of the operator, by a command */
    /* What came of it. */
    FIELD_KIND = 60, /* enum room_kind */
    FIELD_TIME,
    FIELD_REV,
    FIELD_MESSAGE,  /* a record: list of them */
    FIELD_MEMBER,   /* a record: list of them */
    FIELD_INFO,     /* a record about a room: list of them */
    FIELD_MENTION,  /* a user's id: list of them */
    FIELD_REACTION, /* a record: list of them */
    FIELD_IGNORED,  /* a record: list of them */
    FIELD_MORE,     /* 1: there is more of it */
    FIELD_REPEATED, /* 1: it was done before */
    FIELD_COUNT,
    FIELD_UNTIL,
    FIELD_LAST, /* the last message of a room */
    FIELD_READ, /* the last that was read */
    FIELD_UNREAD,
    FIELD_MENTIONED, /* how many unread ones mention the asker */
    FIELD_MEMBERS,
    FIELD_SLOW,
    FIELD_EDITED,
    FIELD_DELETED,
    FIELD_BY,
    FIELD_TARGET_NAME,
    FIELD_RECEIPT,   /* 1: the others in the room may know */
    FIELD_ENTRY,     /* a record: list of something else */
    FIELD_HEIR,      /* a user who owns the room from now on */
    FIELD_MODERATOR, /* a user's id: list of those who are told */
    FIELD_REPORT,    /* its number */
    FIELD_MUTED,     /* 1: with FIELD_UNTIL and FIELD_REASON */
    /* Of a read: what was asked, and what came of it. */
    FIELD_ASK = 120,
    FIELD_STATUS,
    FIELD_ANSWER
};

/* Operations that write, and reads. */
enum op {
    OP_HELLO = 1,
    OP_JOIN,
    OP_LEAVE,
    OP_CREATE,
    OP_INVITE,
    OP_DIRECT,
    OP_TOPIC,
    OP_ROLE,
    OP_SAY,
    OP_EDIT,
    OP_DELETE,
    OP_READ,
    OP_REACT,
    OP_FORGET, /* an anonymous user has gone */
    OP_CLEAN,  /* from time to time */
    OP_START,  /* before the first of a server's clients */
    OP_ERASE,  /* all there is about a user */
    /* Moderation. */
    OP_MUTE = 30,
    OP_UNMUTE,
    OP_KICK,
    OP_BAN,
    OP_UNBAN,
    OP_SLOW,
    OP_REPORT,
    OP_RESOLVE,
    OP_IGNORE,
    OP_UNIGNORE,
    /* Reads. */
    OP_HISTORY = 60,
    OP_WHO,
    OP_ROOMS,
    OP_TRACE,
    OP_REPORTS,
    OP_LOG,
    OP_SEARCH,
    OP_SANCTIONS,
    OP_TYPING /* whether somebody may be seen typing */
};

enum room_kind { ROOM_PUBLIC, ROOM_PRIVATE, ROOM_DIRECT };

enum sanction {
    SANCTION_MUTE = 1,
    SANCTION_BAN,
    SANCTION_SLOW /* who has left a slow room has not got round it */
};

enum role { ROLE_NONE, ROLE_MEMBER, ROLE_MODERATOR, ROLE_OWNER };

/* Why something is refused; the words are in answers.c. */
enum refusal {
    REFUSED_NO_ROOM = 1,
    REFUSED_NOT_IN_ROOM,
    REFUSED_ROOM_NAME,
    REFUSED_NO_NEW_ROOMS,
    REFUSED_ROOM_FULL,
    REFUSED_TOO_MANY_ROOMS,
    REFUSED_NAME_TAKEN,
    REFUSED_BAD_NAME,
    REFUSED_NO_USER,
    REFUSED_NO_MESSAGE,
    REFUSED_NOT_YOURS,
    REFUSED_TOO_LATE,
    REFUSED_DELETED,
    REFUSED_EMPTY,
    REFUSED_MUTED,
    REFUSED_BANNED,
    REFUSED_SLOW,
    REFUSED_FILTERED,
    REFUSED_POWER,
    REFUSED_TOO_MANY,
    REFUSED_DIRECT,
    REFUSED_YOURSELF,
    REFUSED_LOGIN,
    REFUSED_BUSY,
    REFUSED_UNAVAILABLE,
    REFUSED_NO_REPORT,
    REFUSED_COUNT
};

/* Bounds that contracts have too. */
enum {
    ROOM_MAX = 60, /* characters; in bytes what a room of the host may have */
    NAME_MAX_LENGTH = 32,
    TOPIC_MAX = 250,
    TEXT_MAX = 4000,
    KEY_MAX = 64,
    EMOJI_MAX = 16,
    REASON_MAX = 250,
    SECONDS_MAX = 10 * 365 * 24 * 3600, /* of a sanction */
    SLOW_MAX = 6 * 3600,
    USER_MAX = 200,
    PAGE_MAX = 100,
    MENTIONS_MAX = 20,
    MODERATORS_MAX = 100, /* who are told of what one of them does */
    UTF8_MAX = 4,
    ROOM_SIZE = ROOM_MAX * UTF8_MAX + 1,
    NAME_SIZE = NAME_MAX_LENGTH * UTF8_MAX + 1,
    USER_SIZE = USER_MAX + 1
};

#endif
