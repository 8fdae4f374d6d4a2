/* SPDX-License-Identifier: MIT */
/* mortise/commands.h: what plugins register, and how they answer. */
#include <mortise/commands.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "host/calls/api.h"
#include "host/calls/extensions.h"
#include "host/calls/format.h"
#include "host/calls/plugin_log.h"
#include "host/contract/contract.h"
#include "host/services/orders.h"

/* What a row of the first release had. */
#define ROW_SIZE_MIN   (offsetof(mortise_command, timeout) + sizeof(int64_t))
#define NAME_MAX_BYTES 64
#define HELP_MAX       200

/* --- registering --- */

static bool name_fits(const char *name)
{
    size_t n = name ? strnlen(name, NAME_MAX_BYTES + 1) : 0;

    return n > 0 && n <= NAME_MAX_BYTES && name[0] != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

/* A text for people: one line, or NULL. */
static bool line_fits(const char *text)
{
    size_t n = text ? strnlen(text, HELP_MAX + 1) : 0;

    return n <= HELP_MAX && (n == 0 || utf8_valid(text, n)) &&
           (n == 0 || !memchr(text, '\n', n));
}

static bool is_there_twice(const struct registrations *r, uint32_t row)
{
    for (uint32_t i = 0; i < row; i++)
        if (strcmp(r->commands[i].name, r->commands[row].name) == 0)
            return true;
    return false;
}

static const char *why_not(const struct registrations *r, uint32_t row)
{
    const mortise_command *command = &r->commands[row];

    if (!name_fits(command->name))
        return "its name is not made of small letters, digits and \"-\"";
    if (is_there_twice(r, row))
        return "this name is there twice";
    if (!command->call)
        return "there is no function";
    if (!line_fits(command->help) || !line_fits(command->input))
        return "its help and input are one short line each";
    return command->timeout < 0 ? "its timeout is negative" : NULL;
}

/* What a command line cannot say. */
static const char *why_no_arguments(const mortise_contract *terms)
{
    if (terms->one_object || terms->flags != 0)
        return "its arguments are those of MORTISE_FIELDS(array)";
    if (terms->field_count > ORDER_ARGUMENTS_MAX)
        return "it has too many arguments";
    for (uint32_t i = 0; i < terms->field_count; i++)
        if (terms->fields[i].type == MORTISE_BINARY)
            return "an argument cannot be binary; \"input\" may be";
    return NULL;
}

/* Puts a checked copy in place of the row's contract. */
static int take_contract(struct generation *g, mortise_command *row,
                         struct buf *why)
{
    struct contract *contract;

    if (!row->contract)
        return 0;
    int error = contract_copy(&g->contracts, row->contract, CONTRACT_ACK,
                              row->name, 0, &contract, why);
    if (error < 0)
        return error;
    const char *wrong = why_no_arguments(&contract->terms);
    if (wrong)
        buf_append_z(why, wrong);
    row->contract = &contract->terms;
    return wrong ? ERR_SYNTAX : 0;
}

static int take_row(struct generation *g, uint32_t i)
{
    struct registrations *r = &g->registered;
    const char *wrong = why_not(r, i);
    struct buf why;
    int error = ERR_SYNTAX;

    buf_init(&why, BUF_MAX);
    if (wrong)
        buf_append_z(&why, wrong);
    else
        error = take_contract(g, &r->commands[i], &why);
    if (error == ERR_SYNTAX)
        settings_refuse(g, "mortise_commands: row %u: %.*s", i,
                        STR_ARG(buf_str(&why)));
    buf_free(&why);
    return error;
}

static int commands_commands(mortise_host table, const mortise_command *rows,
                             uint32_t count, uint32_t row_size)
{
    struct generation *g = api_caller(table);
    struct registrations *r = &g->registered;
    void *taken = r->commands;
    int error = registrations_take(g, "mortise_commands", rows, count, row_size,
                                   sizeof(rows[0]), ROW_SIZE_MIN, &taken,
                                   &r->command_count);
    if (error < 0)
        return error;
    r->commands = taken;
    for (uint32_t i = 0; i < count && error == 0; i++)
        error = take_row(g, i);
    if (error < 0)
        r->command_count = 0;
    else if (orders_is_own(str_z(g->name)))
        plugin_warn(g,
                    "mortise_commands: \"%s\" is a command of the server's "
                    "own; nobody can give those of this plugin",
                    g->name);
    return error;
}

/* --- answering --- */

/* 0, ERR_STAGED or ERR_GONE. */
static int find_open(mortise_host table, mortise_order number,
                     struct order **ret_order)
{
    const struct generation *g = api_caller(table);

    if (api_idle(g))
        return ERR_STAGED;
    *ret_order = orders_find(g, number);
    return *ret_order ? 0 : ERR_GONE;
}

__attribute__((format(printf, 3, 4))) static int
commands_print(mortise_host table, mortise_order number, const char *format,
               ...)
{
    struct order *order;
    struct buf line;
    va_list args;

    int error = find_open(table, number, &order);
    if (error < 0)
        return error;
    buf_init(&line, ORDER_TEXT_MAX);
    va_start(args, format);
    buf_vprintf(&line, format, args);
    va_end(args);
    error = line.error;
    if (error == 0 && !utf8_valid(line.p, line.n))
        error = ERR_SYNTAX;
    struct buf *text = order_text(order);
    size_t length = text->n;
    if (error == 0)
        error = buf_append_str(text, buf_str(&line));
    if (error < 0) { /* what was said before stays, and may be told */
        text->n = length;
        text->error = 0;
        plugin_warn(api_caller(table), "mortise_command_print: %s",
                    error == ERR_SYNTAX ? "this is not UTF-8"
                                        : error_text(error));
    }
    buf_free(&line);
    return error;
}

/* The value of a format, or nothing. */
static int write_value(struct generation *g, const char *format, va_list args,
                       struct buf *out)
{
    struct format_result result;
    struct json_writer w;

    json_writer_init(&w, out);
    int error = format_write(g->host, &w, format, args, &result);
    if (error == 0 && result.values > 1) {
        result.text = "it has to be one value, or none";
        error = ERR_SYNTAX;
    }
    if (error < 0)
        format_complain(g, "mortise_command_answer", format, &result);
    return error == 0 ? out->error : error;
}

static int commands_answer(mortise_host table, mortise_order number, int status,
                           const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct order *order;
    struct buf value;
    va_list args;

    int error = find_open(table, number, &order);
    if (error < 0)
        return error;
    if (status < 0 || status > ORDER_STATUS_MAX) {
        plugin_warn(g, "mortise_command_answer: a status is from 0 to %d",
                    ORDER_STATUS_MAX);
        return ERR_INVAL;
    }
    buf_init(&value, ORDER_TEXT_MAX);
    va_start(args, format);
    error = write_value(g, format, args, &value);
    va_end(args);
    if (error == 0)
        orders_answer(order, status, buf_str(&value));
    buf_free(&value);
    return error;
}

const struct mortise_commands_table ext_commands = {
    .size = sizeof(struct mortise_commands_table),
    .commands = commands_commands,
    .print = commands_print,
    .answer = commands_answer,
};
