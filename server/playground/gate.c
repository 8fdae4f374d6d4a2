/* SPDX-License-Identifier: MIT */
#include "playground/gate.h"

#include "base/address.h"
#include "engineio/cors.h"

/* The host of "HOST", "HOST:PORT", "[IPV6]:PORT", without brackets. */
static struct str host_of(struct str authority)
{
    if (authority.n > 0 && authority.p[0] == '[') {
        size_t end = str_find(authority, ']');
        return end < authority.n ? str_of(authority.p + 1, end - 1)
                                 : str_of("", 0);
    }
    return str_of(authority.p, str_find(authority, ':'));
}

static bool is_own_name(struct str host)
{
    struct str last = host;
    struct address address;

    if (address_parse(host, &address) == 0)
        return true;
    if (last.n > STR(".localhost").n)
        last =
            str_of(host.p + host.n - STR(".localhost").n, STR(".localhost").n);
    return str_eq_nocase(host, STR("localhost")) ||
           str_eq_nocase(last, STR(".localhost"));
}

static bool is_own_machine(struct str peer)
{
    static const uint8_t v4[] = {127, 0, 0, 0};
    static const uint8_t v6[16] = {[15] = 1};
    const struct address_range ranges[] = {
        {address_of(v4, sizeof(v4)), 96 + 8},
        {address_of(v6, sizeof(v6)), 128},
        {{.is_unix = true}, 128},
    };
    struct address address;

    return address_parse(peer, &address) == 0 &&
           address_is_in(&address, ranges, sizeof(ranges) / sizeof(ranges[0]));
}

/* Browsers say where a request comes from, also where there is no Origin. */
static bool is_own_site(const struct http_head *head)
{
    struct str site = http_header_get(head, STR("Sec-Fetch-Site"));

    return !site.p || str_eq(site, STR("same-origin")) ||
           str_eq(site, STR("none"));
}

/* A list of addresses, all of this machine. */
static bool are_own(struct str list)
{
    while (list.p && list.n > 0)
        if (!is_own_machine(str_trim(str_cut(&list, ','))))
            return false;
    return true;
}

/* Whether a proxy or a tunnel says that it asks for somebody else. One that the
 * server was told of is not the peer, and has said so before. */
static bool is_for_others(const struct http_head *head)
{
    static const struct str names[] = {
        {"X-Forwarded-For", 15}, {"X-Real-IP", 9}, {"CF-Connecting-IP", 16}};
    bool others = false;

    for (uint32_t i = 0; i < head->header_count && !others; i++) {
        const struct http_header *header = &head->headers[i];
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
            others |= str_eq_nocase(header->name, names[k]) &&
                      !are_own(header->value);
        others |= str_eq_nocase(header->name, STR("Forwarded"));
    }
    return others;
}

const char *gate_refuses(const struct http_exchange *x)
{
    static const struct cors_options nobody;
    struct str host = http_header_get(&x->head, STR("Host"));

    if (!is_own_machine(x->peer) || is_for_others(&x->head))
        return "The playground is for programs of this machine: it shows what "
               "clients say.";
    if (!is_own_name(host_of(host)))
        return "The playground is at localhost, or at an address: any other "
               "name could be somebody else's.";
    if (!is_own_site(&x->head) || !cors_allows(&nobody, &x->head, x->secure))
        return "The playground is for pages of this server alone.";
    return NULL;
}
