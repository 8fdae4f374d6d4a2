/* SPDX-License-Identifier: MIT */
/* Has a route that "web" has too. */
#include <mortise/http.h>

static void on_user(mortise_request request, const mortise_http *http)
{
    mortise_http_say(request, 200, "second");
}

static const mortise_route routes[] = {{"GET", "/users/:name", on_user}};

static int init(mortise_value settings)
{
    return mortise_http_routes(routes);
}

MORTISE_PLUGIN("web2", "1.0.0", .init = init);
