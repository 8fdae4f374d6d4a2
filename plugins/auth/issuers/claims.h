/* SPDX-License-Identifier: MIT */
/* What a token of another issuer says, as it counts here. */
#ifndef AUTH_CLAIMS_H
#define AUTH_CLAIMS_H

#include "issuers/issuers.h"
#include "issuers/jwt.h"
#include "store/store.h"

struct claims {
    char user[VISITOR_SIZE];
    char name[NAME_SIZE];   /* as it can be shown; "": it says none */
    char roles[ROLES_SIZE]; /* words with a space between */
    int64_t ends;           /* ms since 1970: `exp`, and the skew */
};

/*
 * Reads a token, checks its claims at this time, and last its signature. NULL;
 * else what is wrong with it. Needed are iss, aud, exp and sub; nbf and iat are
 * checked where they are. Roles whose names would be none here are left out,
 * and those beyond ROLES_SIZE.
 */
const char *claims_read(const char *token, int64_t now, struct claims *ret);

#endif
