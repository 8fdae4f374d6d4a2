/* SPDX-License-Identifier: MIT */
/*
 * News from the floor below, and which plugin is told.
 *
 * An event of a client goes to the USE rows, in the order of the
 * configuration, each of which may end it; then to its handler, or the ANY
 * rows.
 */
#include "base/error.h"
#include "base/log.h"
#include "host/calls/api.h"
#include "host/contract/guard.h"
#include "host/observer.h"
#include "host/options.h"

static void run_route(struct host *host, struct route route,
                      struct host_call *call)
{
    struct generation *g = host->lineup->members[route.member].generation;
    host_run(host, g, &g->handlers.rows[route.row], call);
}

/* --- moments --- */

/* Asks or tells every plugin that has a row for this moment; false when one
 * of them has refused. */
static bool run_moment(struct host *host, enum moment moment, const char *name,
                       struct sio_socket *s, const struct json *auth,
                       const char *reason)
{
    const struct host_namespace *n = host_namespace_of(s);
    const struct route_list *list = &n->moments[moment];

    for (uint32_t i = 0; i < list->count; i++) {
        struct host_call call = {
            .event = {.name = name,
                      .name_space = host_space_name(s),
                      .argc = auth != NULL,
                      .reason = reason},
            .socket = s,
            .first = auth,
            .connecting = moment == MOMENT_CONNECTING,
        };
        run_route(host, list->routes[i], &call);
        if (call.refused)
            return false;
    }
    return true;
}

static enum sio_decision on_connecting(void *user, struct sio_socket *s,
                                       const struct json *auth)
{
    if (run_moment(user, MOMENT_CONNECTING, "connecting", s, auth, NULL))
        return SIO_ACCEPT;
    identities_forget(user, s);
    return SIO_REFUSE;
}

static void on_connect(void *user, struct sio_socket *s,
                       const struct json *auth)
{
    struct host *host = user;

    identities_joined(host, s);
    if (host->observer)
        observer_moment(host, OBSERVED_CONNECT, s, NULL);
    run_moment(user, MOMENT_CONNECT, "connect", s, auth, NULL);
}

static void on_disconnecting(void *user, struct sio_socket *s,
                             enum sio_reason reason)
{
    run_moment(user, MOMENT_DISCONNECTING, "disconnecting", s, NULL,
               sio_reason_text(reason));
}

static void on_disconnect(void *user, struct sio_socket *s,
                          enum sio_reason reason)
{
    struct host *host = user;

    if (host->observer)
        observer_moment(host, OBSERVED_DISCONNECT, s, sio_reason_text(reason));
    run_moment(host, MOMENT_DISCONNECT, "disconnect", s, NULL,
               sio_reason_text(reason));
    replies_drop(user, s);
    identities_forget(user, s);
}

static struct str whose(void *user, const struct sio_socket *s)
{
    const struct identity *i = identities_of(user, sio_socket_handle(s));

    return i ? str_z(identity_user(i)) : STR("");
}

/* --- events --- */

/* Runs one row with the event as it is now, and takes over what the row made
 * of it. */
static void run_event(struct host *host, struct route route,
                      struct host_call *event, bool using)
{
    struct plugin_slot *slot = host->lineup->members[route.member].slot;
    bool refused = event->refused;

    slot->events += !using;
    host->lineup->members[route.member].generation->calls[route.row]++;
    event->using = using;
    run_route(host, route, event);
    event->using = false;
    slot->refusals += event->refused && !refused;
}

/* The middleware; false when the event goes no further. What it has made of
 * the arguments has to be what the contract says, as what the client sent. */
static bool run_middleware(struct host *host, const struct host_namespace *n,
                           struct host_call *event)
{
    const struct route_list *list = &n->moments[MOMENT_USE];
    bool acked_before = event->acked;

    for (uint32_t i = 0; i < list->count; i++) {
        const struct lineup_member *member =
            &host->lineup->members[list->routes[i].member];
        const struct json *first = event->first;
        run_event(host, list->routes[i], event, true);
        if (event->refused || event->acked != acked_before)
            return false;
        if (!sio_socket_connected(event->socket))
            return false; /* one of them has thrown it out */
        if (event->first != first && event->contract &&
            !guard_admits_rewritten(host, member->generation, event)) {
            member->slot->refusals++;
            return false;
        }
    }
    return true;
}

