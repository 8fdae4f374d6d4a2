/* SPDX-License-Identifier: MIT */
/* The server of a test: its beginning and end, and time. */
#include <string.h>

#include "internal.h"
#include "loopback.h"

#define AT ((struct kit_place){file, line})

/* How often timers may fire without the clock going on. */
#define SPIN_MAX 100000

/* --- its beginning and its end --- */

struct testkit *kit_new(void)
{
    struct testkit *kit = kit_realloc(NULL, sizeof(*kit));

    memset(kit, 0, sizeof(*kit));
    TAILQ_INIT(&kit->connections);
    TAILQ_INIT(&kit->exchanges);
    TAILQ_INIT(&kit->orders);
    TAILQ_INIT(&kit->turned_away);
    TAILQ_INIT(&kit->log);
    timers_init(&kit->timers, 0);
    arena_init(&kit->texts, SIZE_MAX);
    buf_init(&kit->shown, BUF_MAX);
    buf_init(&kit->handed_over, BUF_MAX);
    kit_clock_set(0);
    kit_log_begin(kit);
    return kit;
}

static void free_clients(struct client_list *clients)
{
    struct testkit_client *client;

    while ((client = TAILQ_FIRST(clients))) {
        TAILQ_REMOVE(clients, client, link);
        kit_client_free(client);
    }
}

static void end_connections(struct testkit *kit)
{
    struct kit_connection *connection;

    TAILQ_FOREACH(connection, &kit->connections, link)
    engine_end(connection->session, EIO_SHUTTING_DOWN);
    while ((connection = TAILQ_FIRST(&kit->connections))) {
        TAILQ_REMOVE(&kit->connections, connection, link);
        free_clients(&connection->clients);
        received_free(connection->open);
        engine_free(connection->session);
        free(connection);
    }
    free_clients(&kit->turned_away);
}

/* In the order in which the server itself goes. */
void kit_stop(struct testkit *kit)
{
    end_connections(kit);
    kit_end_requests(kit);
    kit_end_orders(kit);
    if (kit->sio)
        host_detach(kit->host);
    sio_server_free(kit->sio);
    host_free(kit->host);
    loopback_reset();
    config_free(kit->config);
    timers_free(&kit->timers);
}

void kit_forget(struct testkit *kit)
{
    kit_log_end(kit);
    arena_free(&kit->texts);
    buf_free(&kit->shown);
    buf_free(&kit->handed_over);
    free(kit);
}

void testkit_free_at(const char *file, int line, struct testkit *kit)
{
    if (!kit)
        return;
    kit_stop(kit);
    buf_clear(&kit->shown);
    kit_log_print(&kit->shown, kit, true);
    buf_append_char(&kit->shown, '\0');
    if (kit->shown.n > 1)
        kit_fail(AT, "the log has what no testkit_expect_log() named:\n%s",
                 kit->shown.p);
    kit_forget(kit);
}

/* --- time, memory, text --- */

/* Timers due at one moment may start others for the same one; a plugin whose
 * timer does so for ever would never let the clock go on. */
void testkit_advance_at(const char *file, int line, struct testkit *kit,
                        int64_t ms)
{
    int64_t end = kit->timers.now + ms;
    int spins = 0;

    if (ms < 0)
        kit_fail(AT, "the clock does not go back");
    kit_enter(kit);
    for (;;) {
        int64_t wait = timers_wait(&kit->timers);
        if (wait < 0 || kit->timers.now + wait > end)
            break;
        spins = wait == 0 ? spins + 1 : 0;
        if (spins > SPIN_MAX)
            kit_fail(AT, "a timer starts itself again without a delay");
        kit_clock_set(kit->timers.now + wait);
        timers_run(&kit->timers, kit->timers.now + wait);
        kit_settle(kit);
    }
    kit_clock_set(end);
    timers_run(&kit->timers, end);
    kit_leave(kit);
}

int64_t testkit_now(const struct testkit *kit)
{
    return clock_wall_ms();
}

void testkit_fail_allocation(struct testkit *kit, int n)
{
    kit->fail_next = n;
}

int testkit_allocation_failed(const struct testkit *kit)
{
    return kit->failed;
}

const char *testkit_json_at(const char *file, int line, struct testkit *kit,
                            const char *format, ...)
{
    struct buf text;
    va_list args;

    buf_init(&text, BUF_MAX);
    va_start(args, format);
    kit_build_json(AT, &text, format, args);
    va_end(args);
    struct str kept = arena_str(&kit->texts, buf_str(&text));
    buf_free(&text);
    if (!kept.p)
        kit_fail(AT, "out of memory");
    return kept.p;
}
