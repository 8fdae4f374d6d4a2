/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "host/contract/breach.h"
#include "host/contract/contract.h"
#include "host/contract/describe.h"
#include "json/writer.h"

/* A text between quotes, which JSON and TypeScript write alike. */
static void put_quoted(struct buf *out, struct str text)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_put_string(&w, text);
}

static void put_line(struct buf *out, uint32_t indent)
{
    buf_append_char(out, '\n');
    while (indent-- > 0)
        buf_append_z(out, "  ");
}

static void put_type(struct buf *out, const mortise_field *f, uint32_t indent);

/* The sentence of a field and its bounds, as a comment of its own line. */
static void put_comment(struct buf *out, const mortise_field *f,
                        uint32_t indent)
{
    struct buf bounds;

    buf_init(&bounds, 256);
    contract_put_bounds(&bounds, f);
    if (f->description || bounds.n > 0) {
        put_line(out, indent);
        buf_append_z(out, "/** ");
        if (f->description)
            describe_put_text(out, f->description);
        if (f->description && bounds.n > 0)
            buf_append_char(out, ' ');
        if (bounds.n > 0)
            buf_printf(out, "(%.*s)", STR_ARG(buf_str(&bounds)));
        buf_append_z(out, " */");
    }
    buf_free(&bounds);
}

static void put_object(struct buf *out, const mortise_field *fields,
                       uint32_t count, bool extra, uint32_t indent)
{
    buf_append_char(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        put_comment(out, &fields[i], indent + 1);
        put_line(out, indent + 1);
        put_quoted(out, str_z(fields[i].name));
        buf_append_z(out, field_optional(&fields[i]) ? "?: " : ": ");
        put_type(out, &fields[i], indent + 1);
        buf_append_char(out, ';');
    }
    if (extra) {
        put_line(out, indent + 1);
        buf_append_z(out, "[member: string]: any;");
    }
    put_line(out, indent);
    buf_append_char(out, '}');
}

static void put_string(struct buf *out, const mortise_field *f)
{
    struct str words = str_z(f->one_of);

    if (!words.p)
        buf_append_z(out, "string");
    while (words.p) {
        put_quoted(out, str_cut(&words, '|'));
        if (words.p)
            buf_append_z(out, " | ");
    }
}

static void put_type(struct buf *out, const mortise_field *f, uint32_t indent)
{
    switch (f->type) {
    case MORTISE_BOOL:
        buf_append_z(out, "boolean");
        break;
    case MORTISE_NUMBER:
    case MORTISE_INTEGER:
        buf_append_z(out, "number");
        break;
    case MORTISE_STRING:
        put_string(out, f);
        break;
    case MORTISE_ARRAY:
        buf_append_z(out, "Array<");
        if (f->field_count == 1)
            put_type(out, f->fields, indent);
        else
            buf_append_z(out, "any");
        buf_append_char(out, '>');
        break;
    case MORTISE_OBJECT:
        if (f->field_count > 0)
            put_object(out, f->fields, f->field_count,
                       (f->flags & MORTISE_EXTRA) != 0, indent);
        else
            buf_append_z(out, "Record<string, any>");
        break;
    case MORTISE_BINARY:
        buf_append_z(out, "ArrayBuffer | ArrayBufferView");
        break;
    default:
        buf_append_z(out, "any");
        return; /* null is one of them */
    }
    if (field_optional(f))
        buf_append_z(out, " | null");
}

/* The name of an argument in a signature: whatever it is called. */
static void put_label(struct buf *out, const char *name)
{
    if (*name >= '0' && *name <= '9')
        buf_append_char(out, '_');
    for (; *name; name++) {
        unsigned char lower = (unsigned char)*name | 0x20;
        bool fits = (lower >= 'a' && lower <= 'z') ||
                    (*name >= '0' && *name <= '9') || *name == '_';
        buf_append_char(out, fits ? *name : '_');
    }
}

static void put_answer(struct buf *out, const mortise_contract *t,
                       bool refusable)
{
    buf_append_z(out, "answer");
    buf_append_z(out, t->ack == MORTISE_ACK_REQUIRED ? ": " : "?: ");
    buf_append_z(out, "(answer: ");
    if (t->answer_count > 0)
        put_object(out, t->answer, t->answer_count, false, 1);
    else
        buf_append_z(out, "any");
    buf_append_z(out, refusable ? " | Refused) => void" : ") => void");
}

/* One list of arguments: the first `count` of those there are. */
static void put_tuple(struct buf *out, const mortise_contract *t,
                      uint32_t count, bool answered, bool refusable)
{
    const char *comma = "";

    buf_append_char(out, '[');
    if (t->one_object) {
        uint32_t required = 0;
        for (uint32_t i = 0; i < t->field_count; i++)
            required += !field_optional(&t->fields[i]);
        buf_append_z(out,
                     required > 0 || answered ? "message: " : "message?: ");
        put_object(out, t->fields, t->field_count,
                   (t->flags & MORTISE_EXTRA) != 0, 1);
        comma = ", ";
    }
    for (uint32_t i = 0; !t->one_object && i < count; i++) {
        buf_append_z(out, comma);
        put_label(out, t->fields[i].name);
        /* In front of the callback none can be left out; see below. */
        buf_append_z(out,
                     field_optional(&t->fields[i]) && !answered ? "?: " : ": ");
        put_type(out, &t->fields[i], 1);
        comma = ", ";
    }
    if (answered) {
        buf_append_z(out, comma);
        put_answer(out, t, refusable);
    } else if ((t->flags & MORTISE_EXTRA) != 0) {
        buf_printf(out, "%s...more: any[]", comma);
    }
    buf_append_char(out, ']');
}

