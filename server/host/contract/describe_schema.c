/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "host/contract/contract.h"
#include "host/contract/describe.h"
#include "json/writer.h"

static void put_text(struct json_writer *w, const char *key, const char *text)
{
    json_put_key(w, str_z(key));
    json_put_string(w, str_z(text));
}

static void put_flag(struct json_writer *w, const char *key, bool value)
{
    json_put_key(w, str_z(key));
    json_put_bool(w, value);
}

static void put_bound(struct json_writer *w, const char *key, double value)
{
    if (!isfinite(value))
        return;
    json_put_key(w, str_z(key));
    json_put_double(w, value);
}

/* No length is below 0. */
static void put_length(struct json_writer *w, const char *key, double least)
{
    if (least > 0)
        put_bound(w, key, least);
}

static void put_schema(struct json_writer *w, const mortise_field *f);

/* The rest of a schema of an object with these members. */
static void put_members(struct json_writer *w, const mortise_field *fields,
                        uint32_t count, bool extra)
{
    json_put_key(w, STR("properties"));
    json_open_object(w);
    for (uint32_t i = 0; i < count; i++) {
        json_put_key(w, str_z(fields[i].name));
        put_schema(w, &fields[i]);
    }
    json_close_object(w);
    json_put_key(w, STR("required"));
    json_open_array(w);
    for (uint32_t i = 0; i < count; i++)
        if (!field_optional(&fields[i]))
            json_put_string(w, str_z(fields[i].name));
    json_close_array(w);
    put_flag(w, "additionalProperties", extra);
}

static void put_words(struct json_writer *w, const mortise_field *f)
{
    struct str words = str_z(f->one_of);
    json_put_key(w, STR("enum"));
    json_open_array(w);
    while (words.p)
        json_put_string(w, str_cut(&words, '|'));
    if (field_optional(f))
        json_put_null(w);
    json_close_array(w);
}

/* "type", with null beside it for what is optional. */
static void put_type(struct json_writer *w, const mortise_field *f,
                     const char *name)
{
    json_put_key(w, STR("type"));
    if (field_optional(f))
        json_open_array(w);
    json_put_string(w, str_z(name));
    if (!field_optional(f))
        return;
    json_put_string(w, STR("null"));
    json_close_array(w);
}

static void put_kind(struct json_writer *w, const mortise_field *f)
{
    switch (f->type) {
    case MORTISE_BOOL:
        put_type(w, f, "boolean");
        break;
    case MORTISE_NUMBER:
    case MORTISE_INTEGER:
        put_type(w, f, f->type == MORTISE_NUMBER ? "number" : "integer");
        put_bound(w, "minimum", f->min);
        put_bound(w, "maximum", f->max);
        break;
    case MORTISE_STRING:
        put_type(w, f, "string");
        put_length(w, "minLength", f->min);
        put_bound(w, "maxLength", f->max);
        if (f->one_of)
            put_words(w, f);
        break;
    case MORTISE_ARRAY:
        put_type(w, f, "array");
        put_length(w, "minItems", f->min);
        put_bound(w, "maxItems", f->max);
        if (f->field_count == 1) {
            json_put_key(w, STR("items"));
            put_schema(w, f->fields);
        }
        break;
    case MORTISE_OBJECT:
        put_type(w, f, "object");
        if (f->field_count > 0)
            put_members(w, f->fields, f->field_count,
                        (f->flags & MORTISE_EXTRA) != 0);
        break;
    case MORTISE_BINARY: /* bytes beside the JSON: no schema reaches them */
        put_text(w, "$comment", "binary");
        put_length(w, "minBytes", f->min);
        put_bound(w, "maxBytes", f->max);
        break;
    default: /* anything */
        break;
    }
}

/* What is known of a field but its name. */
static void put_field(struct json_writer *w, const mortise_field *f)
{
    if (f->description)
        put_text(w, "description", f->description);
    put_kind(w, f);
}

static void put_schema(struct json_writer *w, const mortise_field *f)
{
    json_open_object(w);
    put_field(w, f);
    json_close_object(w);
}

/* An argument by its place, which says nothing of its name. */
static void put_argument(struct json_writer *w, const mortise_field *f)
{
    json_open_object(w);
    put_text(w, "title", f->name);
    put_field(w, f);
    json_close_object(w);
}

