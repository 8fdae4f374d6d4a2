/* SPDX-License-Identifier: MIT */
/* How a test fails: one message with all that explains it. */
#include <string.h>

#include "internal.h"
#include "match.h"

/* Lives on: Check reads the text after our function has been left. */
static struct buf message;

__attribute__((noreturn)) static void stop(struct kit_place at)
{
    /* Without the line end that the parts of the message have. */
    while (message.n > 0 && message.p[message.n - 1] == '\n')
        message.n--;
    buf_append_char(&message, '\0');
    /* What ck_abort_msg() calls, with the place of the test. */
    _ck_assert_failed(at.file, at.line, "Failed", "%s",
                      message.error == 0 ? message.p : "out of memory");
    abort();
}

static void begin(const char *format, va_list args)
{
    buf_free(&message);
    buf_init(&message, BUF_MAX);
    buf_vprintf(&message, format, args);
    buf_append_char(&message, '\n');
}

void kit_fail(struct kit_place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    begin(format, args);
    va_end(args);
    stop(at);
}

static void print_line(struct buf *out, const struct kit_line *line)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    buf_printf(out, "%s: %s\n", names[line->level], line->text);
}

void kit_log_print(struct buf *out, const struct testkit *kit,
                   bool only_unexpected)
{
    const struct kit_line *line;

    TAILQ_FOREACH(line, &kit->log, link)
    if (!only_unexpected || (line->level <= LOG_LEVEL_WARN && !line->expected))
        print_line(out, line);
}

void kit_log_print_from(struct buf *out, const struct testkit *kit, int first)
{
    const struct kit_line *line;

    TAILQ_FOREACH(line, &kit->log, link)
    if (first-- <= 0)
        print_line(out, line);
}

static void print_packets(const char *what, const struct received_list *list)
{
    const struct received *r;

    TAILQ_FOREACH(r, list, link)
    {
        const struct sio_header *h = &r->packet->header;
        buf_printf(&message, "  %s ", what);
        if (h->type == SIO_ACK || h->type == SIO_BINARY_ACK)
            buf_printf(&message, "%llu", (unsigned long long)h->id);
        else
            buf_printf(&message, "\"%.*s\"", STR_ARG(received_name(r)));
        buf_append_z(&message, r->body->count > 0 ? " " : "");
        match_print_list(&message, received_args(r));
        buf_append_char(&message, '\n');
    }
}

void kit_fail_client(struct kit_place at, const struct testkit_client *client,
                     const char *format, ...)
{
    static const char *const states[] = {
        [CLIENT_ASKING] = "it has neither joined nor been refused",
        [CLIENT_REFUSED] = "it was refused: ",
        [CLIENT_TURNED_AWAY] = "it was turned away: ",
        [CLIENT_LEFT] = "it has left",
        [CLIENT_PUT_OUT] = "the server has put it out",
    };
    va_list args;

    va_start(args, format);
    begin(format, args);
    va_end(args);
    buf_printf(&message, "  client %d in \"%s\"\n", client->number,
               client->name_space);
    if (client->state != CLIENT_JOINED)
        buf_printf(&message, "  %s", states[client->state]);
    if (client->refusal)
        match_print(&message, client->refusal->body);
    if (client->words)
        buf_printf(&message, "\"%s\"", client->words);
    if (client->state != CLIENT_JOINED)
        buf_append_char(&message, '\n');
    print_packets("received event", &client->events);
    print_packets("received ack", &client->acks);
    if (TAILQ_EMPTY(&client->events) && TAILQ_EMPTY(&client->acks))
        buf_append_z(&message, "  nothing (more) was received\n");
    buf_append_z(&message, "the log:\n");
    kit_log_print(&message, client->kit, false);
    stop(at);
}
