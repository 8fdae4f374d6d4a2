/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/error.h"
#include "config/nearest.h"
#include "config/read.h"

static void *target_of(const struct schema_item *item)
{
    return (char *)item->base + item->key->offset;
}

/* What a value is, for "not ...". Short ones are shown. */
static void describe(const struct json *value, struct buf *out)
{
    static const char *const names[] = {
        [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string",
        [JSON_ARRAY] = "an array",
        [JSON_OBJECT] = "an object",
    };
    enum { SHOWN_MAX = 40 };

    if (value->type == JSON_NULL || value->type == JSON_BOOL ||
        (value->type == JSON_NUMBER && value->raw.n <= SHOWN_MAX))
        buf_append_str(out, value->raw);
    else
        buf_append_z(out, names[value->type]);
}

/* Whether the complaint is about what a string says, not that it is one. */
static bool takes_strings(const struct schema_key *key)
{
    return key->kind != SCHEMA_BOOL && key->kind != SCHEMA_INT &&
           key->kind != SCHEMA_SECTION && !key->list;
}

void read_refuse_part(struct reader *r, const struct schema_item *item,
                      const struct json *part)
{
    char quoted[QUOTED_SIZE];
    struct nearest near;
    struct buf text;

    buf_init(&text, 4096);
    buf_printf(&text, "\"%.*s\" must be ", STR_ARG(item->name));
    schema_expects(item->key, &text);
    buf_append_z(&text, ", not ");
    if (part->type == JSON_STRING && takes_strings(item->key))
        buf_append_z(&text, complain_quote(part->text, quoted));
    else
        describe(part, &text);
    if (part->type == JSON_STRING && item->key->words) {
        nearest_init(&near, part->text);
        for (const char *const *word = item->key->words; *word; word++)
            nearest_offer(&near, *word);
        if (near.name)
            buf_printf(&text, "; did you mean \"%s\"?", near.name);
    }
    if (text.error)
        r->error = ERR_NOMEM;
    else
        complain(r, complain_value_offset(r->config, part), "%.*s",
                 STR_ARG(buf_str(&text)));
    buf_free(&text);
}

void read_refuse(struct reader *r, const struct schema_item *item)
{
    read_refuse_part(r, item, item->value);
}

bool read_strings(struct reader *r, const struct schema_item *item,
                  bool (*valid)(struct str), struct config_strings *ret)
{
    const struct json *value = item->value, *part;
    bool array = value->type == JSON_ARRAY, good = true;
    uint32_t count = array ? value->count : 1, i = 0;

    if (count == 0) {
        complain(r, complain_value_offset(r->config, value),
                 "\"%.*s\" must not be empty", STR_ARG(item->name));
        return false;
    }
    struct str *items = reader_alloc(r, count * sizeof(*items));
    if (!items)
        return false;
    for (part = array ? value->child : value; i < count; part = part->next) {
        struct str *text = &items[i++];
        if (json_string(part, text) < 0 || !read_is_plain(*text) ||
            (valid && !valid(*text))) {
            read_refuse_part(r, item, part);
            good = false;
        }
    }
    if (good)
        *ret = (struct config_strings){items, count};
    return good;
}

bool read_is_plain(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f)
            return false;
    return true;
}

bool read_is_token(struct str text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            !(c >= '0' && c <= '9') && !memchr(others, c, sizeof(others) - 1))
            return false;
    }
    return text.n > 0;
}

struct str read_resolve(struct reader *r, struct str path)
{
    struct str file = r->config->file;
    struct buf whole;

    while (file.n > 0 && file.p[file.n - 1] != '/')
        file.n--;
    if (path.n == 0 || path.p[0] == '/' || file.n == 0)
        return path;
    buf_init(&whole, BUF_MAX);
    buf_append_str(&whole, file);
    buf_append_str(&whole, path);
    if (whole.error)
        r->error = ERR_NOMEM;
    struct str resolved = reader_str(r, buf_str(&whole));
    buf_free(&whole);
    return resolved;
}

static void read_bool(struct reader *r, const struct schema_item *item)
{
    if (json_bool(item->value, target_of(item)) < 0)
        read_refuse(r, item);
}

static void read_int(struct reader *r, const struct schema_item *item)
{
    int64_t value;

    if (json_int(item->value, &value) < 0 || value < item->key->min ||
        value > item->key->max)
        read_refuse(r, item);
    else
        *(int64_t *)target_of(item) = value;
}

