/* SPDX-License-Identifier: MIT */
/*
 * Who else may say who somebody is: the setting `issuers`. Each has a name,
 * which its users' ids begin with; what its tokens have to say; and its keys,
 * which are in the settings or in a file. Files are looked at again and again,
 * so that keys change without a reload. For the loop alone.
 */
#ifndef AUTH_ISSUERS_H
#define AUTH_ISSUERS_H

#include <stdint.h>
#include <sys/stat.h>

#include <mortise/plugin.h>

#include "issuers/key_set.h"

enum { ISSUERS_MAX = 16, ISSUER_NAME_SIZE = 33, WORDS_MAX = 16 };

/* A setting that is one text or several. */
struct words {
    const char *words[WORDS_MAX];
    uint32_t n;
};

struct issuer {
    char name[ISSUER_NAME_SIZE];
    const char *issuer;       /* the claim `iss` */
    struct words audience;    /* one of them has to be in `aud` */
    struct words roles_claim; /* where the roles are; none: nowhere */
    struct words roles;       /* those that count; none: all of them */
    struct words name_claim;  /* where the name is; none: nowhere */
    int64_t skew_ms;          /* how wrong clocks may be */
    enum algorithm algorithm;
    struct key_set keys;
    char *file; /* of the keys; NULL: in the settings */
    bool jwks;
    struct stat seen;  /* of the file when its keys were read */
    struct stat wrong; /* of the one that was complained of last */
    bool complained;
};

/* An id of ours has no colon; that of an issuer's user is its name, a colon and
 * the claim `sub`. */
enum { SUBJECT_MAX = 160, VISITOR_SIZE = ISSUER_NAME_SIZE + 1 + SUBJECT_MAX };

/* Whether it may be a `sub`: text without controls, as the host writes ids into
 * lines of the log, and names rooms by them. NULL may not. */
bool subject_fits(const char *sub);

/* In init. 0, or an error, which has been logged. */
int issuers_read(mortise_value settings);
/* Whether there is any. */
bool issuers_any(void);
/* By the claim `iss`; NULL: tokens of this one are not taken. */
const struct issuer *issuers_find(const char *issuer);
/* Whether this can be the id of a user of one of them: its name, a colon, and
 * a claim `sub`. */
bool issuers_own(const char *user);
/* Reads the files that have changed. What is wrong is logged, once, and the
 * keys before stay. Whether any keys are others now. */
bool issuers_reread(void);
void issuers_free(void);

#endif
