/* SPDX-License-Identifier: MIT */
/* "cors": which pages of other origins may talk to the server. */
#include "base/error.h"
#include "config/read.h"

/*
 * As a browser writes it: scheme, host and perhaps a port, no slash behind; or
 * "null", which is what a page without an origin sends. "*." in front of the
 * host stands for all names below it, ":*" behind it for every port. There is
 * no pattern for more than that: one that lets strangers in by mistake, for a
 * dot that was not escaped or an end that was left open, cannot be written.
 */
static bool is_origin(struct str text)
{
    const char *colon = text.n ? memmem(text.p, text.n, "://", 3) : NULL;

    if (str_eq(text, STR("null")))
        return true;
    if (!colon || colon == text.p)
        return false;
    struct str host = {colon + 3, (size_t)(text.p + text.n - colon - 3)};
    if (str_starts(host, STR("*.")))
        host = str_of(host.p + 2, host.n - 2);
    if (str_ends(host, STR(":*")))
        host.n -= 2;
    for (const char *p = text.p; p < host.p + host.n; p++) {
        bool wild = p >= colon + 3 && p < host.p;
        if (*p <= ' ' || *p >= 0x7f || *p == ',' || (*p == '*' && !wild))
            return false;
    }
    return host.n > 0 && host.p[0] != '.' && str_find(host, '/') == host.n;
}

void read_cors_origin(struct reader *r, const struct schema_item *item)
{
    struct config_cors *cors = &r->config->cors;
    struct str text;

    if (item->value->type == JSON_BOOL && item->value->truth)
        cors->reflect = true;
    else if (json_string(item->value, &text) == 0 && str_eq(text, STR("*")))
        cors->any = true;
    else if (read_strings(r, item, is_origin, &cors->origins))
        cors->fixed = item->value->type == JSON_STRING &&
                      str_find(item->value->text, '*') == item->value->text.n;
}

/* Tokens with commas between them: each may itself be such a list. */
static bool is_token_list(struct str text)
{
    if (text.n == 0 || text.p[text.n - 1] == ',')
        return false;
    while (text.p)
        if (!read_is_token(str_trim(str_cut(&text, ','))))
            return false;
    return true;
}

void read_cors_list(struct reader *r, const struct schema_item *item)
{
    struct config_strings parts;
    struct buf joined;

    if (!read_strings(r, item, is_token_list, &parts))
        return;
    buf_init(&joined, BUF_MAX);
    for (uint32_t i = 0; i < parts.count; i++) {
        struct str rest = parts.items[i];
        while (rest.p) {
            if (joined.n > 0)
                buf_append_char(&joined, ',');
            buf_append_str(&joined, str_trim(str_cut(&rest, ',')));
        }
    }
    if (joined.error)
        r->error = ERR_NOMEM;
    *(struct str *)(void *)((char *)item->base + item->key->offset) =
        reader_str(r, buf_str(&joined));
    buf_free(&joined);
}

static bool lets_null_in(const struct config_cors *cors)
{
    for (uint32_t i = 0; i < cors->origins.count; i++)
        if (str_eq(cors->origins.items[i], STR("null")))
            return true;
    return false;
}

/*
 * What cookies are sent along to must be named. Browsers refuse "*" with them;
 * true lets every page act for its visitor, and so does "null", which any page
 * can make its frames be. For development that may do.
 */
static void check_credentials(struct reader *r, const struct json *value)
{
    const struct config_cors *cors = &r->config->cors;
    bool production = r->config->mode == CONFIG_PRODUCTION;
    const char *origin = NULL;

    if (cors->any)
        origin = "\"*\"";
    else if (production && cors->reflect)
        origin = "true";
    else if (production && lets_null_in(cors))
        origin = "\"null\"";
    if (origin)
        complain(r, complain_value_offset(r->config, value),
                 "\"cors.credentials\" cannot go with the origin %s: list "
                 "the origins that may send cookies",
                 origin);
}

void read_cors(struct reader *r, const struct schema_item *item)
{
    struct config_cors *cors = &r->config->cors;

    if (item->value->type != JSON_OBJECT) {
        read_refuse(r, item);
        return;
    }
    cors->enabled = true;
    read_object(r, item->value, schema_cors, STR("cors."), r->config);
    if (cors->credentials)
        check_credentials(r, json_get(item->value, STR("credentials")));
}
