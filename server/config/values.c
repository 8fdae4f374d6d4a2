/* SPDX-License-Identifier: MIT */
/* The readers of single keys that need more than their kind can say. */
#include <arpa/inet.h>
#include <stddef.h>

#include "base/error.h"
#include "config/read.h"
#include "config/schema.h"

static bool is_port(struct str text)
{
    uint64_t port;
    return text.n <= 5 && str_to_u64(text, &port) == 0 && port <= UINT16_MAX;
}

/* A name or an IPv4 address; the resolver judges the rest. Empty: every
 * address. */
static bool is_host(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_')
            return false;
    }
    return text.n <= 253;
}

/* An IPv6 address, perhaps with the name of an interface ("fe80::1%eth0"). */
static bool is_ipv6(struct str text)
{
    struct in6_addr address;
    char zero[INET6_ADDRSTRLEN];
    size_t n = str_find(text, '%');

    if (n >= sizeof(zero) || n + 1 == text.n)
        return false;
    memcpy(zero, text.p, n);
    zero[n] = '\0';
    return strlen(zero) == n && inet_pton(AF_INET6, zero, &address) == 1;
}

/* A socket of the file system, for a proxy on the same machine. */
static bool is_unix(struct str text)
{
    return str_starts(text, STR("unix:")) && str_find(text, '/') < text.n &&
           read_is_plain(text);
}

/* A socket that the service manager has opened; perhaps by its name. */
static bool is_systemd(struct str text)
{
    struct str name = text;
    uint64_t port;

    return str_eq(str_cut(&name, ':'), STR("systemd")) &&
           (!name.p ||
            (name.n > 0 && name.n <= 255 && str_find(name, ':') == name.n &&
             str_to_u64(name, &port) < 0 && read_is_plain(name)));
}

static bool is_listen(struct str text)
{
    struct str proxied = STR(CONFIG_PROXIED), tls = STR(CONFIG_TLS);

    if (str_ends(text, proxied))
        text.n -= proxied.n;
    else if (str_ends(text, tls))
        text.n -= tls.n;
    if (is_unix(text) || is_systemd(text))
        return true;
    if (text.n > 0 && text.p[0] == '[') {
        size_t end = str_find(text, ']');
        return end + 1 < text.n && text.p[end + 1] == ':' &&
               is_ipv6(str_of(text.p + 1, end - 1)) &&
               is_port(str_of(text.p + end + 2, text.n - end - 2));
    }
    size_t colon = str_find(text, ':');
    return colon < text.n && is_host(str_of(text.p, colon)) &&
           is_port(str_of(text.p + colon + 1, text.n - colon - 1));
}

/* With its path resolved against the folder of the file. */
static struct str resolve_unix(struct reader *r, struct str text)
{
    struct str prefix = STR("unix:");
    struct str path =
        read_resolve(r, str_of(text.p + prefix.n, text.n - prefix.n));
    struct buf whole;

    buf_init(&whole, BUF_MAX);
    buf_append_str(&whole, prefix);
    buf_append_str(&whole, path);
    if (whole.error)
        r->error = ERR_NOMEM;
    struct str resolved = reader_str(r, buf_str(&whole));
    buf_free(&whole);
    return resolved;
}

void read_listen(struct reader *r, const struct schema_item *item)
{
    struct config_strings *listen = &r->config->listen;

    if (!read_strings(r, item, is_listen, listen))
        return;
    for (uint32_t i = 0; i < listen->count; i++)
        if (is_unix(listen->items[i]))
            listen->items[i] = resolve_unix(r, listen->items[i]);
    for (uint32_t i = 1; i < listen->count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(listen->items[i], listen->items[k])) {
                complain(r, complain_value_offset(r->config, item->value),
                         "\"listen\" has \"%.*s\" twice",
                         STR_ARG(listen->items[i]));
                return;
            }
}

/* What may stand in the path of a request line as it is. */
static bool is_path(struct str text)
{
    if (text.n < 2 || text.p[0] != '/' || text.p[1] == '/')
        return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c <= ' ' || c >= 0x7f || c == '?' || c == '#' || c == '%')
            return false;
    }
    return true;
}

/* "/socket.io/" is "/socket.io". */
void read_path(struct reader *r, const struct schema_item *item)
{
    struct str text;

    if (json_string(item->value, &text) < 0 || !is_path(text)) {
        read_refuse(r, item);
        return;
    }
    while (text.p[text.n - 1] == '/')
        text.n--;
    r->config->path = text;
}

/* Of an array of names those that are there: the first, the second. */
static void read_two(struct reader *r, const struct schema_item *item,
                     bool (*is_one)(struct str text), struct str first,
                     bool *ret_first, bool *ret_second)
{
    struct config_strings names;

    if (item->value->type != JSON_ARRAY) {
        read_refuse(r, item);
        return;
    }
    if (!read_strings(r, item, is_one, &names))
        return;
    for (uint32_t i = 0; i < names.count; i++) {
        if (str_eq(names.items[i], first))
            *ret_first = true;
        else
            *ret_second = true;
    }
}

static bool is_transport(struct str text)
{
    return str_eq(text, STR("polling")) || str_eq(text, STR("websocket"));
}

void read_transports(struct reader *r, const struct schema_item *item)
{
    read_two(r, item, is_transport, STR("polling"), &r->config->polling,
             &r->config->websocket);
}

static bool is_parser(struct str text)
{
    return str_eq(text, STR("json")) || str_eq(text, STR("msgpack"));
}

void read_parsers(struct reader *r, const struct schema_item *item)
{
    read_two(r, item, is_parser, STR("json"), &r->config->json,
             &r->config->msgpack);
}

const struct schema_key schema_http_compression[] = {
    {.name = "threshold",
     .kind = SCHEMA_INT,
     .offset = offsetof(struct config, http_compression),
     .min = 1,
     .max = 1 << 20,
     .fallback = "1024",
     .text = "Bytes from which on they are."},
    {.name = NULL},
};

void read_http_compression(struct reader *r, const struct schema_item *item)
{
    const struct json *value = item->value;
    bool on = true;

    if (value->type == JSON_OBJECT)
        read_object(r, value, schema_http_compression, STR("httpCompression."),
                    r->config);
    else if (json_bool(value, &on) < 0)
        read_refuse(r, item);
    else if (on)
        read_object(r, NULL, schema_http_compression, STR("httpCompression."),
                    r->config);
}
