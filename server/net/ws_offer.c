/* SPDX-License-Identifier: MIT */
#include "net/ws_offer.h"

#include <assert.h>

#include "base/error.h"

#define HEADER    STR("Sec-WebSocket-Extensions")
#define EXTENSION STR("permessage-deflate")

/* The longest value that means something, and one more. */
#define VALUE_MAX 3

static const struct str names[WS_PARAMS] = {
    [WS_SERVER_NO_TAKEOVER] = {"server_no_context_takeover", 26},
    [WS_CLIENT_NO_TAKEOVER] = {"client_no_context_takeover", 26},
    [WS_SERVER_BITS] = {"server_max_window_bits", 22},
    [WS_CLIENT_BITS] = {"client_max_window_bits", 22},
};

/* A parameter as it was said. */
struct param {
    struct str name;
    bool has_value;
    char value[VALUE_MAX]; /* its beginning, without quotes and escapes */
    size_t value_n;        /* at most VALUE_MAX */
};

/* ---- Reading ---- */

static void skip(struct str *rest, size_t n)
{
    *rest = str_of(rest->p + n, rest->n - n);
}

static void skip_space(struct str *rest)
{
    while (rest->n > 0 && (*rest->p == ' ' || *rest->p == '\t'))
        skip(rest, 1);
}

static bool take(struct str *rest, char c)
{
    bool there = rest->n > 0 && *rest->p == c;
    if (there)
        skip(rest, 1);
    return there;
}

static bool at_token(struct str rest)
{
    return rest.n > 0 && http_is_token(str_of(rest.p, 1));
}

/* False when there is none. */
static bool take_token(struct str *rest, struct str *ret_token)
{
    const char *start = rest->p;
    while (at_token(*rest))
        skip(rest, 1);
    *ret_token = str_of(start, (size_t)(rest->p - start));
    return ret_token->n > 0;
}

static void keep(struct param *param, char c)
{
    if (param->value_n < VALUE_MAX)
        param->value[param->value_n++] = c;
}

/* A token, or one in quotes, where bytes may be escaped: what is in them has
 * to be a token all the same (RFC 6455, 9.1). */
static bool take_value(struct str *rest, struct param *param)
{
    bool quoted = take(rest, '"');
    for (;;) {
        bool escaped = quoted && take(rest, '\\');
        if (!at_token(*rest)) {
            bool closed = !quoted || (!escaped && take(rest, '"'));
            return closed && param->value_n > 0;
        }
        keep(param, *rest->p);
        skip(rest, 1);
    }
}

static bool take_param(struct str *rest, struct param *param)
{
    *param = (struct param){.value_n = 0};
    skip_space(rest);
    if (!take_token(rest, &param->name))
        return false;
    param->has_value = take(rest, '=');
    if (param->has_value && !take_value(rest, param))
        return false;
    skip_space(rest);
    return true;
}

/* ---- Terms ---- */

static void set(struct ws_terms *terms, enum ws_param which, uint8_t value)
{
    if (!terms->values[which])
        terms->order[terms->count++] = (uint8_t)which;
    terms->values[which] = value;
}

static void unset(struct ws_terms *terms, enum ws_param which)
{
    unsigned count = 0;
    for (unsigned i = 0; i < terms->count; i++)
        if (terms->order[i] != which)
            terms->order[count++] = terms->order[i];
    terms->count = (uint8_t)count;
    terms->values[which] = 0;
}

/* 8 to 15 in decimal digits, without leading zeros; 0 for anything else. */
static uint8_t bits_of(const struct param *param)
{
    const char *digits = param->value;
    unsigned bits = 0;
    for (size_t i = 0; i < param->value_n; i++) {
        if (digits[i] < '0' || digits[i] > '9' || digits[0] == '0')
            return 0;
        bits = bits * 10 + (unsigned)(digits[i] - '0');
    }
    return bits >= WS_BITS_MIN && bits <= WS_BITS_MAX ? (uint8_t)bits : 0;
}

