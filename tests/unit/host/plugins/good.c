/* SPDX-License-Identifier: MIT */
/* A plugin that loads, as long as nobody tampers with its file. Its
 * constructor leaves a trace that the test looks for. */
#include <stdlib.h>

#include <mortise/plugin.h>

__attribute__((constructor)) static void constructed(void)
{
    setenv("FIXTURE_CONSTRUCTED", "good", 1);
}

static void on_event(mortise_socket from, const mortise_event *event)
{
}

static const mortise_handler handlers[] = {{"event", on_event, NULL},
                                           {"other", on_event, "/space"}};
static const mortise_handler rows[] = {{"row", on_event, NULL}};

MORTISE_PLUGIN("good", "3.2.1", .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(rows), .acks = MORTISE_TABLE(rows));
