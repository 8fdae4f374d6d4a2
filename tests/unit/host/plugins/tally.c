/* SPDX-License-Identifier: MIT */
/*
 * Counts what its clients count, for the soak test of reloads: as the plugin
 * NAME, in the build V. 1 and 2 are good; of the others the init fails (3), the
 * restore (4), or the constructor crashes (5).
 */
#include <stdlib.h>

#include <mortise/sockets.h>
#include <mortise/state.h>

static int64_t total, ticks;

#if V == 5
__attribute__((constructor)) static void constructed(void)
{
    abort();
}
#endif

/* Each socket's numbers come in their order, each once, whoever counts. */
static void on_number(mortise_socket from, const mortise_event *event)
{
    int64_t n = mortise_int(mortise_arg(event, 0), 0);
    int64_t before = mortise_int(mortise_data(from, "number"), 0);

    if (n != before + 1)
        mortise_log(MORTISE_ERROR, "out of order: %lld after %lld",
                    (long long)n, (long long)before);
    mortise_set_data(from, "number", "I", n);
    total++;
    mortise_emit(mortise_to(from), "numbered", "I", n);
    mortise_ack(event, "I", n);
}

static void on_total(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "I", total);
}

/* Everybody hears each of them once, in their order. */
static void on_tick(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_all(NULL, NULL), "tick", "I", ++ticks);
}

static int save(mortise_saving to)
{
    mortise_save_int(to, "total", total);
    mortise_save_int(to, "ticks", ticks);
    return 0;
}

static int restore(uint32_t version, mortise_saved from)
{
    total = mortise_saved_int(from, "total", 0);
    ticks = mortise_saved_int(from, "ticks", 0);
    return V == 4 ? -4 : 0;
}

static const mortise_state state =
    MORTISE_STATE(.version = V, .save = save, .restore = restore);

static int init(mortise_value settings)
{
    if (mortise_after("tick", 1000, 1000, 0) == 0)
        return MORTISE_ENOMEM;
    return V == 3 ? -3 : 0;
}

static const mortise_handler handlers[] = {{"number", on_number},
                                           {"total", on_total}};
static const mortise_handler timers[] = {{"tick", on_tick}};

MORTISE_PLUGIN(NAME, "0.1", .init = init, .state = &state,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers));
