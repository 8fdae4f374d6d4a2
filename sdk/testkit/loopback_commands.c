/* SPDX-License-Identifier: MIT */
/*
 * mortise/commands.h, looped back: both sides. The contracts of the rows are
 * read where they are, as those of the descriptor: they never change.
 */
#include <mortise/commands.h>
#include <stdarg.h>

#include "internal.h"
#include "loopback.h"

enum {
    CALL_COMMANDS,
    CALL_PRINT,
    CALL_ANSWER,
};

#define ROWS_MAX 64

struct row {
    struct loopback *plugin;
    mortise_command_call *call;
    const mortise_contract *contract;
};

static struct row rows[ROWS_MAX];
static int row_count;

static void reset(void)
{
    row_count = 0;
}

/* --- the host's calls --- */

static void put_ordered(struct wire *w, struct host *far,
                        const mortise_ordered *ordered)
{
    wire_put(w, ordered->argc);
    wire_put_text(w, ordered->name);
    wire_put_str(w, str_of(ordered->input.p, ordered->input.n));
    wire_put_value(w, host_json(far, ordered->args));
}

static void get_ordered(struct wire *w, struct loopback *l,
                        mortise_ordered *ordered)
{
    struct host *near = &l->near_host;

    ordered->argc = (uint32_t)wire_get(w);
    ordered->name = loopback_get_text(l, w);
    struct str input = arena_str(&near->arena, wire_get_str(w));
    ordered->input = (mortise_str){input.p, input.n};
    ordered->args = host_value(near, wire_get_values(w, &near->arena)->child);
}

static void run(int number, mortise_order order, const mortise_ordered *far)
{
    struct loopback *l = rows[number].plugin;
    long left = kit_memory_pause();
    mortise_ordered ordered = {.size = sizeof(ordered)};
    struct wire w;

    wire_init(&w);
    put_ordered(&w, l->far->host, far);
    loopback_enter(l, NULL);
    get_ordered(&w, l, &ordered);
    wire_free(&w);
    kit_memory_resume(left);
    rows[number].call(order, &ordered);
    left = kit_memory_pause();
    loopback_leave(l);
    kit_memory_resume(left);
}

#define ROW(n)                                                                 \
    static void row_##n(mortise_order order, const mortise_ordered *given)     \
    {                                                                          \
        run(0x##n, order, given);                                              \
    }
#define NAME(n) row_##n,

LOOPBACK_64(ROW, 0)
static mortise_command_call *const functions[ROWS_MAX] = {LOOPBACK_64(NAME, 0)};

/* --- the plugin's calls --- */

static int near_commands(mortise_host table, const mortise_command *from,
                         uint32_t count, uint32_t row_size)
{
    struct crossing c;

    assert(row_size == sizeof(*from) && row_count + count <= ROWS_MAX);
    crossing_begin(&c, table, &loopback_commands, CALL_COMMANDS);
    wire_put(&c.wire, count);
    for (uint32_t i = 0; i < count; i++) {
        wire_put_text(&c.wire, from[i].name);
        wire_put_text(&c.wire, from[i].help);
        wire_put_text(&c.wire, from[i].input);
        wire_put(&c.wire, (uint64_t)from[i].timeout);
        wire_put(&c.wire, (uint64_t)row_count);
        rows[row_count++] =
            (struct row){c.plugin, from[i].call, from[i].contract};
    }
    return (int)crossing_number(&c);
}

__attribute__((format(printf, 3, 4))) static int
near_print(mortise_host table, mortise_order order, const char *format, ...)
{
    struct crossing c;
    struct buf line;
    va_list args;

    crossing_begin(&c, table, &loopback_commands, CALL_PRINT);
    buf_init(&line, BUF_MAX);
    va_start(args, format);
    buf_vprintf(&line, format, args);
    va_end(args);
    wire_put(&c.wire, order);
    wire_put_str(&c.wire, buf_str(&line));
    int error = line.error;
    buf_free(&line);
    return error < 0 ? crossing_abandon(&c, error) : (int)crossing_number(&c);
}

static int near_answer(mortise_host table, mortise_order order, int status,
                       const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, &loopback_commands, CALL_ANSWER);
    wire_put(&c.wire, order);
    wire_put(&c.wire, (uint64_t)(int64_t)status);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_command_answer", format, args);
    va_end(args);
    return result;
}

static const struct mortise_commands_table near_table = {
    .size = sizeof(struct mortise_commands_table),
    .commands = near_commands,
    .print = near_print,
    .answer = near_answer,
};

/* --- the far side --- */

static const char *keep(struct service *s)
{
    const char *text = wire_get_text(s->in);
    return text ? arena_str(&s->plugin->kept, str_z(text)).p : NULL;
}

static int serve_commands(struct service *s,
                          const struct mortise_commands_table *t)
{
    uint32_t count = (uint32_t)wire_get(s->in);
    mortise_command *commands =
        arena_zalloc(&s->plugin->kept, (count + 1) * sizeof(*commands));

    assert(commands);
    for (uint32_t i = 0; i < count; i++) {
        mortise_command *command = &commands[i];
        command->name = keep(s);
        command->help = keep(s);
        command->input = keep(s);
        command->timeout = (int64_t)wire_get(s->in);
        const struct row *row = &rows[wire_get(s->in)];
        command->call = row->call ? functions[row - rows] : NULL;
        command->contract = row->contract;
    }
    return t->commands(s->table, commands, count, sizeof(*commands));
}

static int serve_print(struct service *s,
                       const struct mortise_commands_table *t)
{
    mortise_order order = wire_get(s->in);
    struct str line = wire_get_str(s->in);

    service_act(s);
    int result = t->print(s->table, order, "%.*s", STR_ARG(line));
    service_acted(s);
    return result;
}

static int serve_answer(struct service *s,
                        const struct mortise_commands_table *t)
{
    mortise_order order = wire_get(s->in);
    int status = (int)wire_get(s->in);
    struct passed p;

    service_get_values(s, &p);
    service_act(s);
    int result = t->answer(s->table, order, status, PASS(p));
    service_acted(s);
    return result;
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_commands_table *t = s->extension;
    int result;

    if (call == CALL_COMMANDS)
        result = serve_commands(s, t);
    else if (call == CALL_PRINT)
        result = serve_print(s, t);
    else
        result = serve_answer(s, t);
    wire_put(s->out, (uint64_t)(int64_t)result);
}

const struct loopback_extension loopback_commands = {
    .id = "mortise.commands/1",
    .table = &near_table,
    .serve = serve,
    .reset = reset,
};
