/* SPDX-License-Identifier: MIT */
#include "ctl/command.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "ctl/catalogue.h"
#include "ctl/input.h"
#include "ctl/place.h"
#include "ctl/print.h"
#include "json/json.h"
#include "operation/order_message.h"

#define VALUE_MAX   ((size_t)256 << 20)
#define VALUE_DEPTH 2000

/* --- what is given --- */

/* Asks for what does not stand in the command line. */
static int read_input(struct ctl_place *place, const struct ctl_request *r,
                      struct buf *input, struct buf *why)
{
    char *what = NULL;
    struct buf list;

    buf_init(&list, BUF_MAX);
    int error = ctl_place_list(place, &list, why);
    if (error == 0)
        error = ctl_input_of(buf_str(&list), r->words[0], r->words[1], &what);
    if (error == 0 && what)
        error = ctl_read_input(what, input, why);
    mem_free(what);
    buf_free(&list);
    return error;
}

static int put_message(const struct ctl_request *r, struct str input,
                       struct buf *message, struct buf *why)
{
    struct str args[ORDER_ARGUMENTS_MAX];
    struct order_given given = {.plugin = str_z(r->words[0]),
                                .command = str_z(r->words[1]),
                                .args = args,
                                .argc = (uint32_t)r->word_count - 2,
                                .input = input,
                                .timeout = r->timeout};

    if (given.argc > ORDER_ARGUMENTS_MAX) {
        buf_append_z(why, "too many arguments\n");
        return ERR_LIMIT;
    }
    for (uint32_t i = 0; i < given.argc; i++)
        args[i] = str_z(r->words[i + 2]);
    order_message_put(message, &given);
    if (message->error == ERR_SYNTAX)
        buf_append_z(why, "the arguments are not UTF-8\n");
    return message->error;
}

/* --- what becomes of it --- */

static void print_value(const struct json *value)
{
    struct str text = value->raw;

    json_string(value, &text);
    ctl_print(stdout, text);
    putchar('\n');
}

/* For people, who were told nothing in words: a list as lines. */
static void print_for_people(struct str text)
{
    struct json_limits limits = {.depth = VALUE_DEPTH};
    struct arena arena;
    struct json *value;

    arena_init(&arena, VALUE_MAX);
    if (json_parse(&arena, text, &limits, &value, NULL) < 0)
        ctl_print(stdout, text);
    else if (value->type != JSON_ARRAY)
        print_value(value);
    else
        for (const struct json *each = value->child; each; each = each->next)
            print_value(each);
    arena_free(&arena);
}

static void print_outcome(const struct ctl_request *r,
                          const struct order_outcome *o)
{
    if (o->status != 0)
        ctl_print(stderr, o->text);
    else if (!r->json)
        ctl_print(stdout, o->text);
    if (r->json && (o->value.n > 0 || o->status == 0)) {
        struct str value = o->value.n > 0 ? o->value : STR("null");
        fwrite(value.p, 1, value.n, stdout);
        putchar('\n');
    } else if (o->text.n == 0 && o->value.n > 0) {
        print_for_people(o->value);
    }
}

static int conclude(const struct ctl_request *r, struct str answer,
                    struct buf *why, int *ret_status)
{
    struct order_outcome outcome;
    struct arena arena;

    arena_init(&arena, VALUE_MAX);
    int error = order_message_read_outcome(answer, &arena, &outcome);
    if (error == 0) {
        print_outcome(r, &outcome);
        *ret_status = outcome.status;
    } else {
        buf_append_z(why, "what the server says makes no sense\n");
    }
    arena_free(&arena);
    return error;
}

int ctl_command(const struct ctl_request *r)
{
    struct buf input, message, answer, why;
    struct ctl_place *place = NULL;
    int status = EXIT_FAILURE;

    buf_init(&input, ORDER_INPUT_MAX + 2); /* and the end of its last line */
    buf_init(&message, ORDER_MESSAGE_MAX);
    buf_init(&answer, BUF_MAX);
    buf_init(&why, BUF_MAX);
    int error = ctl_place_open(r, false, &place, &why);
    if (error == 0)
        error = read_input(place, r, &input, &why);
    if (error == 0)
        error = put_message(r, buf_str(&input), &message, &why);
    if (error == 0)
        error = ctl_place_give(place, buf_str(&message), &answer, &why);
    if (error == 0)
        error = conclude(r, buf_str(&answer), &why, &status);
    if (error < 0)
        ctl_complain(error, &why);
    ctl_place_close(place);
    buf_free(&input);
    buf_free(&message);
    buf_free(&answer);
    buf_free(&why);
    return status;
}
