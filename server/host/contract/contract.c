/* SPDX-License-Identifier: MIT */
#include "host/contract/contract.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "base/timer.h"
#include "base/utf8.h"
#include "json/writer.h"

#define NAME_MAX_BYTES 64
#define DEPTH_MAX      16
#define ALL_FIELDS_MAX 4096 /* of one contract: nested arrays may be shared */

/* Bounds of whole numbers: with those a double tells all integers apart. */
#define EXACT_MAX 9007199254740991.0 /* 2^53 - 1 */

#define RATE_MAX 1e6

/* What the first release had; nothing is shorter. */
#define CONTRACT_SIZE_MIN                                                      \
    (offsetof(mortise_contract, description) + sizeof(const char *))
#define FIELD_SIZE_MIN                                                         \
    (offsetof(mortise_field, description) + sizeof(const char *))

/* A contract being copied. */
struct copying {
    struct arena *arena;
    const char *event;
    size_t field_size;
    uint32_t left; /* of ALL_FIELDS_MAX */
    struct buf *why;
};

void field_path_put(struct buf *out, const struct field_path *path)
{
    if (path->up)
        field_path_put(out, path->up);
    if (!path->name && path->index == FIELD_PATH_ANY) {
        buf_append_z(out, "[]");
    } else if (!path->name) {
        buf_printf(out, "[%u]", path->index);
    } else {
        if (path->up)
            buf_append_char(out, '.');
        buf_append_z(out, path->name);
    }
}

const char *contract_type_text(uint32_t type)
{
    switch (type) {
    case MORTISE_BOOL:
        return "true or false";
    case MORTISE_NUMBER:
        return "a number";
    case MORTISE_STRING:
        return "a string";
    case MORTISE_ARRAY:
        return "an array";
    case MORTISE_OBJECT:
        return "an object";
    case MORTISE_BINARY:
        return "binary";
    case MORTISE_INTEGER:
        return "a whole number";
    case MORTISE_ANY_VALUE:
        return "anything";
    default:
        return NULL;
    }
}

const mortise_field *contract_find(const mortise_field *fields, uint32_t count,
                                   struct str name, uint32_t *ret_index)
{
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(str_z(fields[i].name), name)) {
            *ret_index = i;
            return &fields[i];
        }
    return NULL;
}

struct contract *contract_of(const mortise_handler *row)
{
    if (!row->contract)
        return NULL;
    uintptr_t terms = (uintptr_t)row->contract;
    return CONTAINER_OF(terms, struct contract, terms);
}

static void put_number(struct buf *out, double value)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_put_double(&w, value);
}

void contract_put_bounds(struct buf *out, const mortise_field *f)
{
    const char *unit = f->type == MORTISE_STRING   ? " character"
                       : f->type == MORTISE_BINARY ? " byte"
                       : f->type == MORTISE_ARRAY  ? " element"
                                                   : "";
    bool upper = isfinite(f->max);
    /* That a length is at least 0 need not be said. */
    bool lower = isfinite(f->min) && (f->min != 0 || !*unit);

    if (!lower && !upper)
        return;
    if (lower && upper && f->min == f->max) {
        buf_append_z(out, "exactly ");
        lower = false;
    } else if (!lower) {
        buf_append_z(out, "at most ");
    } else if (!upper) {
        buf_append_z(out, "at least ");
    }
    if (lower)
        put_number(out, f->min);
    if (lower && upper)
        buf_append_z(out, " to ");
    if (upper)
        put_number(out, f->max);
    buf_append_z(out, unit);
    if (*unit && (upper ? f->max : f->min) != 1)
        buf_append_char(out, 's');
}

/* Says what is wrong, and where; path NULL: with the contract itself. */
__attribute__((format(printf, 3, 4))) static int
complain(const struct copying *c, const struct field_path *path,
         const char *format, ...)
{
    va_list args;
    buf_printf(c->why, "event \"%s\"", c->event);
    if (path) {
        buf_append_z(c->why, ", field \"");
        field_path_put(c->why, path);
        buf_append_char(c->why, '"');
    }
    buf_append_z(c->why, ": ");
    va_start(args, format);
    buf_vprintf(c->why, format, args);
    va_end(args);
    return ERR_SYNTAX;
}

static bool name_fits(const char *name)
{
    size_t n = name ? strnlen(name, NAME_MAX_BYTES + 1) : 0;
    return n > 0 && n <= NAME_MAX_BYTES && utf8_valid(name, n);
}

/* --- fields --- */

static bool has_length(uint32_t type)
{
    return type == MORTISE_STRING || type == MORTISE_BINARY ||
           type == MORTISE_ARRAY;
}

static bool is_number(uint32_t type)
{
    return type == MORTISE_NUMBER || type == MORTISE_INTEGER;
}

