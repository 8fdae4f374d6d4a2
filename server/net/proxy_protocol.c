/* SPDX-License-Identifier: MIT */
#include "net/proxy_protocol.h"

#include "base/error.h"

/* ---- Version 1: one line (2.1) ---- */

#define LINE_MAX_BYTES 107 /* with CR LF */

static bool is_port(struct str text)
{
    uint64_t port;
    bool plain = text.n == 1 || (text.n > 1 && text.p[0] != '0');
    return plain && str_to_u64(text, &port) == 0 && port <= UINT16_MAX;
}

/* "TCP4 SOURCE DESTINATION PORT PORT", or "UNKNOWN" and anything. */
static int parse_line(struct str line, struct proxy_header *ret)
{
    struct proxy_header h = {.has_source = true};
    struct address destination;
    struct str family = str_cut(&line, ' ');
    struct str source = str_cut(&line, ' ');
    struct str target = str_cut(&line, ' ');
    struct str port = str_cut(&line, ' ');
    bool six = str_eq(family, STR("TCP6"));

    if (str_eq(family, STR("UNKNOWN"))) {
        *ret = (struct proxy_header){.has_source = false};
        return 0;
    }
    if ((!six && !str_eq(family, STR("TCP4"))) || !line.p ||
        (str_find(source, ':') < source.n) != six ||
        (str_find(target, ':') < target.n) != six ||
        address_parse(source, &h.source) < 0 ||
        address_parse(target, &destination) < 0 || h.source.is_unix ||
        destination.is_unix || !is_port(port) || !is_port(line))
        return ERR_SYNTAX;
    *ret = h;
    return 0;
}

static int parse_text(struct str bytes, struct proxy_header *ret)
{
    struct str begin = STR("PROXY ");
    size_t end = str_find(bytes, '\n');

    if (end >= LINE_MAX_BYTES)
        return ERR_SYNTAX;
    if (end == bytes.n)
        return bytes.n < LINE_MAX_BYTES ? ERR_AGAIN : ERR_SYNTAX;
    if (end < begin.n + 1 || bytes.p[end - 1] != '\r')
        return ERR_SYNTAX;
    int r = parse_line(str_of(bytes.p + begin.n, end - 1 - begin.n), ret);
    return r < 0 ? r : (int)end + 1;
}

/* ---- Version 2: binary (2.2) ---- */

#define HEAD_BYTES 16

enum { COMMAND_LOCAL, COMMAND_PROXY };
enum { FAMILY_NONE, FAMILY_IPV4, FAMILY_IPV6, FAMILY_UNIX };
enum { TLV_CRC32C = 0x03, TLV_SSL = 0x20 };
enum { SSL_CLIENT = 0x01 };

static unsigned word(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

/* CRC-32C (RFC 3309, appendix B) of what was fed to it so far. */
static uint32_t crc_feed(uint32_t crc, uint8_t byte)
{
    crc ^= byte;
    for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    return crc;
}

/* Whether the checksum is that of the header, with zeros in its place. */
static bool checksum_right(const uint8_t *header, size_t n, size_t at)
{
    uint32_t crc = 0xffffffff, said = 0;

    for (size_t i = 0; i < n; i++) {
        bool in_it = i >= at && i < at + 4;
        crc = crc_feed(crc, in_it ? 0 : header[i]);
        if (in_it)
            said = said << 8 | header[i];
    }
    return said == ~crc;
}

/* What follows the addresses: type, length and value, again and again. */
static int read_extras(const uint8_t *header, size_t n, size_t at,
                       struct proxy_header *h)
{
    while (at < n) {
        if (n - at < 3 || n - at - 3 < word(header + at + 1))
            return ERR_SYNTAX;
        unsigned type = header[at], size = word(header + at + 1);
        at += 3;
        if (type == TLV_CRC32C && (size != 4 || !checksum_right(header, n, at)))
            return ERR_SYNTAX;
        if (type == TLV_SSL && size > 0)
            h->secure = (header[at] & SSL_CLIENT) != 0;
        at += size;
    }
    return 0;
}

/* The whole header is there. */
static int parse_binary(const uint8_t *p, size_t n, struct proxy_header *ret)
{
    static const uint8_t sizes[] = {
        [FAMILY_NONE] = 0,
        [FAMILY_IPV4] = 12,
        [FAMILY_IPV6] = 36,
        [FAMILY_UNIX] = 216,
    };
    struct proxy_header h = {.has_source = true};
    unsigned command = p[12] & 15, family = p[13] >> 4, kind = p[13] & 15;

    if (p[12] >> 4 != 2 || command > COMMAND_PROXY || family > FAMILY_UNIX ||
        kind > 2)
        return ERR_SYNTAX;
    if (command == COMMAND_LOCAL) {
        /* Whatever it says of addresses is to be ignored. */
        *ret = (struct proxy_header){.has_source = false};
        return 0;
    }
    if (n - HEAD_BYTES < sizes[family])
        return ERR_SYNTAX;
    if (family == FAMILY_UNIX)
        h.source.is_unix = true;
    else if (family != FAMILY_NONE)
        h.source = address_of(p + HEAD_BYTES, family == FAMILY_IPV4 ? 4 : 16);
    else
        h.has_source = false;
    int r = read_extras(p, n, HEAD_BYTES + sizes[family], &h);
    if (r == 0)
        *ret = h;
    return r;
}

static int parse_block(struct str bytes, struct proxy_header *ret)
{
    const uint8_t *p = (const uint8_t *)bytes.p;

    if (bytes.n < HEAD_BYTES)
        return ERR_AGAIN;
    size_t n = HEAD_BYTES + word(p + 14);
    if (n > PROXY_HEADER_MAX)
        return ERR_SYNTAX;
    if (bytes.n < n)
        return ERR_AGAIN;
    int r = parse_binary(p, n, ret);
    return r < 0 ? r : (int)n;
}

/* Whether the bytes begin like this, as far as they go. */
static bool begins(struct str bytes, struct str with)
{
    size_t n = bytes.n < with.n ? bytes.n : with.n;
    return memcmp(bytes.p, with.p, n) == 0;
}

int proxy_header_parse(const char *p, size_t n, struct proxy_header *ret)
{
    struct str bytes = str_of(p, n);

    if (n == 0)
        return ERR_AGAIN;
    if (begins(bytes, STR("PROXY ")))
        return parse_text(bytes, ret);
    if (begins(bytes, STR("\r\n\r\n\0\r\nQUIT\n")))
        return parse_block(bytes, ret);
    return ERR_SYNTAX;
}
