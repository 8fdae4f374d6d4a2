/* SPDX-License-Identifier: MIT */
/* What is asked by HTTP: the handlers of the table in routes.c. */
#ifndef AUTH_HTTP_H
#define AUTH_HTTP_H

#include "front/caller.h"

mortise_http_call http_on_any, http_on_guest, http_on_register, http_on_login,
    http_on_refresh, http_on_logout, http_on_password, http_on_reset,
    http_on_reset_confirm, http_on_me, http_on_delete, http_on_export,
    http_on_sessions, http_on_end_all, http_on_end_others, http_on_revoke;

/* Reads who asks and what: one JSON object. False: it is none, and that was
 * answered. */
bool http_read(mortise_request request, const mortise_http *http,
               struct caller *caller, mortise_value *ret);

#endif
