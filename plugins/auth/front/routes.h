/* SPDX-License-Identifier: MIT */
/* What is asked by HTTP, below /auth/. */
#ifndef AUTH_ROUTES_H
#define AUTH_ROUTES_H

/* In init. 0, or what mortise_http_routes() says. */
int routes_init(void);

#include "front/caller.h"

/* Reads who asks and what: one JSON object. False: it is none, and that was
 * answered. */
bool routes_read(mortise_request request, const mortise_http *http,
                 struct caller *caller, mortise_value *ret);

#endif
