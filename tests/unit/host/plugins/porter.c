/* SPDX-License-Identifier: MIT */
/* Lets in who has a good token, as long as it is good. */
#include <stdio.h>
#include <string.h>

#include <mortise/http.h>

static char revoked[64] = "-";

static void on_allow(mortise_request request, const mortise_http *http)
{
    const char *token = mortise_http_query(request, "token");
    char text[128];

    if (!token) {
        mortise_http_refuse(request, NULL);
    } else if (strcmp(token, revoked) == 0) {
        snprintf(text, sizeof(text), "\"%s\" is over", token);
        const int results[] = {
            mortise_http_say(request, 200, "come in"),
            mortise_http_set_header(request, "a", "b"),
            mortise_http_set_cookie(request, "a", "b", 1, 0),
            mortise_http_refuse(request, "\xff"),
            mortise_http_refuse(request, text),
            mortise_http_refuse(request, text),
        };
        mortise_log(MORTISE_INFO, "%d %d %d %d %d %d", results[0], results[1],
                    results[2], results[3], results[4], results[5]);
    }
}

static void on_also(mortise_request request, const mortise_http *http)
{
    mortise_log(MORTISE_INFO, "also %s %s", http->method,
                mortise_http_query(request, "token"));
}

static void on_revoke(mortise_socket from, const mortise_event *event)
{
    snprintf(revoked, sizeof(revoked), "%s",
             mortise_text(mortise_arg(event, 0), ""));
    mortise_ack(event, "");
}

static const mortise_route routes[] = {{MORTISE_HTTP_ALLOW, NULL, on_allow},
                                       {MORTISE_HTTP_ALLOW, NULL, on_also}};
static const mortise_handler handlers[] = {{"revoke", on_revoke}};

static int init(mortise_value settings)
{
    return mortise_http_routes(routes);
}

MORTISE_PLUGIN("porter", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
