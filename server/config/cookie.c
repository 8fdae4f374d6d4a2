/* SPDX-License-Identifier: MIT */
/* The section `cookie`. */
#include <inttypes.h>
#include <stddef.h>

#include "base/error.h"
#include "config/read.h"
#include "config/schema.h"

#define AT(member) .offset = offsetof(struct config, cookie.member)

enum { YEAR_SECONDS = 365 * 86400 };

static const char *const same_sites[] = {
    [SAME_SITE_LAX] = "lax",
    [SAME_SITE_STRICT] = "strict",
    [SAME_SITE_NONE] = "none",
    NULL,
};

/* What may stand in an attribute (RFC 6265, 4.1.1). */
static bool is_attribute(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < ' ' || text.p[i] >= 0x7f || text.p[i] == ';')
            return false;
    return true;
}

static bool is_domain(struct str text)
{
    return text.n > 0 && is_attribute(text) && str_find(text, ' ') == text.n;
}

static bool is_path(struct str text)
{
    return text.n > 0 && text.p[0] == '/' && is_attribute(text);
}

/* False leaves it out: the path of the request counts then. */
static void read_path_or_false(struct reader *r, const struct schema_item *item)
{
    struct str text = STR("");
    bool on = true;
    bool is_bool = json_bool(item->value, &on) == 0;

    if (is_bool ? on : json_string(item->value, &text) < 0 || !is_path(text))
        read_refuse(r, item);
    else
        r->config->cookie.path = text;
}

const struct schema_key schema_cookie[] = {
    {.name = "name",
     .kind = SCHEMA_STRING,
     AT(name),
     .valid = read_is_token,
     .fallback = "\"io\"",
     .expects = "the name of a cookie",
     .text = "What it is called."},
    {.name = "path",
     .kind = SCHEMA_OTHER,
     .read = read_path_or_false,
     .fallback = "\"/\"",
     .expects = "a path that begins with \"/\", or false",
     .text = "Below which path it is sent back; false: not said."},
    {.name = "domain",
     .kind = SCHEMA_STRING,
     AT(domain),
     .valid = is_domain,
     .expects = "a domain",
     .text = "To which hosts it is sent back; this one unless given."},
    {.name = "httpOnly",
     .kind = SCHEMA_BOOL,
     AT(http_only),
     .fallback = "true",
     .text = "Whether it is out of reach for scripts."},
    {.name = "sameSite",
     .kind = SCHEMA_WORD,
     AT(same_site),
     .words = same_sites,
     .fallback = "\"lax\"",
     .text = "With whose requests it is sent back."},
    {.name = "secure",
     .kind = SCHEMA_BOOL,
     AT(secure),
     .fallback = "false",
     .text = "Whether it is sent back over TLS only."},
    {.name = "partitioned",
     .kind = SCHEMA_BOOL,
     AT(partitioned),
     .fallback = "false",
     .text = "Whether each site that embeds a page of this one has its own."},
    {.name = "maxAge",
     .kind = SCHEMA_INT,
     AT(max_age),
     .min = 0,
     .max = YEAR_SECONDS,
     .text = "Seconds for which it is kept; until the browser is closed unless "
             "given."},
    {.name = NULL},
};

/* In the order in which the reference server writes them. */
static void put_attributes(const struct config_cookie *c, struct buf *out)
{
    static const char *const names[] = {
        [SAME_SITE_LAX] = "Lax",
        [SAME_SITE_STRICT] = "Strict",
        [SAME_SITE_NONE] = "None",
    };

    if (c->max_age >= 0)
        buf_printf(out, "; Max-Age=%" PRId64, c->max_age);
    if (c->domain.n > 0)
        buf_printf(out, "; Domain=%.*s", STR_ARG(c->domain));
    if (c->path.n > 0)
        buf_printf(out, "; Path=%.*s", STR_ARG(c->path));
    if (c->http_only)
        buf_append_z(out, "; HttpOnly");
    if (c->secure)
        buf_append_z(out, "; Secure");
    if (c->partitioned)
        buf_append_z(out, "; Partitioned");
    buf_printf(out, "; SameSite=%s", names[c->same_site]);
}

void read_cookie(struct reader *r, const struct schema_item *item)
{
    struct config_cookie *cookie = &r->config->cookie;
    const struct json *value = item->value;
    struct buf out;

    if (value->type != JSON_OBJECT && value->type != JSON_BOOL) {
        read_refuse(r, item);
        return;
    }
    if (value->type == JSON_BOOL && !value->truth)
        return;
    cookie->enabled = true;
    read_object(r, value->type == JSON_OBJECT ? value : NULL, schema_cookie,
                STR("cookie."), r->config);
    if (!cookie->secure &&
        (cookie->same_site == SAME_SITE_NONE || cookie->partitioned))
        complain(r, complain_value_offset(r->config, value),
                 "\"cookie\" would be refused by browsers: with %s it must be "
                 "secure",
                 cookie->partitioned ? "partitioned" : "sameSite \"none\"");
    buf_init(&out, BUF_MAX);
    put_attributes(cookie, &out);
    if (out.error)
        r->error = ERR_NOMEM;
    cookie->attributes = reader_str(r, buf_str(&out));
    buf_free(&out);
}
