/* SPDX-License-Identifier: MIT */
#include "host/services/health.h"

bool health_answer(const struct health *health, struct http_exchange *x)
{
    bool ready = str_eq(x->head.path, STR("/readyz"));
    bool yes = !ready || !health->stopping;

    if (!health->enabled ||
        (!ready && !str_eq(x->head.path, STR("/healthz"))) ||
        (x->head.method != HTTP_GET && x->head.method != HTTP_HEAD))
        return false;
    struct http_response r = {
        .status = yes ? 200 : 503,
        .type = STR("text/plain"),
        .headers = STR("Cache-Control: no-store\r\n"),
        .text = yes ? STR("ok\n") : STR("stopping\n"),
    };
    http_respond(x, &r);
    return true;
}
