/* SPDX-License-Identifier: MIT */
#include "net/forwarded.h"

#include "base/error.h"

/* The entries of a header that may stand several times, the last one first. */
struct entries {
    const struct http_head *head;
    struct str name;
    uint32_t line; /* those from here on have been read */
    struct str rest;
    bool quotes; /* a comma in quotes is no end */
};

static struct entries entries_of(const struct http_head *head, struct str name,
                                 bool quotes)
{
    return (struct entries){head, name, head->header_count, {NULL, 0}, quotes};
}

/*
 * Where the last entry of a list begins. Read from the end, so that what a
 * client has put in front, such as a quote that it does not close, cannot
 * swallow what a proxy has added.
 */
static size_t last_entry(struct str list, bool quotes)
{
    bool quoted = false;
    size_t i = list.n;

    for (; i > 0; i--) {
        char c = list.p[i - 1];
        bool escaped = i > 1 && list.p[i - 2] == '\\';
        if (c == '"' && quotes)
            quoted = !quoted || escaped;
        else if (c == ',' && !quoted)
            break;
    }
    return i;
}

/* The entry in front of the one before; false: there is none. */
static bool previous(struct entries *e, struct str *ret_entry)
{
    while (!e->rest.p) {
        if (e->line == 0)
            return false;
        const struct http_header *header = &e->head->headers[--e->line];
        if (str_eq_nocase(header->name, e->name))
            e->rest = header->value.p ? header->value : STR("");
    }
    size_t at = last_entry(e->rest, e->quotes);
    *ret_entry = str_trim(str_of(e->rest.p + at, e->rest.n - at));
    e->rest = at > 0 ? str_of(e->rest.p, at - 1) : (struct str){NULL, 0};
    return true;
}

/* An address, perhaps with a port: "192.0.2.1:80", "[2001:db8::1]:80". */
static int parse_node(struct str node, struct address *ret_address)
{
    struct str port = {NULL, 0}, behind = node;
    uint64_t number;

    str_cut(&behind, ':');
    if (node.n > 0 && node.p[0] == '[') {
        behind = str_of(node.p + 1, node.n - 1);
        node = str_cut(&behind, ']');
        if (!behind.p || str_find(node, ':') == node.n ||
            (behind.n > 0 && behind.p[0] != ':'))
            return ERR_SYNTAX;
        if (behind.n > 0)
            port = str_of(behind.p + 1, behind.n - 1);
    } else if (behind.p && str_find(behind, ':') == behind.n) {
        node = str_of(node.p, node.n - behind.n - 1);
        port = behind;
    }
    /* RFC 7239, 6.1: up to five digits. */
    if (port.p && (port.n == 0 || port.n > 5 || str_to_u64(port, &number) < 0))
        return ERR_SYNTAX;
    int r = address_parse(node, ret_address);
    return r == 0 && ret_address->is_unix ? ERR_SYNTAX : r;
}

/* "https" and "wss" are secure, "http" and "ws" are not; anything else says
 * nothing. */
static void read_scheme(struct str scheme, bool *secure)
{
    if (str_eq_nocase(scheme, STR("https")) ||
        str_eq_nocase(scheme, STR("wss")))
        *secure = true;
    else if (str_eq_nocase(scheme, STR("http")) ||
             str_eq_nocase(scheme, STR("ws")))
        *secure = false;
}

static bool is_trusted(const struct http_proxies *proxies,
                       const struct address *address)
{
    return address_is_in(address, proxies->trusted, proxies->count);
}

/* ---- Forwarded ---- */

/* One entry: NAME=VALUE, with semicolons between them (RFC 7239, 4). */
struct element {
    struct str node;   /* "for" */
    struct str scheme; /* "proto" */
};

/* The quotes off, if they are; with a backslash inside it can be nothing that
 * is looked for here, and stays as it is. */
static struct str unquoted(struct str value)
{
    bool quoted =
        value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"';
    return quoted ? str_of(value.p + 1, value.n - 2) : value;
}

/* A name that stands twice is no name's. */
static int read_element(struct str text, struct element *ret)
{
    struct element e = {0};

    while (text.p) {
        struct str value = str_cut(&text, ';');
        struct str name = str_trim(str_cut(&value, '='));
        struct str *to = str_eq_nocase(name, STR("for"))     ? &e.node
                         : str_eq_nocase(name, STR("proto")) ? &e.scheme
                                                             : NULL;
        if (!to)
            continue;
        if (to->p || !value.p)
            return ERR_SYNTAX;
        *to = unquoted(str_trim(value));
    }
    *ret = e;
    return 0;
}

static void read_standard(const struct http_proxies *proxies,
                          const struct http_head *head,
                          struct http_client *client)
{
    struct entries entries = entries_of(head, STR("Forwarded"), true);
    struct element element;
    struct str entry;

    for (int i = 0; i < FORWARDED_MAX && is_trusted(proxies, &client->address);
         i++) {
        struct address address;
        if (!previous(&entries, &entry) || read_element(entry, &element) < 0)
            return;
        read_scheme(element.scheme, &client->secure);
        if (parse_node(element.node, &address) < 0)
            return;
        client->address = address;
    }
}

/* ---- X-Forwarded-For ---- */

static uint32_t count_entries(const struct http_head *head, struct str name)
{
    struct entries entries = entries_of(head, name, false);
    struct str entry;
    uint32_t n = 0;

    while (n <= FORWARDED_MAX && previous(&entries, &entry))
        n++;
    return n;
}

/* Who has one entry for each proxy means the client by the one at its place;
 * else the last one counts, which the nearest proxy has written. `hop` counts
 * from 1, the nearest proxy's. */
static void read_common_scheme(const struct http_head *head, uint32_t hop,
                               bool *secure)
{
    struct str name = STR("X-Forwarded-Proto"), entry;
    struct entries entries = entries_of(head, name, false);

    if (count_entries(head, name) !=
        count_entries(head, STR("X-Forwarded-For")))
        hop = 1;
    while (hop-- > 0)
        if (!previous(&entries, &entry))
            return;
    read_scheme(entry, secure);
}

static void read_common(const struct http_proxies *proxies,
                        const struct http_head *head,
                        struct http_client *client)
{
    struct entries entries = entries_of(head, STR("X-Forwarded-For"), false);
    struct str entry;
    uint32_t hop = 0;

    if (!is_trusted(proxies, &client->address))
        return;
    while (hop < FORWARDED_MAX && is_trusted(proxies, &client->address)) {
        struct address address;
        if (!previous(&entries, &entry) || parse_node(entry, &address) < 0)
            break;
        client->address = address;
        hop++;
    }
    read_common_scheme(head, hop > 0 ? hop : 1, &client->secure);
}

void forwarded_read(const struct http_proxies *proxies,
                    const struct http_head *head, struct http_client *client)
{
    if (proxies->standard)
        read_standard(proxies, head, client);
    else
        read_common(proxies, head, client);
}
