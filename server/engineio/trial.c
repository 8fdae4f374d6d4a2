/* SPDX-License-Identifier: MIT */
/* A WebSocket that is tried beside polling: letting it go, one way or another.
 */
#include "base/mem.h"
#include "engineio/session.h"

void upgrade_release(struct upgrade *u)
{
    struct timers *timers = session_timers(u->session);
    timer_stop(timers, &u->timeout);
    timer_stop(timers, &u->tick);
    u->session->polling->upgrade = NULL;
    mem_free(u);
}

void upgrade_cancel(struct upgrade *u)
{
    if (!u)
        return;
    linger_add(session_server(u->session), u->ws);
    upgrade_release(u);
}

void upgrade_abort(struct upgrade *u)
{
    if (!u)
        return;
    websocket_abort(u->ws);
    upgrade_release(u);
}

bool upgrade_probed(const struct upgrade *u)
{
    return u->probed;
}