/* The callback comes last, behind however many optional arguments are given:
 * as many lists as there are ways. */
static void put_signature(struct buf *out, const mortise_contract *t,
                          bool answered, bool refusable)
{
    uint32_t count = 0;

    buf_append_z(out, "(...args: ");
    while (!t->one_object && answered && count < t->field_count &&
           !field_optional(&t->fields[count]))
        count++;
    if (!answered)
        count = t->field_count;
    for (;; count++) {
        put_tuple(out, t, count, answered, refusable);
        if (t->one_object || count >= t->field_count)
            break;
        buf_append_z(out, " | ");
    }
    buf_append_z(out, ") => void;");
}

static void put_event(struct buf *out, const mortise_handler *row,
                      enum describe_side side)
{
    const mortise_contract *t = row->contract;
    /* Only clients need to ask for nothing. */
    bool answered =
        t && (side == DESCRIBE_CLIENT ? t->ack != MORTISE_ACK_FORBIDDEN
                                      : t->ack == MORTISE_ACK_REQUIRED);

    if (t && t->description) {
        buf_append_z(out, "\n  /** ");
        describe_put_text(out, t->description);
        buf_append_z(out, " */");
    }
    buf_append_z(out, "\n  ");
    put_quoted(out, str_z(row->name));
    buf_append_z(out, ": ");
    if (t)
        put_signature(out, t, answered, side == DESCRIBE_CLIENT);
    else
        buf_append_z(out, "(...args: any[]) => void;");
}

/* "/" has none, "/chat-room" is ChatRoom. */
static void put_words(struct buf *out, const char *name)
{
    bool upper = true;

    for (; *name; name++) {
        unsigned char lower = (unsigned char)*name | 0x20;
        bool letter = lower >= 'a' && lower <= 'z';
        bool digit = *name >= '0' && *name <= '9';
        if (letter)
            buf_append_char(out, upper ? (char)(lower - 0x20) : *name);
        else if (digit)
            buf_append_char(out, *name);
        upper = !letter && !digit;
    }
}

/* The name of a namespace as an identifier begins with it; of those that come
 * to the same the later ones get a number. */
static void put_space(struct buf *out, const struct description *d,
                      uint32_t index)
{
    struct buf mine, other;
    bool again = false;

    buf_init(&mine, BUF_MAX);
    buf_init(&other, BUF_MAX);
    put_words(&mine, describe_space(d, index));
    for (uint32_t i = 0; i < index; i++) {
        buf_clear(&other);
        put_words(&other, describe_space(d, i));
        again = again || str_eq(buf_str(&mine), buf_str(&other));
    }
    if (again)
        buf_printf(out, "Space%u", index);
    buf_append_str(out, buf_str(&mine));
    buf_free(&mine);
    buf_free(&other);
}

static void put_side(struct buf *out, const struct description *d,
                     uint32_t index, enum describe_side side)
{
    const char *name_space = describe_space(d, index);
    struct describe_cursor cursor = {0, 0};
    const mortise_handler *row;
    bool told = side == DESCRIBE_CLIENT;

    buf_append_z(out, "\nexport interface ");
    put_space(out, d, index);
    buf_append_z(out, side == DESCRIBE_CLIENT ? "ClientToServer {"
                                              : "ServerToClient {");
    while ((row = describe_event(d, name_space, side, &cursor))) {
        put_event(out, row, side);
        told = told || strcmp(row->name, "error") == 0;
    }
    if (!told)
        buf_append_z(out, "\n  /** An event that asked for no acknowledgement "
                          "was refused. */\n"
                          "  \"error\": (refusal: Refusal) => void;");
    buf_append_z(out, "\n}\n");
}

static void put_refusals(struct buf *out)
{
    buf_append_z(out, "/** Why an event was not handled. */\n"
                      "export interface Refusal {\n  code:");
    for (int code = 0; code < BREACH_COUNT; code++)
        buf_printf(out, "\n    | \"%s\"",
                   breach_code_text((enum breach_code)code));
    buf_append_z(out, "\n    | \"refused\" // by middleware\n"
                      "    | (string & {}); // by the plugin\n"
                      "  message: string;\n"
                      "  event?: string;\n"
                      "  data?: any;\n}\n\n"
                      "/** The answer to an event that was not handled. */\n"
                      "export interface Refused {\n  error: Refusal;\n}\n");
}

void describe_types(struct buf *out, const struct description *d)
{
    const char *name_space;

    buf_append_z(out, "// Made by mortise --describe; do not edit.\n\n");
    put_refusals(out);
    for (uint32_t i = 0; (name_space = describe_space(d, i)); i++) {
        buf_append_z(out, "\n// The namespace ");
        describe_put_text(out, name_space);
        buf_append_char(out, '\n');
        put_side(out, d, i, DESCRIBE_SERVER);
        put_side(out, d, i, DESCRIBE_CLIENT);
    }
}
