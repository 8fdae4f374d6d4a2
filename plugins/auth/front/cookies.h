/* SPDX-License-Identifier: MIT */
/* The cookies in which browsers keep tokens, out of the reach of scripts; when
 * they count says caller.h. */
#ifndef AUTH_COOKIES_H
#define AUTH_COOKIES_H

#include <stdbool.h>
#include <stddef.h>

#include <mortise/http.h>

#define COOKIE_ACCESS  "mortise_access"
#define COOKIE_REFRESH "mortise_refresh"
#define COOKIE_CSRF    "mortise_csrf"
#define COOKIE_DEVICE  "mortise_device"

/* A cookie of a header's value; false when it is not there, or too long, or
 * there are several of the name that differ: another host of the domain may
 * have planted one, and nobody can tell which. */
bool cookie_find(const char *header, const char *name, char *ret, size_t size);

/* With the answer: the cookies of a session, and none any more. brief: the
 * browser forgets them when it is closed. */
void cookies_set(mortise_request request, const char *session,
                 const char *access, const char *refresh, bool brief);
void cookies_clear(mortise_request request);
/* The secret by which a guest comes back to this browser; "": none any more. */
void cookie_set_device(mortise_request request, const char *device, bool brief);

#endif