/* What the parameter says, for the terms; 0 when it must not say that. */
static uint8_t value_of(const struct param *param, enum ws_param which)
{
    switch (which) {
    case WS_SERVER_NO_TAKEOVER:
    case WS_CLIENT_NO_TAKEOVER:
        return param->has_value ? 0 : WS_BARE;
    case WS_CLIENT_BITS:
        if (!param->has_value)
            return WS_BARE;
        /* fall through */
    case WS_SERVER_BITS:
        return param->has_value ? bits_of(param) : 0;
    }
    return 0;
}

/* False for one that is unknown, said again, or has a value that is none. */
static bool add_param(struct ws_terms *terms, const struct param *param)
{
    for (unsigned i = 0; i < WS_PARAMS; i++) {
        if (!str_eq(names[i], param->name))
            continue;
        uint8_t value = value_of(param, (enum ws_param)i);
        if (terms->values[i] || !value)
            return false;
        set(terms, (enum ws_param)i, value);
        return true;
    }
    return false;
}

static bool is_acceptable(const struct ws_terms *offer,
                          const struct ws_terms *own)
{
    uint8_t server = offer->values[WS_SERVER_BITS];
    uint8_t client = offer->values[WS_CLIENT_BITS];
    uint8_t own_client = own->values[WS_CLIENT_BITS];

    if (server && own->values[WS_SERVER_BITS] > server)
        return false;
    /* A client that did not speak of its window cannot be told its size. */
    return !own_client || client == WS_BARE || own_client <= client;
}

/* From what a client offers to what the two agree on. */
static void settle(struct ws_terms *terms, const struct ws_terms *own)
{
    for (unsigned i = 0; i < WS_PARAMS; i++)
        if (own->values[i])
            set(terms, (enum ws_param)i, own->values[i]);
    if (terms->values[WS_CLIENT_BITS] == WS_BARE)
        unset(terms, WS_CLIENT_BITS);
}

/* ---- The header ---- */

struct choice {
    const struct ws_terms *own;
    struct ws_terms terms;
    bool offered, accepted;
};

static bool read_offer(struct str *rest, struct choice *choice)
{
    struct ws_terms offer = {.count = 0};
    struct param param;
    struct str name;

    skip_space(rest);
    if (!take_token(rest, &name))
        return false;
    skip_space(rest);
    bool known = str_eq(name, EXTENSION);
    while (take(rest, ';')) {
        if (!take_param(rest, &param) || (known && !add_param(&offer, &param)))
            return false;
    }
    choice->offered |= known;
    if (known && !choice->accepted && is_acceptable(&offer, choice->own)) {
        choice->accepted = true;
        choice->terms = offer;
    }
    return true;
}

static bool read_line(struct str rest, struct choice *choice)
{
    do {
        if (!read_offer(&rest, choice))
            return false;
    } while (take(&rest, ','));
    return rest.n == 0;
}

int ws_offer_choose(const struct http_head *head, const struct ws_terms *own,
                    struct ws_terms *ret_terms)
{
    struct choice choice = {.own = own};

    for (uint32_t i = 0; i < head->header_count; i++) {
        const struct http_header *h = &head->headers[i];
        if (str_eq_nocase(h->name, HEADER) && !read_line(h->value, &choice))
            return ERR_SYNTAX;
    }
    if (!choice.offered)
        return 0;
    if (!choice.accepted)
        return ERR_SYNTAX;
    settle(&choice.terms, own);
    *ret_terms = choice.terms;
    return 1;
}

void ws_terms_write(const struct ws_terms *terms, struct buf *out)
{
    buf_append_str(out, HEADER);
    buf_append_z(out, ": ");
    buf_append_str(out, EXTENSION);
    for (unsigned i = 0; i < terms->count; i++) {
        enum ws_param which = terms->order[i];
        buf_append_z(out, "; ");
        buf_append_str(out, names[which]);
        if (terms->values[which] != WS_BARE) {
            buf_append_char(out, '=');
            buf_append_u64(out, terms->values[which]);
        }
    }
    buf_append_z(out, "\r\n");
}
