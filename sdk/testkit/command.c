/* SPDX-License-Identifier: MIT */
/* Commands for plugins, as the operator gives them. */
#include <string.h>

#include "host/services/orders.h"
#include "internal.h"
#include "match.h"

#define AT ((struct kit_place){file, line})

struct kit_order {
    struct order_watch watch;
    TAILQ_ENTRY(kit_order) link;
    int number;
    char *words;
    bool over;
    int status;
    struct buf text, value;
};

static void on_answered(struct order_watch *watch,
                        const struct order_outcome *outcome)
{
    struct kit_order *o = CONTAINER_OF(watch, struct kit_order, watch);
    long left = kit_memory_pause();

    assert(!o->over);
    o->over = true;
    o->status = outcome->status;
    buf_append_str(&o->text, outcome->text);
    buf_append_str(&o->value, outcome->value);
    kit_memory_resume(left);
}

/* The next word of a command line; what stands in '' is one, whatever is in
 * there. */
static struct str next_word(struct kit_place at, struct str *rest)
{
    while (rest->n > 0 && *rest->p == ' ')
        *rest = str_of(rest->p + 1, rest->n - 1);
    if (rest->n == 0 || *rest->p != '\'')
        return str_cut(rest, ' ');
    *rest = str_of(rest->p + 1, rest->n - 1);
    if (str_find(*rest, '\'') == rest->n)
        kit_fail(at, "there is a ' without another: '%.*s", STR_ARG(*rest));
    return str_cut(rest, '\'');
}

int testkit_command_at(const char *file, int line, struct testkit *kit,
                       struct testkit_order order)
{
    struct kit_order *o = kit_realloc(NULL, sizeof(*o));
    struct str args[ORDER_ARGUMENTS_MAX], rest;
    struct order_given given = {.args = args, .timeout = order.timeout};

    memset(o, 0, sizeof(*o));
    o->number = ++kit->orders_given;
    o->words = kit_dup(order.words);
    o->watch.answered = on_answered;
    buf_init(&o->text, BUF_MAX);
    buf_init(&o->value, BUF_MAX);
    TAILQ_INSERT_TAIL(&kit->orders, o, link);
    rest = str_trim(str_z(o->words));
    given.plugin = next_word(AT, &rest);
    given.command = next_word(AT, &rest);
    while (rest.n > 0) {
        if (given.argc == ORDER_ARGUMENTS_MAX)
            kit_fail(AT, "these are too many words: %s", o->words);
        args[given.argc++] = next_word(AT, &rest);
    }
    given.input = str_z(order.input);
    kit_enter(kit);
    orders_give(kit->host, &given, &o->watch);
    kit_leave(kit);
    return o->number;
}

static struct kit_order *find(struct kit_place at, struct testkit *kit,
                              int number)
{
    struct kit_order *o;

    TAILQ_FOREACH(o, &kit->orders, link)
    if (o->number == number)
        return o;
    kit_fail(at, "there is no command %d", number);
}

void testkit_give_up_at(const char *file, int line, struct testkit *kit,
                        int number)
{
    struct kit_order *o = find(AT, kit, number);
    kit_enter(kit);
    orders_abandon(kit->host, &o->watch);
    kit_leave(kit);
}

void kit_end_orders(struct testkit *kit)
{
    struct kit_order *o;

    while ((o = TAILQ_FIRST(&kit->orders))) {
        if (kit->host)
            orders_abandon(kit->host, &o->watch);
        TAILQ_REMOVE(&kit->orders, o, link);
        buf_free(&o->text);
        buf_free(&o->value);
        free(o->words);
        free(o);
    }
}

/* --- expecting --- */

__attribute__((noreturn)) static void fail_order(struct kit_place at,
                                                 struct testkit *kit,
                                                 const struct kit_order *o,
                                                 const char *expected)
{
    kit_fail(at,
             "expected %s\n  command %d: %s\n  %s %d\n  text: %.*s\n"
             "  value: %.*s\nthe log:\n%s",
             expected, o->number, o->words,
             o->over ? "has ended with" : "has not ended:", o->status,
             STR_ARG(buf_str(&o->text)), STR_ARG(buf_str(&o->value)),
             testkit_log(kit));
}

void testkit_expect_done_at(const char *file, int line, struct testkit *kit,
                            int number, int status, const char *text)
{
    const struct kit_order *o = find(AT, kit, number);
    struct buf expected;

    if (o->over && o->status == status &&
        str_eq(buf_str(&o->text), str_z(text)))
        return;
    buf_init(&expected, BUF_MAX);
    buf_printf(&expected, "status %d and the text %s", status, text);
    buf_append_char(&expected, '\0');
    fail_order(AT, kit, o, expected.p);
}

void testkit_expect_value_at(const char *file, int line, struct testkit *kit,
                             int number, const char *format, ...)
{
    const struct kit_order *o = find(AT, kit, number);
    struct buf expected;
    va_list args;

    buf_init(&expected, BUF_MAX);
    va_start(args, format);
    kit_build_json(AT, &expected, format, args);
    va_end(args);
    if (!o->over || o->status != 0 ||
        !match_text(buf_str(&expected), buf_str(&o->value))) {
        buf_append_char(&expected, '\0');
        fail_order(AT, kit, o, expected.p);
    }
    buf_free(&expected);
}

void testkit_expect_not_done_at(const char *file, int line, struct testkit *kit,
                                int number)
{
    const struct kit_order *o = find(AT, kit, number);
    if (o->over)
        fail_order(AT, kit, o, "no answer yet");
}
