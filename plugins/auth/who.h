/* SPDX-License-Identifier: MIT */
/* A session in the words of mortise/identity.h: the user, until the access
 * token ends, with the role "guest" or "user" and those of the account. */
#ifndef AUTH_WHO_H
#define AUTH_WHO_H

#include <mortise/identity.h>

#include "sessions.h"

enum { WHO_ROLES_MAX = 32 };

struct who {
    mortise_identity identity; /* points into the rest */
    const char *roles[WHO_ROLES_MAX];
    char words[ROLES_SIZE];
};

/* Good as long as the session, and where it is. */
void who_of(const struct session *session, struct who *ret);

#endif
