/* SPDX-License-Identifier: MIT */
/* The pins of mortise/http.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/http.h>

/* clang-format off */

PIN_ID(http, "mortise.http/1");

PIN_TYPE(mortise_request, uint64_t);
PIN_TYPE(mortise_http, struct mortise_http);
PIN_TYPE(mortise_http_call, void (uint64_t, const struct mortise_http *));
PIN_TYPE(mortise_route, struct mortise_route);

PIN_SIZE_MIN(struct mortise_http, 64);
PIN(struct mortise_http, size, 0, uint32_t);
PIN(struct mortise_http, secure, 4, uint32_t);
PIN(struct mortise_http, method, 8, const char *);
PIN(struct mortise_http, path, 16, const char *);
PIN(struct mortise_http, query, 24, const char *);
PIN(struct mortise_http, peer, 32, const char *);
PIN(struct mortise_http, body, 40, struct mortise_str);
PIN(struct mortise_http, handshake, 56, uint32_t);

PIN_SIZE_MIN(struct mortise_route, 40);
PIN(struct mortise_route, method, 0, const char *);
PIN(struct mortise_route, path, 8, const char *);
PIN(struct mortise_route, call, 16,
    void (*)(uint64_t, const struct mortise_http *));
PIN(struct mortise_route, body_max, 24, uint64_t);
PIN(struct mortise_route, timeout, 32, int64_t);

PIN_SIZE_MIN(struct mortise_http_table, 80);
PIN(struct mortise_http_table, size, 0, uint32_t);
PIN(struct mortise_http_table, routes, 8,
    int (*)(host, const struct mortise_route *, uint32_t, uint32_t));
PIN(struct mortise_http_table, text, 16,
    const char *(*)(host, uint64_t, uint32_t, const char *));
PIN(struct mortise_http_table, body, 24,
    struct mortise_str (*)(host, uint64_t));
PIN(struct mortise_http_table, body_json, 32, value (*)(host, uint64_t));
PIN(struct mortise_http_table, header, 40,
    int (*)(host, uint64_t, const char *, const char *));
PIN(struct mortise_http_table, cookie, 48,
    int (*)(host, uint64_t, const char *, const char *, int64_t, uint32_t));
PIN(struct mortise_http_table, answer, 56,
    int (*)(host, uint64_t, int, const char *, struct mortise_str));
PIN(struct mortise_http_table, json, 64,
    int (*)(host, uint64_t, int, const char *, ...));
PIN(struct mortise_http_table, refuse, 72,
    int (*)(host, uint64_t, const char *));

PIN_VALUE(MORTISE_HTTP_PARAM, 0);
PIN_VALUE(MORTISE_HTTP_QUERY, 1);
PIN_VALUE(MORTISE_HTTP_HEADER, 2);
PIN_VALUE(MORTISE_HTTP_COOKIE, 3);
PIN_VALUE(MORTISE_HTTP_FORM, 4);
PIN_VALUE(MORTISE_COOKIE_SCRIPT, 1);
PIN_VALUE(MORTISE_COOKIE_SECURE, 2);
PIN_VALUE(MORTISE_COOKIE_STRICT, 4);
PIN_VALUE(MORTISE_COOKIE_ANY_SITE, 8);

PIN_TEXT(MORTISE_HTTP_BEFORE, "\xff" "before");
PIN_TEXT(MORTISE_HTTP_ALLOW, "\xff" "allow");