/* Makes bounds that were not given infinite. */
static int take_bounds(const struct copying *c, const struct field_path *path,
                       mortise_field *f)
{
    bool given = f->min != 0 || f->max != 0;
    bool whole = f->type != MORTISE_NUMBER;

    if (given && !has_length(f->type) && !is_number(f->type))
        return complain(c, path,
                        "it has bounds, and is no number and nothing "
                        "that has a length");
    if (!isfinite(f->min) || !isfinite(f->max))
        return complain(c, path, "its bounds are no numbers");
    if (whole && (f->min != trunc(f->min) || f->max != trunc(f->max) ||
                  fabs(f->min) > EXACT_MAX || fabs(f->max) > EXACT_MAX))
        return complain(c, path,
                        "its bounds are no whole numbers, or beyond "
                        "2^53");
    if (has_length(f->type) && (f->min < 0 || f->max < 0))
        return complain(c, path, "no length is below 0");
    if (has_length(f->type) ? f->max == 0
                            : !given || (f->max == 0 && f->min > 0))
        f->max = (double)INFINITY;
    if (!has_length(f->type) && !given)
        f->min = -(double)INFINITY;
    if (f->max < f->min)
        return complain(c, path, "its max is below its min");
    return 0;
}

static int check_words(const struct copying *c, const struct field_path *path,
                       const mortise_field *f)
{
    struct str rest = str_z(f->one_of);

    if (!f->one_of)
        return 0;
    if (f->type != MORTISE_STRING)
        return complain(c, path, "one_of is for strings");
    if (!utf8_valid(rest.p, rest.n))
        return complain(c, path, "its one_of is not UTF-8");
    if (rest.n == 0 || rest.p[0] == '|' || rest.p[rest.n - 1] == '|' ||
        strstr(f->one_of, "||"))
        return complain(c, path, "its one_of has an empty word");
    return 0;
}

/* Fields beside each other, or the one that is an array's element. */
struct field_list {
    const mortise_field *from;
    uint32_t count;
    bool element;
};

static int copy_fields(struct copying *c, const struct field_path *up,
                       struct field_list list, uint32_t depth,
                       const mortise_field **ret_fields);

/* What is in an object or array, if the plugin says. */
static int take_nested(struct copying *c, const struct field_path *path,
                       mortise_field *f, uint32_t depth)
{
    if (!f->fields && f->field_count == 0)
        return 0;
    if (f->type != MORTISE_OBJECT && f->type != MORTISE_ARRAY)
        return complain(c, path,
                        "it has fields, and is neither an object nor "
                        "an array");
    if (f->type == MORTISE_ARRAY && f->field_count != 1)
        return complain(c, path, "it is an array and has %u fields, not one",
                        f->field_count);
    if (depth == DEPTH_MAX)
        return complain(c, path, "its fields are nested too deep");
    struct field_list list = {f->fields, f->field_count,
                              f->type == MORTISE_ARRAY};
    return copy_fields(c, path, list, depth + 1, &f->fields);
}

static int take_field(struct copying *c, const struct field_path *path,
                      mortise_field *f, uint32_t depth)
{
    if (!contract_type_text(f->type))
        return complain(c, path, "its type %u is none", f->type);
    if ((f->flags & ~(uint32_t)(MORTISE_OPTIONAL | MORTISE_EXTRA)) != 0)
        return complain(c, path, "it has flags that are none");
    int error = take_bounds(c, path, f);
    if (error == 0)
        error = check_words(c, path, f);
    return error == 0 ? take_nested(c, path, f, depth) : error;
}

/* The path of a field that has been copied; checks its name. */
static int take_name(const struct copying *c, const struct field_path *up,
                     bool element, const mortise_field *fields, uint32_t i,
                     struct field_path *ret_path)
{
    uint32_t first;
    *ret_path = (struct field_path){.up = up, .index = FIELD_PATH_ANY};
    if (element)
        return 0;
    if (!name_fits(fields[i].name))
        return complain(c, up,
                        "field %u has no name, or one that is not UTF-8 or "
                        "longer than %d bytes",
                        i, NAME_MAX_BYTES);
    ret_path->name = fields[i].name;
    contract_find(fields, i + 1, str_z(fields[i].name), &first);
    return first == i ? 0 : complain(c, ret_path, "it is there twice");
}