static void put_object(struct json_writer *w, const mortise_field *fields,
                       uint32_t count, bool extra)
{
    json_open_object(w);
    put_text(w, "type", "object");
    put_members(w, fields, count, extra);
    json_close_object(w);
}

/* A schema of the array of all arguments. */
static void put_arguments(struct json_writer *w, const mortise_contract *t)
{
    bool extra = (t->flags & MORTISE_EXTRA) != 0;
    uint32_t least = 0;

    json_open_object(w);
    put_text(w, "type", "array");
    json_put_key(w, STR("prefixItems"));
    json_open_array(w);
    for (uint32_t i = 0; !t->one_object && i < t->field_count; i++)
        put_argument(w, &t->fields[i]);
    if (t->one_object)
        put_object(w, t->fields, t->field_count, extra);
    json_close_array(w);
    for (uint32_t i = 0; i < t->field_count; i++)
        least += !field_optional(&t->fields[i]);
    json_put_key(w, STR("minItems"));
    json_put_uint(w, t->one_object && least > 1 ? 1 : least);
    put_flag(w, "items", extra);
    json_close_object(w);
}

/* What holds for an event beside its arguments. */
static void put_terms(struct json_writer *w, const mortise_contract *t)
{
    static const char *const acks[] = {
        [MORTISE_ACK_OPTIONAL] = "optional",
        [MORTISE_ACK_REQUIRED] = "required",
        [MORTISE_ACK_FORBIDDEN] = "forbidden",
    };
    static const char *const whom[] = {"socket", "user", "address"};

    put_text(w, "acknowledgement", acks[t->ack]);
    if (t->login != MORTISE_ANYONE)
        put_flag(w, "login", true);
    if (t->role)
        put_text(w, "role", t->role);
    if (t->max_bytes > 0) {
        json_put_key(w, STR("maxBytes"));
        json_put_uint(w, t->max_bytes);
    }
    if (t->per_second > 0) {
        uint32_t per = t->per ? t->per : MORTISE_PER_SOCKET;
        put_bound(w, "perSecond", t->per_second);
        put_bound(w, "burst", t->burst);
        json_put_key(w, STR("per"));
        json_open_array(w);
        for (uint32_t i = 0; i < 3; i++)
            if ((per >> i & 1) != 0)
                json_put_string(w, str_z(whom[i]));
        json_close_array(w);
    }
}

static void put_event(struct json_writer *w, const mortise_handler *row)
{
    const mortise_contract *t = row->contract;

    json_put_key(w, str_z(row->name));
    json_open_object(w);
    if (t) {
        if (t->description)
            put_text(w, "description", t->description);
        put_terms(w, t);
        json_put_key(w, STR("arguments"));
        put_arguments(w, t);
    }
    if (t && t->answer_count > 0) {
        json_put_key(w, STR("answer"));
        put_object(w, t->answer, t->answer_count, false);
    }
    json_close_object(w);
}

static void put_side(struct json_writer *w, const struct description *d,
                     const char *name_space, enum describe_side side)
{
    struct describe_cursor cursor = {0, 0};
    const mortise_handler *row;

    json_put_key(w, side == DESCRIBE_CLIENT ? STR("clientToServer")
                                            : STR("serverToClient"));
    json_open_object(w);
    while ((row = describe_event(d, name_space, side, &cursor)))
        put_event(w, row);
    json_close_object(w);
}

void describe_put_namespaces(struct json_writer *w, const struct description *d)
{
    const char *name_space;

    json_open_object(w);
    for (uint32_t i = 0; (name_space = describe_space(d, i)); i++) {
        json_put_key(w, str_z(name_space));
        json_open_object(w);
        put_side(w, d, name_space, DESCRIBE_CLIENT);
        put_side(w, d, name_space, DESCRIBE_SERVER);
        json_close_object(w);
    }
    json_close_object(w);
}

void describe_schema(struct buf *out, const struct description *d)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_open_object(&w);
    put_text(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_put_key(&w, STR("namespaces"));
    describe_put_namespaces(&w, d);
    json_close_object(&w);
    buf_append_char(out, '\n');
}
