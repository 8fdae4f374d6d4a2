/* SPDX-License-Identifier: MIT */
#include "host/contract/breach.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "json/writer.h"

/* A path and a list of words are short; a path through nested arrays is at
 * most DEPTH_MAX names. */
#define TEXT_MAX ((size_t)4096)
/* Longer lists of words are not told, and longer names of members cut. */
#define WORDS_MAX      200
#define NAME_MAX_BYTES ((size_t)64)

void breach_init(struct breach *b)
{
    b->code = BREACH_COUNT;
    buf_init(&b->message, TEXT_MAX);
    buf_init(&b->data, TEXT_MAX);
}

void breach_free(struct breach *b)
{
    buf_free(&b->message);
    buf_free(&b->data);
}

const char *breach_code_text(enum breach_code code)
{
    static const char *const texts[] = {
#define BREACH_TEXT(name, text) [BREACH_##name] = (text),
        BREACH_MAP(BREACH_TEXT)
#undef BREACH_TEXT
    };
    return texts[code];
}

void breach_begin(struct breach *b, enum breach_code code)
{
    b->code = code;
    buf_clear(&b->message);
    buf_clear(&b->data);
}

/* The data of a breach that is about a field. Bounds that are none are left
 * out; `bounds` NULL: all. */
static void put_data(struct breach *b, const struct field_path *path,
                     const mortise_field *bounds)
{
    struct json_writer w;
    struct buf name;

    buf_init(&name, TEXT_MAX);
    field_path_put(&name, path);
    json_writer_init(&w, &b->data);
    json_open_object(&w);
    json_put_key(&w, STR("field"));
    json_put_string(&w, buf_str(&name));
    if (bounds && isfinite(bounds->min)) {
        json_put_key(&w, STR("min"));
        json_put_double(&w, bounds->min);
    }
    if (bounds && isfinite(bounds->max)) {
        json_put_key(&w, STR("max"));
        json_put_double(&w, bounds->max);
    }
    json_close_object(&w);
    buf_free(&name);
}

/* Begins a breach that is about a field: its sentence begins with the name. */
static bool begin(struct breach *b, enum breach_code code,
                  const struct field_path *path, const mortise_field *bounds)
{
    breach_begin(b, code);
    put_data(b, path, bounds);
    buf_append_char(&b->message, '"');
    field_path_put(&b->message, path);
    buf_append_z(&b->message, "\" ");
    return false;
}

static bool bad(struct breach *b, const struct field_path *path,
                const char *text)
{
    begin(b, BREACH_BAD_ARGUMENT, path, NULL);
    buf_append_z(&b->message, text);
    return false;
}

static bool out_of_bounds(struct breach *b, const struct field_path *path,
                          const mortise_field *f)
{
    bool length = f->type != MORTISE_NUMBER && f->type != MORTISE_INTEGER;
    begin(b, BREACH_BAD_ARGUMENT, path, f);
    bool range = isfinite(f->min) && isfinite(f->max) && f->min != f->max;
    buf_append_z(&b->message, length  ? "has to have "
                              : range ? "has to be from "
                                      : "has to be ");
    contract_put_bounds(&b->message, f);
    buf_append_char(&b->message, '.');
    return false;
}

static bool within(const mortise_field *f, double n)
{
    return n >= f->min && n <= f->max;
}

/* --- values --- */

static size_t characters(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++)
        count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return count;
}

static bool is_word(struct str words, struct str s)
{
    while (words.p)
        if (str_eq(str_cut(&words, '|'), s))
            return true;
    return false;
}

static bool wrong_word(struct breach *b, const struct field_path *path,
                       const mortise_field *f)
{
    struct str words = str_z(f->one_of);

    if (words.n > WORDS_MAX)
        return bad(b, path, "is none of the words that are allowed.");
    begin(b, BREACH_BAD_ARGUMENT, path, NULL);
    buf_append_z(&b->message, "has to be one of ");
    while (words.p) {
        buf_append_str(&b->message, str_cut(&words, '|'));
        buf_append_z(&b->message, words.p ? ", " : ".");
    }
    return false;
}

static bool check_string(struct breach *b, const struct field_path *path,
                         const mortise_field *f, struct str s)
{
    /* mortise_text() would not give it. */
    if (s.n > 0 && memchr(s.p, 0, s.n))
        return bad(b, path, "has a NUL character in it.");
    if (!within(f, (double)characters(s)))
        return out_of_bounds(b, path, f);
    return !f->one_of || is_word(str_z(f->one_of), s) || wrong_word(b, path, f);
}

static bool check_number(struct breach *b, const struct field_path *path,
                         const mortise_field *f, const struct json *v)
{
    double number;
    int64_t integer = 0;
    int error = f->type == MORTISE_INTEGER ? json_int(v, &integer)
                                           : json_double(v, &number);
    if (error == ERR_LIMIT)
        return bad(b, path, "is too large a number.");
    if (error < 0)
        return bad(b, path, "has to be a whole number.");
    if (f->type == MORTISE_INTEGER)
        number = (double)integer;
    return within(f, number) || out_of_bounds(b, path, f);
}

static bool check_value(struct breach *b, const struct field_path *path,
                        const mortise_field *f, const struct json *v);

