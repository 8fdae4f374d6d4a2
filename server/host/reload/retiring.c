/* SPDX-License-Identifier: MIT */
#include "host/reload/retiring.h"

#include "host/calls/plugin_log.h"
#include "host/plugin/generation.h"

static void retire_those_that_may(struct timer *timer)
{
    struct host *host = CONTAINER_OF(timer, struct host, retiring);
    struct generation *g;

    TAILQ_FOREACH(g, &host->before, link)
    if (g->state == GENERATION_LEAVING && g->jobs == 0) {
        generation_stop(g);
        plugin_info(g, "retired");
    }
}

static void look_for_those_that_may(struct host *host)
{
    /* Without memory for it they are found when the next one retires. */
    (void)timer_start(host->timers, &host->retiring, 0);
}

void retiring_add(struct generation *g)
{
    g->state = GENERATION_LEAVING;
    g->slot->retired++;
    TAILQ_INSERT_TAIL(&g->host->before, g, link);
    look_for_those_that_may(g->host);
}

void retiring_job_ended(struct generation *g)
{
    if (g->state == GENERATION_LEAVING && g->jobs == 0)
        look_for_those_that_may(g->host);
}

void retiring_init(struct host *host)
{
    TAILQ_INIT(&host->before);
    timer_init(&host->retiring, retire_those_that_may);
}

void retiring_stop(struct host *host)
{
    timer_stop(host->timers, &host->retiring);
}
