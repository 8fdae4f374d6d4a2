/* SPDX-License-Identifier: MIT */
#include "host/services/orders.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/calls/plugin_log.h"
#include "host/contract/breach.h"
#include "host/lineup.h"
#include "host/plugin/blame.h"
#include "host/services/usage.h"

#define TIMEOUT_DEFAULT 30000
/* As long as a plugin's timers may be. */
#define TIMEOUT_MAX ((int64_t)366 * 24 * 3600 * 1000)
/* Of the arguments, as JSON. */
#define ARGS_MAX   ((size_t)1 << 20)
#define ARGS_DEPTH 64

struct order {
    struct host *host;
    uint64_t number;
    struct plugin_slot *slot; /* who is to answer */
    char *name;               /* of the command */
    struct order_watch *watch;
    struct buf text;
    struct timer deadline;
    int64_t timeout;
};

void orders_init(struct orders *orders)
{
    ids_init(&orders->ids);
}

void orders_free(struct orders *orders)
{
    assert(orders->ids.count == 0);
    ids_free(&orders->ids);
}

bool orders_is_own(struct str name)
{
    static const char *const own[] = {"ctl",     "help",   "new-plugin",
                                      "plugins", "reload", NULL};
    for (const char *const *each = own; *each; each++)
        if (str_eq(str_z(*each), name))
            return true;
    return false;
}

/* --- their life --- */

struct order *orders_find(const struct generation *g, uint64_t number)
{
    struct order *order = ids_get(&g->host->orders.ids, number);
    return order && order->slot == g->slot ? order : NULL;
}

struct buf *order_text(struct order *order)
{
    return &order->text;
}

/* From here on it is unknown, also to whoever is told of it. */
static void withdraw(struct order *order)
{
    ids_remove(&order->host->orders.ids, order->number);
    timer_stop(order->host->timers, &order->deadline);
    order->watch->number = 0;
}

static void order_free(struct order *order)
{
    buf_free(&order->text);
    mem_free(order->name);
    mem_free(order);
}

void orders_answer(struct order *order, int status, struct str value)
{
    struct order_outcome outcome = {status, buf_str(&order->text), value};

    withdraw(order);
    order->watch->answered(order->watch, &outcome);
    order_free(order);
}

/* Ends without the plugin; what it has said so far is told, too. */
static void fail(struct order *order, int status, const char *text)
{
    /* Without room for the reason the status has to do. */
    buf_append_z(&order->text, text);
    orders_answer(order, status, STR(""));
}

static void on_deadline(struct timer *timer)
{
    struct order *order = CONTAINER_OF(timer, struct order, deadline);
    char text[80];

    plugin_warn(order->slot->current,
                "the command \"%s\" was not answered in "
                "time",
                order->name);
    snprintf(text, sizeof(text), "it was not answered within %g s\n",
             (double)order->timeout / 1000);
    fail(order, ORDER_LATE, text);
}

void orders_abandon(struct host *host, struct order_watch *watch)
{
    struct order *order = ids_get(&host->orders.ids, watch->number);

    if (!order)
        return;
    withdraw(order);
    order_free(order);
}

void orders_drop(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct order *order;

    while ((order = ids_next(&host->orders.ids, &cursor)))
        if (order->slot == slot)
            fail(order, ORDER_FAILED, "the plugin goes\n");
}

static struct order *order_new(struct plugin_slot *slot,
                               const mortise_command *row, int64_t timeout,
                               struct order_watch *watch)
{
    struct host *host = slot->host;
    struct order *order = mem_zalloc(sizeof(*order));

    if (!order)
        return NULL;
    if (timeout <= 0)
        timeout = row->timeout > 0 ? row->timeout : TIMEOUT_DEFAULT;
    order->timeout = timeout < TIMEOUT_MAX ? timeout : TIMEOUT_MAX;
    order->host = host;
    order->slot = slot;
    order->watch = watch;
    buf_init(&order->text, ORDER_TEXT_MAX);
    timer_init(&order->deadline, on_deadline);
    order->name = mem_dupz(row->name, strlen(row->name));
    if (order->name &&
        timer_start(host->timers, &order->deadline, order->timeout) == 0)
        order->number = ids_add(&host->orders.ids, order);
    if (order->number != 0) {
        watch->number = order->number;
        return order;
    }
    timer_stop(host->timers, &order->deadline);
    order_free(order);
    return NULL;
}

/* --- the arguments --- */

/* Whether a word of the command line is a value of JSON that this field may
 * take; a number among strings is one more string. */
static bool is_value(struct host *host, const mortise_field *field,
                     struct str word)
{
    struct json_limits limits = {.depth = ARGS_DEPTH};
    struct json *value;

    if (field->type == MORTISE_STRING ||
        json_parse(&host->arena, word, &limits, &value, NULL) < 0)
        return false;
    switch (field->type) {
    case MORTISE_BOOL:
        return value->type == JSON_BOOL;
    case MORTISE_NUMBER:
    case MORTISE_INTEGER:
        return value->type == JSON_NUMBER;
    case MORTISE_ARRAY:
        return value->type == JSON_ARRAY;
    case MORTISE_OBJECT:
        return value->type == JSON_OBJECT;
    default:
        return true;
    }
}

static void put_word(struct host *host, struct json_writer *w,
                     const mortise_field *field, struct str word)
{
    if (is_value(host, field, word))
        json_put_raw(w, word);
    else
        json_put_string(w, word);
}

/* The words as an object in the callback's memory, with the names of the
 * fields as keys. */
