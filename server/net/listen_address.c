/* SPDX-License-Identifier: MIT */
#include "net/listen_address.h"

#include "base/error.h"

enum listen_manner listen_address_cut(struct str *text)
{
    struct str proxied = STR(LISTEN_PROXIED), tls = STR(LISTEN_TLS);

    if (str_ends(*text, proxied)) {
        *text = str_of(text->p, text->n - proxied.n);
        return LISTEN_BY_PROXY;
    }
    if (str_ends(*text, tls)) {
        *text = str_of(text->p, text->n - tls.n);
        return LISTEN_BY_TLS;
    }
    return LISTEN_PLAIN;
}

/* A host may be called "unix", too, but has no slash. */
static bool is_path(struct str text)
{
    return str_starts(text, STR(LISTEN_UNIX)) && str_find(text, '/') < text.n &&
           !memchr(text.p, '\0', text.n);
}

/* "systemd", or with ":" and a name behind it; a number there is a port of a
 * host that is called so. */
static bool is_inherited(struct str text, struct str *ret_name)
{
    struct str rest = text;
    uint64_t port;

    if (!str_eq(str_cut(&rest, ':'), STR(LISTEN_SYSTEMD)))
        return false;
    if (rest.p &&
        (rest.n == 0 || rest.n > LISTEN_HOST_MAX ||
         memchr(rest.p, ':', rest.n) || memchr(rest.p, '\0', rest.n) ||
         str_to_u64(rest, &port) == 0))
        return false;
    *ret_name = rest.p ? rest : STR("");
    return true;
}

/* Splits "HOST:PORT". */
static int split(struct str text, struct listen_address *a)
{
    struct str host = text;
    uint64_t port;

    while (host.n > 0 && host.p[host.n - 1] != ':')
        host.n--;
    if (host.n == 0)
        return ERR_SYNTAX;
    struct str digits = str_of(host.p + host.n, text.n - host.n);
    host.n--;
    if (str_to_u64(digits, &port) < 0 || port > UINT16_MAX)
        return ERR_SYNTAX;
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_of(host.p + 1, host.n - 2);
    else if (str_find(host, ':') < host.n)
        return ERR_SYNTAX;
    if (host.n > LISTEN_HOST_MAX || memchr(host.p, '\0', host.n))
        return ERR_SYNTAX;
    a->host = host;
    a->port = (uint16_t)port;
    return 0;
}

int listen_address_parse(struct str text, struct listen_address *ret)
{
    enum listen_manner manner = listen_address_cut(&text);
    struct listen_address a = {.proxied = manner == LISTEN_BY_PROXY,
                               .tls = manner == LISTEN_BY_TLS};
    size_t prefix = sizeof(LISTEN_UNIX) - 1;

    if (is_inherited(text, &a.name))
        a.inherited = true;
    else if (is_path(text))
        a.path = str_of(text.p + prefix, text.n - prefix);
    else if (split(text, &a) < 0)
        return ERR_SYNTAX;
    *ret = a;
    return 0;
}
