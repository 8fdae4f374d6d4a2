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
    FIELD_CODE = 60, /* asked, and given to who delivers it */
    FIELD_CODE_ENDS
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
    OP_RESET_CONFIRM
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
    STATUS_WRONG_CODE
};

#endif