static void read_string(struct reader *r, const struct schema_item *item)
{
    struct str text;

    if (json_string(item->value, &text) < 0 || !read_is_plain(text) ||
        (item->key->valid && !item->key->valid(text))) {
        read_refuse(r, item);
        return;
    }
    if (item->key->kind == SCHEMA_PATH)
        text = read_resolve(r, text);
    *(struct str *)target_of(item) = text;
}

static void read_word(struct reader *r, const struct schema_item *item)
{
    struct str text;
    unsigned index = 0;

    if (json_string(item->value, &text) < 0) {
        read_refuse(r, item);
        return;
    }
    for (const char *const *word = item->key->words; *word; word++, index++) {
        if (str_eq(text, str_z(*word))) {
            /* An enum without negative values has this type. */
            *(unsigned *)target_of(item) = index;
            return;
        }
    }
    read_refuse(r, item);
}

static struct str name_of(struct reader *r, struct str prefix, const char *name)
{
    size_t n = strlen(name);
    char *whole = reader_alloc(r, prefix.n + n);
    if (!whole)
        return str_z(name);
    if (prefix.n > 0)
        memcpy(whole, prefix.p, prefix.n);
    memcpy(whole + prefix.n, name, n);
    return str_of(whole, prefix.n + n);
}

static void read_section(struct reader *r, const struct schema_item *item)
{
    if (item->value->type != JSON_OBJECT) {
        read_refuse(r, item);
        return;
    }
    read_object(r, item->value, item->key->keys, name_of(r, item->name, "."),
                item->base);
}

static void read_value(struct reader *r, const struct schema_item *item)
{
    switch (item->key->kind) {
    case SCHEMA_BOOL:
        read_bool(r, item);
        break;
    case SCHEMA_INT:
        read_int(r, item);
        break;
    case SCHEMA_STRING:
    case SCHEMA_PATH:
        read_string(r, item);
        break;
    case SCHEMA_WORD:
        read_word(r, item);
        break;
    case SCHEMA_SECTION:
        read_section(r, item);
        break;
    case SCHEMA_OTHER:
        item->key->read(r, item);
        break;
    }
}

/* The default goes the same way as what a file says. */
static void read_fallback(struct reader *r, struct schema_item *item)
{
    struct json_limits limits = {.depth = 4};
    struct json *value;

    if (!item->key->fallback)
        return;
    if (json_parse(&r->config->arena, str_z(item->key->fallback), &limits,
                   &value, NULL) < 0) {
        r->error = ERR_NOMEM;
        return;
    }
    item->value = value;
    read_value(r, item);
}

static const struct schema_key *find_key(const struct schema_key *keys,
                                         struct str name)
{
    for (const struct schema_key *key = keys; key->name; key++)
        if (str_eq(str_z(key->name), name))
            return key;
    return NULL;
}

/* Says what an unknown key may have been meant to be: one of this object's,
 * or one that has its place in a section. */
static void refuse_key(struct reader *r, const struct json *member,
                       const struct schema_key *keys)
{
    size_t offset = complain_key_offset(r->config, member);
    char quoted[QUOTED_SIZE];
    struct nearest near;

    complain_quote(member->key, quoted);
    nearest_init(&near, member->key);
    for (const struct schema_key *key = keys; key->name; key++)
        nearest_offer(&near, key->name);
    if (near.name) {
        complain(r, offset, "unknown key %s; did you mean \"%s\"?", quoted,
                 near.name);
        return;
    }
    for (const struct schema_key *key = schema_root; key->name; key++) {
        if (key->keys && !key->list && find_key(key->keys, member->key)) {
            complain(r, offset, "unknown key %s; did you mean \"%s.%.*s\"?",
                     quoted, key->name, STR_ARG(member->key));
            return;
        }
    }
    complain(r, offset, "unknown key %s", quoted);
}

void read_object(struct reader *r, const struct json *object,
                 const struct schema_key *keys, struct str prefix, void *base)
{
    for (const struct schema_key *key = keys; key->name; key++) {
        struct schema_item item = {
            .key = key,
            .name = name_of(r, prefix, key->name),
            .value = json_get(object, str_z(key->name)),
            .base = base,
        };
        if (item.value)
            read_value(r, &item);
        else if (key->kind == SCHEMA_SECTION)
            read_object(r, NULL, key->keys, prefix, base);
        else if (key->required && object)
            complain(r, complain_value_offset(r->config, object),
                     "\"%.*s\" is missing", STR_ARG(item.name));
        else
            read_fallback(r, &item);
    }
    if (!object)
        return;
    for (const struct json *m = object->child; m; m = m->next)
        if (!find_key(keys, m->key))
            refuse_key(r, m, keys);
}
