/* SPDX-License-Identifier: MIT */
/* The second to be asked who may come to the namespace of api.c. */
#include <string.h>

#include <mortise/sockets.h>

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    mortise_value auth = mortise_arg(event, 0);
    const char *steps = mortise_text(mortise_data(from, "steps"), "");

    if (strcmp(mortise_text(mortise_get(auth, "stop"), ""), "second") == 0)
        mortise_refuse(event, "stopped second", "{after:s}", steps);
    mortise_set_data(from, "steps", "s", "first, second");
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting, "/staff"},
};

MORTISE_PLUGIN("api2", "1.0.0", .handlers = MORTISE_TABLE(handlers));
