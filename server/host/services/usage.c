/* SPDX-License-Identifier: MIT */
#include "host/services/usage.h"

#include "host/contract/contract.h"

#define USAGE_MAX 16384

/* ASCII letters; the names of fields are the plugin's own words. */
static void put_upper(struct buf *out, const char *name)
{
    for (; *name; name++)
        buf_append_char(out, *name >= 'a' && *name <= 'z'
                                 ? (char)(*name - 'a' + 'A')
                                 : *name);
}

void usage_put_arguments(struct buf *out, const mortise_contract *contract)
{
    for (uint32_t i = 0; contract && i < contract->field_count; i++) {
        const mortise_field *field = &contract->fields[i];
        buf_append_z(out, field_optional(field) ? " [" : " ");
        put_upper(out, field->name);
        if (field_optional(field))
            buf_append_char(out, ']');
    }
}

static void put_text(struct json_writer *w, struct str key, const char *text)
{
    json_put_key(w, key);
    json_put_string(w, str_z(text));
}

static void put_argument(struct json_writer *w, const mortise_field *field)
{
    struct buf type;

    buf_init(&type, USAGE_MAX);
    if (field->one_of)
        buf_append_z(&type, field->one_of);
    else
        buf_append_z(&type, contract_type_text(field->type));
    json_open_object(w);
    put_text(w, STR("name"), field->name);
    json_put_key(w, STR("type"));
    json_put_string(w, buf_str(&type));
    if (field->description)
        put_text(w, STR("description"), field->description);
    json_close_object(w);
    buf_free(&type);
}

void usage_describe(struct json_writer *w, const char *plugin,
                    const mortise_command *row)
{
    const mortise_contract *contract = row->contract;
    struct buf usage;

    buf_init(&usage, USAGE_MAX);
    usage_put_arguments(&usage, contract);
    json_open_object(w);
    put_text(w, STR("plugin"), plugin);
    put_text(w, STR("name"), row->name);
    json_put_key(w, STR("usage"));
    json_put_string(w, str_trim(buf_str(&usage)));
    put_text(w, STR("help"), row->help ? row->help : "");
    json_put_key(w, STR("arguments"));
    json_open_array(w);
    for (uint32_t i = 0; contract && i < contract->field_count; i++)
        put_argument(w, &contract->fields[i]);
    json_close_array(w);
    if (row->input)
        put_text(w, STR("input"), row->input);
    json_close_object(w);
    buf_free(&usage);
}