static bool check_array(struct breach *b, const struct field_path *path,
                        const mortise_field *f, const struct json *v)
{
    struct field_path element = {.up = path};

    if (!within(f, v->count))
        return out_of_bounds(b, path, f);
    if (f->field_count == 0)
        return true;
    for (v = v->child; v; v = v->next) {
        if (!(v->type == JSON_NULL && field_optional(f->fields)) &&
            !check_value(b, &element, f->fields, v))
            return false;
        element.index++;
    }
    return true;
}

static bool missing(struct breach *b, const struct field_path *path)
{
    begin(b, BREACH_MISSING_ARGUMENT, path, NULL);
    buf_append_z(&b->message, "is missing.");
    return false;
}

static bool check_present(struct breach *b, const struct field_path *path,
                          const mortise_field *f, const struct json *v)
{
    if (field_optional(f) && (!v || v->type == JSON_NULL))
        return true;
    return v ? check_value(b, path, f, v) : missing(b, path);
}

static bool unknown_member(struct breach *b, const struct field_path *object,
                           struct str name)
{
    size_t n = name.n;

    if (n > NAME_MAX_BYTES)
        for (n = NAME_MAX_BYTES; ((unsigned char)name.p[n] & 0xc0) == 0x80; n--)
            ;
    if (object) {
        begin(b, BREACH_BAD_ARGUMENT, object, NULL);
    } else {
        breach_begin(b, BREACH_BAD_ARGUMENT);
        buf_append_z(&b->message, "The object ");
    }
    buf_append_z(&b->message, "has a member \"");
    buf_append(&b->message, name.p, n);
    buf_append_z(&b->message, n < name.n ? "...\" that is not asked for."
                                         : "\" that is not asked for.");
    return false;
}

/* Members of an object (NULL: an empty one) that is at `up` (NULL: it is the
 * argument itself). */
static bool check_members(struct breach *b, const struct field_path *up,
                          const mortise_field *fields, uint32_t count,
                          bool extra, const struct json *object)
{
    uint64_t seen = 0;

    for (const struct json *v = object ? object->child : NULL; v; v = v->next) {
        uint32_t i;
        const mortise_field *f = contract_find(fields, count, v->key, &i);
        if (!f && !extra)
            return unknown_member(b, up, v->key);
        if (!f)
            continue;
        struct field_path path = {.up = up, .name = f->name};
        if (!check_present(b, &path, f, v))
            return false;
        seen |= (uint64_t)1 << i;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct field_path path = {.up = up, .name = fields[i].name};
        if (!(seen >> i & 1) && !check_present(b, &path, &fields[i], NULL))
            return false;
    }
    return true;
}

static bool type_fits(uint32_t type, const struct json *v)
{
    if (type == MORTISE_ANY_VALUE)
        return true;
    if (type == MORTISE_INTEGER)
        type = MORTISE_NUMBER;
    return (uint32_t)v->type == type;
}

static bool check_value(struct breach *b, const struct field_path *path,
                        const mortise_field *f, const struct json *v)
{
    if (!type_fits(f->type, v)) {
        begin(b, BREACH_BAD_ARGUMENT, path, NULL);
        buf_printf(&b->message, "has to be %s.", contract_type_text(f->type));
        return false;
    }
    switch (f->type) {
    case MORTISE_STRING:
        return check_string(b, path, f, v->text);
    case MORTISE_NUMBER:
    case MORTISE_INTEGER:
        return check_number(b, path, f, v);
    case MORTISE_BINARY:
        return within(f, (double)v->text.n) || out_of_bounds(b, path, f);
    case MORTISE_ARRAY:
        return check_array(b, path, f, v);
    case MORTISE_OBJECT:
        return f->field_count == 0 ||
               check_members(b, path, f->fields, f->field_count,
                             (f->flags & MORTISE_EXTRA) != 0, v);
    default:
        return true;
    }
}

/* --- arguments --- */

static bool check_count(struct breach *b, const mortise_contract *terms,
                        uint32_t argc)
{
    uint32_t most = terms->one_object ? 1 : terms->field_count;

    if (argc <= most || (terms->flags & MORTISE_EXTRA) != 0)
        return true;
    breach_begin(b, BREACH_TOO_MANY_ARGUMENTS);
    buf_printf(&b->message, "It takes %u argument%s, not %u.", most,
               most == 1 ? "" : "s", argc);
    buf_printf(&b->data, "{\"max\":%u,\"count\":%u}", most, argc);
    return false;
}

static bool check_object(struct breach *b, const mortise_contract *terms,
                         const struct json *v)
{
    if (v && v->type == JSON_NULL)
        v = NULL; /* as undefined, which travels as null */
    if (v && v->type != JSON_OBJECT) {
        breach_begin(b, BREACH_BAD_ARGUMENT);
        buf_append_z(&b->message, "The argument has to be an object.");
        return false;
    }
    return check_members(b, NULL, terms->fields, terms->field_count,
                         (terms->flags & MORTISE_EXTRA) != 0, v);
}

bool breach_none(const mortise_contract *terms, const struct json *first,
                 uint32_t argc, struct breach *ret_breach)
{
    const struct json *v = first;

    if (terms->one_object)
        return check_count(ret_breach, terms, argc) &&
               check_object(ret_breach, terms, v);
    for (uint32_t i = 0; i < terms->field_count; i++) {
        struct field_path path = {.name = terms->fields[i].name};
        if (!check_present(ret_breach, &path, &terms->fields[i], v))
            return false;
        v = v ? v->next : NULL;
    }
    return check_count(ret_breach, terms, argc);
}
