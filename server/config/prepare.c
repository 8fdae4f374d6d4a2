/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/error.h"
#include "base/table.h"
#include "base/utf8.h"
#include "config/prepare.h"

enum { NAME_MAX_LENGTH = 255, EXPANDED_MAX = 1 << 20 };

static bool name_is_valid(struct str name)
{
    if (name.n == 0 || name.n > NAME_MAX_LENGTH ||
        (name.p[0] >= '0' && name.p[0] <= '9'))
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

/* Appends the value of one variable, or complains. */
static void append_variable(struct reader *r, const struct json *value,
                            struct str name, struct buf *out)
{
    size_t offset = complain_value_offset(r->config, value);
    char zero[NAME_MAX_LENGTH + 1], quoted[QUOTED_SIZE];

    if (!name_is_valid(name)) {
        complain(r, offset,
                 "%s is not the name of an environment variable; write $${ "
                 "for a plain ${",
                 complain_quote(name, quoted));
        return;
    }
    memcpy(zero, name.p, name.n);
    zero[name.n] = '\0';
    const char *found = getenv(zero);
    if (!found)
        complain(r, offset, "the environment variable %s is not set", zero);
    else if (!utf8_valid(found, strlen(found)))
        complain(r, offset, "the environment variable %s is not UTF-8", zero);
    else
        buf_append_z(out, found);
}

static void expand(struct reader *r, struct json *value, struct buf *out)
{
    struct str rest = value->text;
    const char *dollar;

    while ((dollar = memmem(rest.p, rest.n, "${", 2))) {
        struct str before = {rest.p, (size_t)(dollar - rest.p)};
        struct str behind = {dollar + 2, rest.n - before.n - 2};
        if (before.n > 0 && before.p[before.n - 1] == '$') {
            buf_append(out, before.p, before.n - 1);
            buf_append_str(out, STR("${"));
            rest = behind;
            continue;
        }
        buf_append_str(out, before);
        size_t n = str_find(behind, '}');
        if (n == behind.n) {
            complain(r, complain_value_offset(r->config, value),
                     "a ${ without its }; write $${ for a plain ${");
            return;
        }
        append_variable(r, value, str_of(behind.p, n), out);
        rest = str_of(behind.p + n + 1, behind.n - n - 1);
    }
    buf_append_str(out, rest);
}

static void expand_string(struct reader *r, struct json *value)
{
    struct buf out;

    if (!memmem(value->text.p, value->text.n, "${", 2))
        return;
    buf_init(&out, EXPANDED_MAX);
    expand(r, value, &out);
    if (out.error == ERR_LIMIT)
        complain(r, complain_value_offset(r->config, value),
                 "longer than %d bytes with its variables", EXPANDED_MAX);
    else if (out.error)
        r->error = out.error;
    value->text = reader_str(r, buf_str(&out));
    value->binary = true;
    buf_free(&out);
}

static void find_repeated(struct reader *r, const struct json *object)
{
    struct table seen;
    char quoted[QUOTED_SIZE];

    table_init(&seen);
    for (struct json *member = object->child; member; member = member->next) {
        int error = table_add(&seen, member->key, member);
        if (error == ERR_EXIST)
            complain(r, complain_key_offset(r->config, member),
                     "the key %s stands here a second time",
                     complain_quote(member->key, quoted));
        else if (error < 0)
            r->error = error;
    }
    table_free(&seen);
}

void prepare(struct reader *r, struct json *value)
{
    if (value->type == JSON_STRING)
        expand_string(r, value);
    if (value->type == JSON_OBJECT)
        find_repeated(r, value);
    for (struct json *child = value->child; child; child = child->next) {
        prepare(r, child);
        value->binary |= child->binary;
    }
}
