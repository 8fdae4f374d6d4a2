/* SPDX-License-Identifier: MIT */
#include "engineio/cors.h"

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Cuts scheme "://" off; the rest is left in *rest. An empty scheme when there
 * is none. */
static struct str cut_scheme(struct str *rest)
{
    size_t n = str_find(*rest, ':');
    if (n + 3 > rest->n || memcmp(rest->p + n, "://", 3) != 0)
        return (struct str){NULL, 0};
    struct str scheme = str_of(rest->p, n);
    *rest = str_of(rest->p + n + 3, rest->n - n - 3);
    return scheme;
}

/* RFC 3986, 3.1. */
static bool scheme_valid(struct str s)
{
    if (s.n == 0 || !is_alpha(s.p[0]))
        return false;
    for (size_t i = 1; i < s.n; i++) {
        char c = s.p[i];
        if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
            return false;
    }
    return true;
}

bool cors_origin_valid(struct str origin)
{
    if (str_eq(origin, STR("null")))
        return true;
    if (!scheme_valid(cut_scheme(&origin)))
        return false;
    /* What a host and a port are made of; nothing at all behind "file://". */
    for (size_t i = 0; i < origin.n; i++) {
        char c = origin.p[i];
        if (!is_alpha(c) && !is_digit(c) && (c == 0 || !strchr("-._~:[]%", c)))
            return false;
    }
    return true;
}

static struct str without_port(struct str host, struct str port)
{
    return str_ends(host, port) ? str_of(host.p, host.n - port.n) : host;
}

/*
 * Whether an origin is the one that the request itself is addressed to. A
 * server that speaks plain HTTP may stand behind a proxy that speaks TLS, so
 * there an origin with "https" is its own too; never the other way round.
 */
static bool is_own_host(const struct http_head *head, struct str origin,
                        bool secure)
{
    struct str host = http_header_get(head, STR("Host"));
    struct str scheme = cut_scheme(&origin);
    bool https = str_eq_nocase(scheme, STR("https"));
    if (host.n == 0 || (!https && !str_eq_nocase(scheme, STR("http"))))
        return false;
    if (secure && !https)
        return false;
    struct str port = https ? STR(":443") : STR(":80");
    return str_eq_nocase(without_port(host, port), without_port(origin, port));
}

static bool ends_nocase(struct str s, struct str end)
{
    return s.n >= end.n && str_eq_nocase(str_of(s.p + s.n - end.n, end.n), end);
}

/* "host:80" less its port, if it has one. */
static struct str without_any_port(struct str host)
{
    size_t n = host.n;

    while (n > 0 && is_digit(host.p[n - 1]))
        n--;
    bool has_port = n < host.n && n > 0 && host.p[n - 1] == ':';
    return has_port ? str_of(host.p, n - 1) : host;
}

/* What stands for the asterisk of "*.example.org": one name or several. */
static bool is_names(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) && !strchr("-._", s.p[i]))
            return false;
    return s.n > 0;
}

/* The origin is a valid one. */
static bool fits(struct str pattern, struct str origin)
{
    if (!memchr(pattern.p, '*', pattern.n))
        return str_eq_nocase(pattern, origin);
    if (!str_eq_nocase(cut_scheme(&pattern), cut_scheme(&origin)))
        return false;
    if (str_ends(pattern, STR(":*"))) {
        pattern.n -= 2;
        origin = without_any_port(origin);
    }
    if (!str_starts(pattern, STR("*.")))
        return str_eq_nocase(pattern, origin);
    struct str end = str_of(pattern.p + 1, pattern.n - 1);
    return ends_nocase(origin, end) &&
           is_names(str_of(origin.p, origin.n - end.n));
}

static bool is_listed(const struct cors_options *o, struct str origin)
{
    uint32_t n = o->fixed && o->origin_count > 1 ? 1 : o->origin_count;
    for (uint32_t i = 0; i < n; i++)
        if (fits(o->origins[i], origin))
            return true;
    return false;
}

bool cors_allows(const struct cors_options *o, const struct http_head *head,
                 bool secure)
{
    struct str origin = http_header_get(head, STR("Origin"));
    if (!origin.p)
        return true;
    if (!cors_origin_valid(origin))
        return false;
    if (o->enabled && (o->any || o->reflect || is_listed(o, origin)))
        return true;
    return is_own_host(head, origin, secure);
}

static void put_header(struct buf *out, struct str name, struct str value)
{
    buf_append_str(out, name);
    buf_append_str(out, STR(": "));
    buf_append_str(out, value);
    buf_append_str(out, STR("\r\n"));
}

#define ALLOW_ORIGIN STR("Access-Control-Allow-Origin")

void cors_headers(const struct cors_options *o, const struct http_head *head,
                  struct buf *out)
{
    if (!o->enabled)
        return;

    if (o->any) {
        put_header(out, ALLOW_ORIGIN, STR("*"));
    } else if (o->fixed) {
        if (o->origin_count > 0)
            put_header(out, ALLOW_ORIGIN, o->origins[0]);
        put_header(out, STR("Vary"), STR("Origin"));
    } else {
        struct str origin = http_header_get(head, STR("Origin"));
        if (cors_origin_valid(origin) && (o->reflect || is_listed(o, origin)))
            put_header(out, ALLOW_ORIGIN, origin);
        put_header(out, STR("Vary"), STR("Origin"));
    }
    if (o->credentials)
        put_header(out, STR("Access-Control-Allow-Credentials"), STR("true"));
    if (o->exposed_headers.n > 0)
        put_header(out, STR("Access-Control-Expose-Headers"),
                   o->exposed_headers);
}

/* A list of header names (RFC 9110, 5.6.2) is all we are ready to echo. */
static bool names_valid(struct str list)
{
    for (size_t i = 0; i < list.n; i++) {
        char c = list.p[i];
        if (!is_alpha(c) && !is_digit(c) &&
            (c == 0 || !strchr("!#$%&'*+-.^_`|~, \t", c)))
            return false;
    }
    return list.n > 0;
}

void cors_preflight_headers(const struct cors_options *o,
                            const struct http_head *head, struct buf *out)
{
    if (!o->enabled)
        return;

    struct str methods = o->methods;
    if (methods.n == 0)
        methods = STR("GET,HEAD,PUT,PATCH,POST,DELETE");
    put_header(out, STR("Access-Control-Allow-Methods"), methods);

    if (o->allowed_headers.n > 0) {
        put_header(out, STR("Access-Control-Allow-Headers"),
                   o->allowed_headers);
    } else {
        struct str asked =
            http_header_get(head, STR("Access-Control-Request-Headers"));
        put_header(out, STR("Vary"), STR("Access-Control-Request-Headers"));
        if (names_valid(asked))
            put_header(out, STR("Access-Control-Allow-Headers"), asked);
    }
    if (o->max_age >= 0)
        buf_printf(out, "Access-Control-Max-Age: %lld\r\n",
                   (long long)o->max_age);
}

int cors_preflight_status(const struct cors_options *o)
{
    bool own = o->enabled && o->preflight_status != 0;
    return own ? o->preflight_status : 204;
}
