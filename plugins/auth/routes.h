/* SPDX-License-Identifier: MIT */
/* The paths below /auth/, and who answers them. */
#ifndef AUTH_ROUTES_H
#define AUTH_ROUTES_H

/* In init. 0, or what mortise_http_routes() says. */
int routes_init(void);

#endif