static void run_handlers(struct host *host, const struct host_namespace *n,
                         const struct route *route, struct host_call *event)
{
    const struct route_list *any = &n->moments[MOMENT_ANY];
    if (route)
        run_event(host, *route, event, false);
    for (uint32_t i = 0; !route && i < any->count; i++)
        run_event(host, any->routes[i], event, false);
}

/* Whether anybody at all would be told. */
static bool anybody(const struct host_namespace *n, const struct route *route)
{
    return route || n->moments[MOMENT_USE].count > 0 ||
           n->moments[MOMENT_ANY].count > 0;
}

/* The event's name with a NUL behind it; NULL when it has one inside, with
 * which it would be told cut short, as another one. */
static const char *event_name(struct host *host, const struct route *route,
                              struct sio_socket *s,
                              const struct sio_event *incoming)
{
    if (route) {
        const struct generation *g =
            host->lineup->members[route->member].generation;
        return g->handlers.rows[route->row].name;
    }
    if (str_find(incoming->name, '\0') < incoming->name.n)
        return NULL;
    const char *name = arena_str(incoming->arena, incoming->name).p;
    if (!name) /* an event lost in silence is worse than the end */
        sio_socket_disconnect_for(s, true, SIO_NOTICE_OUT_OF_MEMORY);
    return name;
}

/* Holds the event against its contract, if it has one. */
static bool admitted(struct host *host, struct route route,
                     struct host_call *event)
{
    const struct lineup_member *member = &host->lineup->members[route.member];
    const struct generation *g = member->generation;

    event->contract = contract_of(&g->handlers.rows[route.row]);
    if (!event->contract || guard_admits(host, g, event->contract, event))
        return true;
    member->slot->refusals++;
    return false;
}

static void handle_event(struct host *host, struct sio_socket *s,
                         const struct sio_event *incoming)
{
    const struct host_namespace *n = host_namespace_of(s);
    const struct route *route = registry_event(n, incoming->name);

    if (!route && n->moments[MOMENT_ANY].count == 0) /* a slip, perhaps */
        log_debug("nobody handles \"%.*s\" in namespace %s",
                  STR_ARG(incoming->name), host_space_name(s));
    if (!anybody(n, route))
        return;
    struct host_call event = {
        .event = {.name = event_name(host, route, s, incoming),
                  .name_space = host_space_name(s),
                  .argc = incoming->argc,
                  .wants_ack = incoming->wants_ack},
        .socket = s,
        .incoming = incoming,
        .first = incoming->args->child->next,
    };
    if (route && !admitted(host, *route, &event))
        return;
    if (event.event.name && run_middleware(host, n, &event))
        run_handlers(host, n, route, &event);
}

static void on_event(void *user, struct sio_socket *s,
                     const struct sio_event *incoming)
{
    struct host *host = user;

    if (host->observer)
        observer_event(host, s, incoming, handle_event);
    else
        handle_event(host, s, incoming);
}

static void on_answer(void *user, struct sio_socket *s, uint64_t cookie,
                      int status, const struct json *args)
{
    awaited_conclude(user, s, cookie, status, args);
}

static void on_answers(void *user, struct sio_namespace *n, uint64_t cookie,
                       int status, struct sio_answer *answers, uint32_t count)
{
    awaited_conclude_all(user, n, cookie, status, answers, count);
}

static void on_drain(void *user, struct sio_socket *s)
{
    run_moment(user, MOMENT_DRAIN, "drain", s, NULL, NULL);
}

static bool on_want_namespace(void *user, struct str name, void **ret_data)
{
    const struct host *host = user;
    const struct host_namespace *n =
        registry_find(host->lineup->registry, name);
    *ret_data = (void *)(uintptr_t)n;
    return n != NULL;
}

const struct sio_events host_sio_events = {
    .connecting = on_connecting,
    .connect = on_connect,
    .event = on_event,
    .answer = on_answer,
    .answers = on_answers,
    .disconnecting = on_disconnecting,
    .disconnect = on_disconnect,
    .drain = on_drain,
    .want_namespace = on_want_namespace,
    .whose = whose,
};

struct sio_server *host_new_sio(struct host *host, const struct config *config)
{
    struct sio_options options = host_sio_options(config);
    return sio_server_new(host->timers, &options, &host_sio_events, host);
}
