/* SPDX-License-Identifier: MIT */
/* What is asked by HTTP, below /auth/. */
#ifndef AUTH_ROUTES_H
#define AUTH_ROUTES_H

/* In init. 0, or what mortise_http_routes() says. */
int routes_init(void);

#endif
