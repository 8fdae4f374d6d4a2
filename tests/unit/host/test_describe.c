/* SPDX-License-Identifier: MIT */
/* Contracts written out: Markdown, JSON Schema, TypeScript. That the compiler
 * of TypeScript takes the latter is tests/clients' to see. */
#include "unit.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/contract/contract.h"
#include "host/contract/describe.h"
#include "json/json.h"

static struct arena arena;
static struct buf out;
static mortise_handler rows[8];
static struct generation plugin;

static void setup(void)
{
    arena_init(&arena, 1 << 20);
    buf_init(&out, BUF_MAX);
    plugin = (struct generation){
        .name = "test", .version = "1.2", .handlers = {rows, 0}};
}

static void teardown(void)
{
    buf_free(&out);
    arena_free(&arena);
    ck_assert_int_eq(mem_live(), 0);
}

/* As the loader does it. */
static void add(struct plugin_rows *to, mortise_handler row,
                enum contract_use use)
{
    struct contract *contract;
    struct buf why;

    buf_init(&why, 1000);
    if (row.contract) {
        int error = contract_copy(&arena, row.contract, use, row.name, 0,
                                  &contract, &why);
        ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&why)));
        row.contract = &contract->terms;
    }
    buf_free(&why);
    to->rows[to->count++] = row;
}

static void event(const char *name, const mortise_contract *contract)
{
    add(&plugin.handlers, (mortise_handler){.name = name, .contract = contract},
        CONTRACT_EVENT);
}

static void said_by(void (*describe)(struct buf *, const struct description *),
                    const char *expected)
{
    struct described described = {&plugin, "/"};
    struct description d = {&described, 1};
    buf_clear(&out);
    describe(&out, &d);
    ck_assert_int_eq(out.error, 0);
    buf_append_char(&out, '\0');
    ck_assert_msg(strstr(out.p, expected) != NULL, "%s\n---\n%s", expected,
                  out.p);
}

static void not_said_by(void (*describe)(struct buf *,
                                         const struct description *),
                        const char *text)
{
    said_by(describe, "");
    ck_assert_ptr_null(strstr(out.p, text));
}

static const mortise_field point[] = {
    {"x", MORTISE_INTEGER, .min = -1, .max = 7},
    {"a-b", MORTISE_NUMBER, MORTISE_OPTIONAL, .description = "A | */ b\nc"}};
static const mortise_field element[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(point)}};
static const mortise_field move[] = {
    {"path", MORTISE_ARRAY, .min = 1, .max = 1, MORTISE_NESTED(element)},
    {"hand", MORTISE_STRING, .one_of = "rock|\"paper\""},
    {"9 lives", MORTISE_BINARY, MORTISE_OPTIONAL, .max = 100},
    {"any", MORTISE_ANY_VALUE, MORTISE_OPTIONAL}};
static const mortise_field ok[] = {{"ok", MORTISE_BOOL}};

START_TEST(markdown)
{
    event("move",
          MORTISE_FIELDS(move, .ack = MORTISE_ACK_REQUIRED, .role = "admin",
                         .per_second = 0.5, .max_bytes = 99,
                         .per = MORTISE_PER_USER | MORTISE_PER_ADDRESS,
                         MORTISE_ANSWER(ok), .description = "Moves."));
    said_by(describe_markdown, "# Events\n\n- **test** 1.2\n");
    said_by(describe_markdown,
            "#### `move`\n\nMoves.\n\n"
            "- Acknowledgement: has to be asked for.\n"
            "- For users with the role `admin`.\n"
            "- Rate: 0.5 a second, 1 at once, for each user and each "
            "address.\n"
            "- Size: at most 99 bytes.\n\n"
            "| argument | what it is | bounds | |\n|---|---|---|---|\n"
            "| `path` | array, each element an object | exactly 1 element |  "
            "|\n"
            "| `path[].x` | a whole number | -1 to 7 |  |\n"
            "| `path[].a-b` | a number, optional |  | A \\| * / b c |\n"
            "| `hand` | a string | one of `rock`, `\"paper\"` |  |\n"
            "| `9 lives` | binary, optional | at most 100 bytes |  |\n"
            "| `any` | anything, optional |  |  |\n\n"
            "| member of the answer | what it is | bounds | |\n"
            "|---|---|---|---|\n"
            "| `ok` | true or false |  |  |\n");
    event("free", NULL);
    said_by(describe_markdown,
            "#### `free`\n\nAny arguments: it has no contract.\n");
    event("bare",
          MORTISE_NO_FIELDS(.login = MORTISE_USER, .flags = MORTISE_EXTRA,
                            .ack = MORTISE_ACK_FORBIDDEN));
    said_by(describe_markdown,
            "#### `bare`\n\n"
            "- Acknowledgement: none, and must not be asked for.\n"
            "- For users who have signed in.\n\n"
            "No arguments.\n\nMore may follow.\n");
}
END_TEST

