/* SPDX-License-Identifier: MIT */
/* Says who the host says its clients are, and which requests it was asked
 * about. */
#include <mortise/http.h>
#include <mortise/sockets.h>

static int64_t handshakes, others;

static void on_allow(mortise_request request, const mortise_http *http)
{
    if (http->handshake)
        handshakes++;
    else
        others++;
}

static void on_who(mortise_request request, const mortise_http *http)
{
    mortise_http_set_cookie(request, "seen", "1", -1, 0);
    mortise_http_json(request, 200, "{address:s, secure:b}", http->peer,
                      (int)http->secure);
}

static void on_asked(mortise_request request, const mortise_http *http)
{
    mortise_http_json(request, 200, "{handshakes:I, others:I}", handshakes,
                      others);
}

static void on_event(mortise_socket from, const mortise_event *event)
{
    mortise_connection connection;

    if (mortise_connection_of(from, &connection) == 0)
        mortise_ack(event, "{address:s, secure:b}",
                    mortise_handshake(from, MORTISE_ADDRESS, NULL),
                    (int)connection.secure);
}

static const mortise_route routes[] = {
    {"GET", "/who", on_who},
    {"GET", "/asked", on_asked},
    {MORTISE_HTTP_ALLOW, NULL, on_allow},
};
static const mortise_handler handlers[] = {{"who", on_event}};

static int init(mortise_value settings)
{
    return mortise_http_routes(routes);
}

MORTISE_PLUGIN("front", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
