/* SPDX-License-Identifier: MIT */
#include "net/http_parser.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/hex.h"

/* The byte that "%XX" at s.p[at] stands for, -1 when it is no escape. */
static int escaped_byte(struct str s, size_t at)
{
    if (s.n - at < 3)
        return -1;
    int high = hex_digit(s.p[at + 1]), low = hex_digit(s.p[at + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Decodes the character at *at and moves on; -1 for a bad escape, which is
 * then one character ("%") long. */
static int next_char(struct str s, size_t *at, bool form)
{
    char c = s.p[*at];
    int byte = c == '%' ? escaped_byte(s, *at) : (unsigned char)c;

    if (c == '+' && form)
        byte = ' ';
    *at += c == '%' && byte >= 0 ? 3 : 1;
    return byte;
}

int http_percent_decode(char *to, struct str from, bool form)
{
    size_t n = 0;

    for (size_t at = 0; at < from.n;) {
        int byte = next_char(from, &at, form);
        if (byte < 0)
            return ERR_SYNTAX;
        to[n++] = (char)byte;
    }
    return (int)n;
}

/* Whether an encoded parameter name stands for `name`. */
static bool name_is(struct str encoded, struct str name)
{
    size_t at = 0;

    for (size_t i = 0; i < name.n; i++) {
        if (at == encoded.n)
            return false;
        int byte = next_char(encoded, &at, true);
        if ((byte < 0 ? '%' : byte) != (unsigned char)name.p[i])
            return false;
    }
    return at == encoded.n;
}

static struct str decode(struct arena *arena, struct str encoded)
{
    if (encoded.n == 0)
        return STR("");
    char *to = arena_alloc(arena, encoded.n);
    if (to == NULL)
        return (struct str){NULL, 0};
    size_t n = 0;
    for (size_t at = 0; at < encoded.n;) {
        int byte = next_char(encoded, &at, true);
        to[n++] = (char)(byte < 0 ? '%' : byte);
    }
    return str_of(to, n);
}

struct str http_query_get(struct arena *arena, struct str query,
                          struct str name)
{
    /* From the end: the last one of a name is the one that counts. */
    while (query.n) {
        const char *cut = memrchr(query.p, '&', query.n);
        size_t start = cut ? (size_t)(cut - query.p) + 1 : 0;
        struct str value = str_of(query.p + start, query.n - start);
        struct str key = str_cut(&value, '=');
        if (name_is(key, name) && (name.n || value.p))
            return decode(arena, value);
        query.n = cut ? start - 1 : 0;
    }
    return (struct str){NULL, 0};
}

int http_query_at(struct arena *arena, struct str query, uint32_t index,
                  struct str *ret_name, struct str *ret_value)
{
    while (query.n > 0) {
        struct str value = str_cut(&query, '&');
        if (value.n == 0) /* between two "&" there is nothing */
            continue;
        if (index-- > 0)
            continue;
        struct str name = decode(arena, str_cut(&value, '='));
        value = decode(arena, value);
        if (!name.p || !value.p)
            return ERR_NOMEM;
        *ret_name = name;
        *ret_value = value;
        return 0;
    }
    return ERR_NOENT;
}

const char *http_status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].status == status)
            return texts[i].text;
    }
    return status >= 500   ? "Server Error"
           : status >= 400 ? "Client Error"
                           : "Status";
}