START_TEST(schema)
{
    event("move", MORTISE_FIELDS(move, .per_second = 2));
    event("one", MORTISE_MEMBERS(point));
    event("free", NULL);
    said_by(describe_schema,
            "\"move\":{\"acknowledgement\":\"optional\",\"perSecond\":2,"
            "\"burst\":2,\"per\":[\"socket\"],\"arguments\":{\"type\":"
            "\"array\",\"prefixItems\":[{\"title\":\"path\",\"type\":\"array\","
            "\"minItems\":1,"
            "\"maxItems\":1,\"items\":{\"type\":\"object\",\"properties\":{"
            "\"x\":{\"type\":\"integer\",\"minimum\":-1,\"maximum\":7},"
            "\"a-b\":{\"description\":\"A | */ b\\nc\",\"type\":[\"number\","
            "\"null\"]}},\"required\":[\"x\"],\"additionalProperties\":false}},"
            "{\"title\":\"hand\",\"type\":\"string\",\"enum\":[\"rock\","
            "\"\\\"paper\\\"\"]},"
            "{\"title\":\"9 lives\",\"$comment\":\"binary\","
            "\"maxBytes\":100},{\"title\":\"any\"}],\"minItems\":2,"
            "\"items\":false}}");
    said_by(describe_schema,
            "\"one\":{\"acknowledgement\":\"optional\",\"arguments\":{\"type\":"
            "\"array\",\"prefixItems\":[{\"type\":\"object\",\"properties\":");
    said_by(describe_schema, "\"minItems\":1,\"items\":false}},\"free\":{}}");
    struct json *value;
    const struct json_limits limits = {.depth = 64};
    ck_assert_int_eq(
        json_parse(&arena, str_of(out.p, out.n - 1), &limits, &value, NULL), 0);
}
END_TEST

START_TEST(types)
{
    event("move", MORTISE_FIELDS(move, .ack = MORTISE_ACK_REQUIRED,
                                 MORTISE_ANSWER(ok)));
    said_by(describe_types,
            "  \"move\": (...args: [path: Array<{\n"
            "    /** (-1 to 7) */\n"
            "    \"x\": number;\n"
            "    /** A | * / b c */\n"
            "    \"a-b\"?: number | null;\n"
            "  }>, hand: \"rock\" | \"\\\"paper\\\"\", answer: (answer: {\n"
            "    \"ok\": boolean;\n"
            "  } | Refused) => void] | [path: ");
    said_by(describe_types,
            "_9_lives: ArrayBuffer | ArrayBufferView | null, answer: ");
    event("quiet", MORTISE_FIELDS(move, .ack = MORTISE_ACK_FORBIDDEN));
    said_by(describe_types, "_9_lives?: ArrayBuffer | ArrayBufferView | null, "
                            "any?: any]) => void;");
    event("members", MORTISE_MEMBERS(ok, .flags = MORTISE_EXTRA,
                                     .ack = MORTISE_ACK_FORBIDDEN));
    said_by(describe_types, "  \"members\": (...args: [message: {\n"
                            "    \"ok\": boolean;\n"
                            "    [member: string]: any;\n"
                            "  }, ...more: any[]]) => void;\n");
    event("free", NULL);
    said_by(describe_types, "  \"free\": (...args: any[]) => void;\n");
}
END_TEST

START_TEST(what_is_emitted)
{
    static mortise_handler emitted[4];
    plugin.emits = (struct plugin_rows){emitted, 0};
    add(&plugin.emits,
        (mortise_handler){"asked", .contract = MORTISE_FIELDS(
                                       ok, .ack = MORTISE_ACK_REQUIRED)},
        CONTRACT_EMIT);
    add(&plugin.emits,
        (mortise_handler){"told", .contract = MORTISE_FIELDS(ok)},
        CONTRACT_EMIT);
    said_by(describe_types,
            "export interface ServerToClient {\n"
            "  \"asked\": (...args: [ok: boolean, answer: (answer: any) => "
            "void]) => void;\n"
            "  \"told\": (...args: [ok: boolean]) => void;\n"
            "  /** An event that asked for no acknowledgement was refused. */\n"
            "  \"error\": (refusal: Refusal) => void;\n"
            "}\n");
    said_by(describe_markdown, "### To clients\n\n#### `asked`\n\nThe client "
                               "has to answer.\n");
    not_said_by(describe_markdown, "### From clients");
    /* Twice is once; one that is told is not told again by us. */
    add(&plugin.emits, (mortise_handler){"told"}, CONTRACT_EMIT);
    add(&plugin.emits, (mortise_handler){"error"}, CONTRACT_EMIT);
    said_by(describe_types, "  \"told\": (...args: [ok: boolean]) => void;\n"
                            "  \"error\": (...args: any[]) => void;\n}\n");
}
END_TEST

START_TEST(namespaces)
{
    static const char *const spaces[] = {"/chat-room", "/a/B", "/chat/room"};
    rows[plugin.handlers.count++] = (mortise_handler){MORTISE_CONNECT};
    for (int i = 0; i < 3; i++)
        rows[plugin.handlers.count++] =
            (mortise_handler){"e", .name_space = spaces[i]};
    not_said_by(describe_types, "interface ServerToClient"); /* none in "/" */
    not_said_by(describe_types, "connect");
    said_by(describe_types, "export interface ChatRoomClientToServer {");
    said_by(describe_types, "export interface ABClientToServer {");
    said_by(describe_types, "export interface Space2ChatRoomClientToServer {");
    said_by(describe_schema, "\"/chat-room\":{\"clientToServer\":{\"e\":{}},"
                             "\"serverToClient\":{}},\"/a/B\":");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/describe");
    TCase *tests = tcase_create("describe");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, markdown);
    tcase_add_test(tests, schema);
    tcase_add_test(tests, types);
    tcase_add_test(tests, what_is_emitted);
    tcase_add_test(tests, namespaces);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
