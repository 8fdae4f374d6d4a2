/* SPDX-License-Identifier: MIT */
/* The fields of what goes to a job and comes back from it. */
#ifndef AUTH_RECORD_H
#define AUTH_RECORD_H

#include <common/record.h>

enum field {
    /* Asked, and given back: who answers needs it. */
    FIELD_OP = 1, /* enum op */
    FIELD_COOKIE, /* 1: the tokens go into cookies */
    FIELD_LOGIN,  /* a name or an e-mail, normalised */
    FIELD_ADDRESS,
    FIELD_SOCKET, /* the socket that asks to be signed in */
    FIELD_SPACE,  /* the namespace of that socket */
    FIELD_OLD,    /* the session that a new one takes the place of */
    /* Asked. */
    FIELD_PASSWORD = 20,
    FIELD_FRESH,  /* the new password */
    FIELD_NAME,   /* asked, and of the user */
    FIELD_EMAIL,  /* the same */
    FIELD_TARGET, /* the session to end; the account to reset */
    FIELD_AGENT,
    FIELD_TOKEN, /* the refresh token that was shown */
    FIELD_BRIEF, /* 1: not to be kept beyond the browser; also given */
    FIELD_KEPT,  /* 1: the device's secret came in a cookie */
    /* Given. */
    FIELD_STATUS = 40, /* enum status */
    FIELD_USER,        /* asked: who asks */
    FIELD_GUEST,
    FIELD_ROLES, /* words with a space between */
    FIELD_SESSION,
    FIELD_ACCESS,
    FIELD_ACCESS_ENDS,
    FIELD_REFRESH,
    FIELD_REFRESH_ENDS,
    FIELD_DEVICE, /* asked: the device's secret */
    FIELD_ENDED,  /* ids of sessions without anything between */
    FIELD_JSON,
    FIELD_DEVICE_HASH,
    FIELD_CODE = 60, /* asked, and given to who delivers it */
    FIELD_CODE_ENDS,
    /* Of administrators (work_admin.h): asked, given, and in the rows. */
    FIELD_ACTOR = 80,    /* who asks; "": the operator */
    FIELD_ACTOR_SESSION, /* with this session */
    FIELD_WHO,           /* an id, a name or an e-mail */
    FIELD_FIND,
    FIELD_ROLE,
    FIELD_WORDS, /* roles or permissions with a space between */
    FIELD_KIND,  /* of bans; of users 1: those that are banned */
    FIELD_SUBJECT,
    FIELD_REASON,
    FIELD_UNTIL,
    FIELD_ID,
    FIELD_AFTER,
    FIELD_LIMIT,
    FIELD_WHAT,
    FIELD_BY,
    FIELD_DETAIL,
    FIELD_CREATED,
    FIELD_USED,
    FIELD_ORDER, /* the number of the audit row, which only grows */
    FIELD_ROW,   /* a record, as often as there are rows */
    FIELD_NEXT   /* where the next page begins */
};

enum op {
    OP_GUEST = 1,
    OP_REGISTER,
    OP_LOGIN,
    OP_REFRESH,
    OP_LOGOUT, /* ends the session TARGET of USER */
    OP_REVOKE, /* the same, of another one */
    OP_PASSWORD,
    OP_DELETE,
    OP_ME,
    OP_SESSIONS,
    OP_EXPORT,
    OP_PURGE,
    OP_RESET, /* a code for the account TARGET; nobody is answered */
    OP_RESET_CONFIRM,
    OP_LOGOUT_ALL,    /* all sessions of USER */
    OP_REVOKE_OTHERS, /* all but SESSION */
    /* Those of administrators; in the order of the table in admin.c. */
    OP_ADMIN_USERS = 64,
    OP_ADMIN_USER,
    OP_ADMIN_ROLES, /* what is known of roles: answered without a job */
    OP_ADMIN_SET_ROLES,
    OP_ADMIN_SET_PERMISSIONS,
    OP_ADMIN_END_SESSIONS,
    OP_ADMIN_BANS,
    OP_ADMIN_BAN,
    OP_ADMIN_UNBAN,
    OP_ADMIN_AUDIT,
    /* Of the operator alone. */
    OP_ADMIN_ADD_USER,
    OP_ADMIN_SET_PASSWORD,
    OP_ADMIN_DELETE_USER
};

/* Numbers cross a reload; the words for clients are in answers.c. */
enum status {
    STATUS_OK,
    STATUS_INTERNAL,
    STATUS_WRONG_LOGIN,
    STATUS_WRONG_PASSWORD,
    STATUS_WRONG_DEVICE,
    STATUS_WRONG_TOKEN,
    STATUS_TOKEN_REUSED,
    STATUS_NAME_TAKEN,
    STATUS_EMAIL_TAKEN,
    STATUS_NOT_FOUND,
    STATUS_SIGNED_IN, /* and the policy is one session, the first */
    STATUS_REPLACED,  /* the session has been ended by a later one */
    STATUS_WRONG_CODE,
    STATUS_BANNED = 32,
    STATUS_NOT_ALLOWED,
    STATUS_OUTRANKED, /* who asks may less than what it is about */
    STATUS_YOURSELF,  /* who asks would lock themselves out */
    STATUS_TOO_MANY,
    STATUS_BUSY /* somebody else has the database */
};

#endif