static int read_words(struct host *host, const mortise_contract *terms,
                      const struct order_given *given, struct json **ret_object)
{
    struct json_limits limits = {.depth = ARGS_DEPTH + 1};
    struct json_writer w;
    struct buf text;

    buf_init(&text, ARGS_MAX);
    json_writer_init(&w, &text);
    json_open_object(&w);
    for (uint32_t i = 0; i < given->argc; i++) {
        json_put_key(&w, str_z(terms->fields[i].name));
        put_word(host, &w, &terms->fields[i], given->args[i]);
    }
    json_close_object(&w);
    struct str copy = {NULL, 0};
    int error = text.error;
    if (error == 0)
        copy = arena_str(&host->arena, buf_str(&text));
    buf_free(&text);
    if (error < 0)
        return error;
    return copy.p ? json_parse(&host->arena, copy, &limits, ret_object, NULL)
                  : ERR_NOMEM;
}

/* The object of the arguments, if they are what the command takes; else NULL
 * and a line in the text of the order. */
static const struct json *check(struct host *host, const mortise_command *row,
                                const struct order_given *given,
                                struct buf *why)
{
    static const mortise_contract nothing;
    const mortise_contract *terms = row->contract ? row->contract : &nothing;
    struct breach breach;
    struct json *object;

    if (given->argc > terms->field_count) {
        buf_append_z(why, terms->field_count == 0 ? "it takes no arguments\n"
                                                  : "too many arguments\n");
        return NULL;
    }
    int error = read_words(host, terms, given, &object);
    if (error < 0) {
        buf_printf(why, "the arguments cannot be read: %s\n",
                   error == ERR_SYNTAX ? "they are not UTF-8"
                                       : error_text(error));
        return NULL;
    }
    breach_init(&breach);
    bool good = breach_none(terms, object->child, given->argc, &breach);
    if (!good) {
        buf_append_str(why, buf_str(&breach.message));
        buf_append_char(why, '\n');
    }
    breach_free(&breach);
    return good ? object : NULL;
}

static void put_usage(struct buf *text, const struct generation *g,
                      const mortise_command *row)
{
    buf_printf(text, "Usage: mortise ctl %s %s", g->name, row->name);
    usage_put_arguments(text, row->contract);
    buf_append_char(text, '\n');
}

/* Calls the row; afterwards the order may be over. */
static void run(struct order *order, struct generation *g,
                const mortise_command *row, const struct order_given *given)
{
    struct host *host = order->host;
    const struct json *args;

    host_enter(host, g, NULL);
    blame_current.what = "command";
    blame_current.name = row->name;
    args = check(host, row, given, &order->text);
    struct str input = arena_str(&host->arena, given->input);
    if (args && input.p) {
        mortise_ordered ordered = {.size = sizeof(ordered),
                                   .argc = given->argc,
                                   .name = row->name,
                                   .args = host_value(host, args),
                                   .input = {input.p, input.n}};
        row->call(order->number, &ordered);
    } else if (args) {
        fail(order, ORDER_FAILED, "out of memory\n");
    } else {
        put_usage(&order->text, g, row);
        orders_answer(order, ORDER_WRONG, STR(""));
    }
    host_leave(host);
}

/* --- who is meant --- */

static const struct lineup_member *find_plugin(const struct host *host,
                                               struct str name)
{
    for (uint32_t i = 0; i < host->lineup->count; i++)
        if (str_eq(str_z(host->lineup->members[i].slot->name), name))
            return &host->lineup->members[i];
    return NULL;
}

static const mortise_command *find_command(const struct generation *g,
                                           struct str name)
{
    for (uint32_t i = 0; i < g->registered.command_count; i++)
        if (str_eq(str_z(g->registered.commands[i].name), name))
            return &g->registered.commands[i];
    return NULL;
}

/* What stands there instead. */
static void put_commands(struct buf *text, const struct generation *g)
{
    const struct registrations *r = &g->registered;

    for (uint32_t i = 0; i < r->command_count; i++)
        buf_printf(text, "%s%s", i == 0 ? "; it has " : ", ",
                   r->commands[i].name);
    buf_append_char(text, '\n');
}

static void refuse(struct order_watch *watch, int status, struct buf *text)
{
    struct order_outcome outcome = {status, buf_str(text), STR("")};

    watch->number = 0;
    watch->answered(watch, &outcome);
    buf_free(text);
}

void orders_give(struct host *host, const struct order_given *given,
                 struct order_watch *watch)
{
    const struct lineup_member *member = find_plugin(host, given->plugin);
    struct generation *g = member ? member->generation : NULL;
    const mortise_command *row = g ? find_command(g, given->command) : NULL;
    struct buf text;

    assert(!host->current && !host->staging);
    buf_init(&text, ORDER_TEXT_MAX);
    if (!g) {
        buf_printf(&text, "there is no plugin \"%.*s\"\n",
                   STR_ARG(given->plugin));
        refuse(watch, ORDER_WRONG, &text);
        return;
    }
    if (!row) {
        buf_printf(&text, "the plugin \"%s\" has no command \"%.*s\"", g->name,
                   STR_ARG(given->command));
        put_commands(&text, g);
        refuse(watch, ORDER_WRONG, &text);
        return;
    }
    struct order *order = order_new(member->slot, row, given->timeout, watch);
    if (order) {
        run(order, g, row, given);
    } else {
        buf_append_z(&text, "out of memory\n");
        refuse(watch, ORDER_FAILED, &text);
    }
}

void orders_describe(const struct host *host, struct json_writer *w)
{
    json_open_array(w);
    for (uint32_t i = 0; i < host->lineup->count; i++) {
        const struct generation *g = host->lineup->members[i].generation;
        for (uint32_t k = 0; g && k < g->registered.command_count; k++)
            usage_describe(w, g->name, &g->registered.commands[k]);
    }
    json_close_array(w);
}
