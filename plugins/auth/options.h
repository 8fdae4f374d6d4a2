/* SPDX-License-Identifier: MIT */
/*
 * The settings. Read in init and never changed afterwards, so jobs may read
 * them on other threads.
 */
#ifndef AUTH_OPTIONS_H
#define AUTH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <mortise/plugin.h>

/* What is counted apart by rates.h. */
enum rate {
    RATE_LOGIN,
    RATE_REGISTER,
    RATE_GUEST,
    RATE_REFRESH,
    RATE_PASSWORD, /* also deleting the account */
    RATE_RESET,
    RATE_TOKEN, /* of another issuer, not good */
    RATE_OTHER,
    RATE_COUNT
};

/* Who may join a namespace. */
enum admit { ADMIT_ANYONE, ADMIT_GUEST, ADMIT_USER, ADMIT_ROLE };

struct gate {
    char *pattern;
    enum admit admit;
    char *role; /* for ADMIT_ROLE */
};

/* How many sessions a user has, or sockets in a namespace: any number; one, the
 * last; one, the first. */
enum policy { POLICY_MANY, POLICY_REPLACE, POLICY_REFUSE };

enum { SECRET_SIZE = 129, OLD_SECRETS_MAX = 4 };

struct options {
    char *database;
    char secret[SECRET_SIZE];
    char old_secrets[OLD_SECRETS_MAX][SECRET_SIZE]; /* still good */
    uint32_t old_secret_count;
    bool development, guests, secure_cookies;
    bool cookie_tokens;     /* pages are told the token that their cookie has */
    int64_t memory, passes; /* of Argon2id: KiB, rounds */
    int64_t password_min, password_max;               /* characters */
    int64_t access_ms, refresh_ms, warn_ms, audit_ms; /* lifetimes */
    int64_t repeat_ms; /* so long a refresh token that was used is answered */
    int64_t brief_ms;  /* the refresh token of a session that is not kept */
    int64_t guest_ms;  /* without a visit, and a guest is gone; 0: never */
    int64_t sessions_per_user, sessions_max;
    enum policy sessions_policy, sockets_policy;
    int64_t tries, address_tries, delay_ms, delay_max_ms; /* lockout.h */
    int64_t code_ms, code_tries, codes_an_hour;           /* codes.h */
    double rates[RATE_COUNT];                             /* a minute */
    struct gate *gates;
    uint32_t gate_count;
    struct gate otherwise; /* for namespaces that no gate names */
};

extern struct options options;

/* In init. 0, or an error, which has been logged. */
int options_read(mortise_value settings);
/* The gate of a namespace: the first whose pattern fits. */
const struct gate *options_gate(const char *name_space);
void options_free(void);

#endif