static int copy_fields(struct copying *c, const struct field_path *up,
                       struct field_list list, uint32_t depth,
                       const mortise_field **ret_fields)
{
    size_t size = c->field_size;

    if (!list.from || list.count == 0 || list.count > CONTRACT_FIELDS_MAX ||
        list.count > c->left)
        return complain(c, up, "its fields are missing, or too many");
    c->left -= list.count;
    mortise_field *fields =
        arena_zalloc(c->arena, list.count * sizeof(fields[0]));
    if (!fields)
        return ERR_NOMEM;
    if (size > sizeof(fields[0]))
        size = sizeof(fields[0]);
    for (uint32_t i = 0; i < list.count; i++) {
        struct field_path path;
        memcpy(&fields[i], (const char *)list.from + i * c->field_size, size);
        int error = take_name(c, up, list.element, fields, i, &path);
        if (error == 0)
            error = take_field(c, &path, &fields[i], depth);
        if (error < 0)
            return error;
    }
    *ret_fields = fields;
    return 0;
}

/* --- the contract around them --- */

/* Positional arguments end where the first is left out. */
static int check_order(const struct copying *c, const mortise_contract *terms)
{
    for (uint32_t i = 1; i < terms->field_count && !terms->one_object; i++)
        if (field_optional(&terms->fields[i - 1]) &&
            !field_optional(&terms->fields[i])) {
            struct field_path path = {.name = terms->fields[i].name};
            return complain(c, &path,
                            "it is required and comes after one that is "
                            "optional");
        }
    return 0;
}

static int check_rate(const struct copying *c, const mortise_contract *terms)
{
    const uint32_t all =
        MORTISE_PER_SOCKET | MORTISE_PER_USER | MORTISE_PER_ADDRESS;

    if (!isfinite(terms->per_second) || terms->per_second < 0 ||
        terms->per_second > RATE_MAX)
        return complain(c, NULL, "its per_second is none");
    if (terms->per_second == 0 && (terms->burst != 0 || terms->per != 0))
        return complain(c, NULL, "burst and per need a per_second");
    if ((terms->per & ~all) != 0)
        return complain(c, NULL, "its per has flags that are none");
    return 0;
}

static int check_terms(const struct copying *c, const mortise_contract *terms,
                       enum contract_use use)
{
    if (terms->ack > MORTISE_ACK_FORBIDDEN)
        return complain(c, NULL, "its ack is none");
    if (terms->login > MORTISE_USER)
        return complain(c, NULL, "its login is none");
    if (terms->role && !name_fits(terms->role))
        return complain(c, NULL, "its role is empty or too long");
    if ((terms->flags & ~(uint32_t)MORTISE_EXTRA) != 0)
        return complain(c, NULL, "it has flags that are none");
    if (terms->one_object > 1)
        return complain(c, NULL, "its one_object is neither 0 nor 1");
    if (use != CONTRACT_EVENT && (terms->login || terms->role ||
                                  terms->per_second != 0 || terms->max_bytes))
        return complain(c, NULL,
                        "login, rate and size are for what clients "
                        "emit");
    if (use == CONTRACT_ACK && (terms->ack || terms->answer))
        return complain(c, NULL, "nobody acknowledges an acknowledgement");
    return check_rate(c, terms);
}

static int take_fields(struct copying *c, mortise_contract *terms)
{
    struct field_list fields = {terms->fields, terms->field_count, false};
    struct field_list answer = {terms->answer, terms->answer_count, false};
    int error = 0;

    if (fields.count > 0)
        error = copy_fields(c, NULL, fields, 0, &terms->fields);
    if (error == 0)
        error = check_order(c, terms);
    if (error == 0 && answer.count > 0)
        error = copy_fields(c, NULL, answer, 0, &terms->answer);
    return error;
}

int contract_copy(struct arena *arena, const mortise_contract *from,
                  enum contract_use use, const char *event, uint64_t id,
                  struct contract **ret_contract, struct buf *why)
{
    struct copying c = {
        .arena = arena, .event = event, .left = ALL_FIELDS_MAX, .why = why};
    size_t size = from->size;

    if (size < CONTRACT_SIZE_MIN || from->field_size < FIELD_SIZE_MIN ||
        from->field_size % sizeof(void *) != 0)
        return complain(&c, NULL, "its contract was not made by the macros");
    struct contract *copy = arena_zalloc(arena, sizeof(*copy));
    if (!copy)
        return ERR_NOMEM;
    c.field_size = from->field_size;
    if (size > sizeof(copy->terms))
        size = sizeof(copy->terms);
    memcpy(&copy->terms, from, size);
    copy->id = id;
    if (copy->terms.role)
        copy->terms.login = MORTISE_USER;
    int error = check_terms(&c, &copy->terms, use);
    if (error == 0)
        error = take_fields(&c, &copy->terms);
    if (error == 0 && copy->terms.per_second > 0 && copy->terms.burst == 0)
        copy->terms.burst = copy->terms.per_second > 1
                                ? (uint32_t)ceil(copy->terms.per_second)
                                : 1;
    if (error == 0)
        *ret_contract = copy;
    return error;
}
