/* SPDX-License-Identifier: MIT */
/* The server of a test acts. */
#include "base/mem.h"
#include "internal.h"

void kit_enter(struct testkit *kit)
{
    kit->failed = false;
    if (kit->fail_next > 0)
        mem_fail_after(kit->fail_next - 1);
}

void kit_settle(struct testkit *kit)
{
    struct kit_connection *connection;
    long left = kit_memory_pause();
    bool ended;

    do { /* one that ends may make a plugin close another */
        ended = false;
        TAILQ_FOREACH(connection, &kit->connections, link)
        if (engine_settle(connection->session))
            ended = true;
    } while (ended);
    TAILQ_FOREACH(connection, &kit->connections, link)
    kit_deliver(connection);
    kit_memory_resume(left);
}

void kit_leave(struct testkit *kit)
{
    kit->failed = kit->fail_next > 0 && mem_fail_left() < 0;
    kit->fail_next = 0;
    mem_fail_after(-1);
    kit_settle(kit);
}
