/* SPDX-License-Identifier: MIT */
/* A session in the words of mortise/identity.h: the user, until the access
 * token ends, with what it is and may (permits.h) as roles. */
#ifndef AUTH_WHO_H
#define AUTH_WHO_H

#include <mortise/identity.h>

#include "access/grants.h"

struct who {
    mortise_identity identity; /* points into the rest */
    struct permits permits;
};

/* Good as long as the session, and where it is. */
void who_of(const struct session *session, struct who *ret);

#endif
