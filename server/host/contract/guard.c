/* SPDX-License-Identifier: MIT */
#include "host/contract/guard.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/table.h"
#include "host/contract/breach.h"
#include "host/services/identities.h"
#include "host/calls/plugin_log.h"
#include "host/calls/refusal.h"

/* Violations are counted for so long. */
#define MINUTE 60.0

/* --- who, and how often --- */

static uint64_t number_of(const void *p, size_t n)
{
    return table_hash(str_of(p, n));
}

static uint64_t socket_number(const struct sio_socket *s)
{
    uint64_t handle = sio_socket_handle(s);
    return number_of(&handle, sizeof(handle));
}

/* The time tells a connection from a later one at the same place in memory. */
static uint64_t connection_number(const struct sio_socket *s)
{
    struct {
        const void *place;
        int64_t issued;
    } known = {sio_socket_connection(s), sio_socket_handshake(s)->issued};
    return number_of(&known, sizeof(known));
}

static uint64_t address_number(const struct sio_socket *s)
{
    const struct eio_handshake *h = sio_socket_handshake(s);
    return table_hash(h->peer);
}

/* A socket is its own user as long as nobody has signed in there. */
static uint64_t user_number(const struct host *host, const struct sio_socket *s)
{
    const struct identity *i = identities_of(host, sio_socket_handle(s));
    return i ? table_hash(str_z(identity_user(i))) : socket_number(s);
}

static uint64_t sender_number(const struct host *host,
                              const struct sio_socket *s, uint32_t per)
{
    if (per == MORTISE_PER_ADDRESS)
        return address_number(s);
    return per == MORTISE_PER_USER ? user_number(host, s) : socket_number(s);
}

/* How long until each bucket that counts has a token, in ms. */
static int64_t wait_for(struct host *host, const struct contract *c,
                        const struct sio_socket *s)
{
    const mortise_contract *t = &c->terms;
    uint32_t per = t->per ? t->per : MORTISE_PER_SOCKET;
    int64_t now = host->timers->now, longest = 0;

    for (uint32_t one = 1; one <= per; one <<= 1) {
        if ((per & one) == 0)
            continue;
        struct rate_key key = {c->id + one, sender_number(host, s, one)};
        int64_t wait =
            rates_draw(&host->rates, key, t->per_second, t->burst, now);
        if (wait > longest)
            longest = wait;
    }
    return longest;
}

/* --- the rules, one after the other --- */

static bool refuse(struct breach *b, enum breach_code code, const char *text)
{
    breach_begin(b, code);
    buf_append_z(&b->message, text);
    return false;
}

static bool size_fits(const mortise_contract *t, const struct host_call *event,
                      struct breach *b)
{
    uint64_t size = event->incoming->size;
    if (t->max_bytes == 0 || size <= t->max_bytes)
        return true;
    breach_begin(b, BREACH_TOO_LARGE);
    buf_printf(&b->message, "It may have %" PRIu64 " bytes.", t->max_bytes);
    buf_printf(&b->data, "{\"max\":%" PRIu64 ",\"size\":%" PRIu64 "}",
               t->max_bytes, size);
    return false;
}

static bool sender_fits(const struct host *host, const mortise_contract *t,
                        const struct host_call *event, struct breach *b)
{
    if (t->login == MORTISE_ANYONE)
        return true;
    const struct identity *i =
        identities_of(host, sio_socket_handle(event->socket));
    if (!i)
        return refuse(b, BREACH_LOGIN_REQUIRED, "You have to sign in first.");
    if (!t->role || identity_has_role(i, t->role))
        return true;
    return refuse(b, BREACH_ROLE_REQUIRED, "You are not allowed to do that.");
}

static bool rate_fits(struct host *host, const struct contract *c,
                      const struct host_call *event, struct breach *b)
{
    int64_t wait =
        c->terms.per_second > 0 ? wait_for(host, c, event->socket) : 0;
    if (wait == 0)
        return true;
    breach_begin(b, BREACH_RATE_LIMITED);
    buf_append_z(&b->message, "Too often; wait a moment.");
    buf_printf(&b->data, "{\"retry\":%" PRId64 "}", wait);
    return false;
}

static bool ack_fits(const mortise_contract *t, const struct host_call *event,
                     struct breach *b)
{
    bool wanted = event->event.wants_ack != 0;
    if (t->ack == MORTISE_ACK_REQUIRED && !wanted)
        return refuse(b, BREACH_ACK_REQUIRED,
                      "It has to ask for an acknowledgement.");
    if (t->ack == MORTISE_ACK_FORBIDDEN && wanted)
        return refuse(b, BREACH_ACK_FORBIDDEN, "It is never acknowledged.");
    return true;
}

static bool fits(struct host *host, const struct contract *c,
                 const struct host_call *event, struct breach *b)
{
    return size_fits(&c->terms, event, b) &&
           sender_fits(host, &c->terms, event, b) &&
           rate_fits(host, c, event, b) && ack_fits(&c->terms, event, b) &&
           breach_none(&c->terms, event->first, event->event.argc, b);
}

/* --- what follows --- */

static void tell(struct host *host, const struct host_call *event,
                 const struct breach *b)
{
    struct str data = b->data.error == 0 ? buf_str(&b->data) : STR("");
    int error =
        refusal_send(host, event->socket, event->incoming,
                     breach_code_text(b->code), buf_str(&b->message), data);
    if (error == ERR_NOMEM) /* an event lost in silence is worse than the end */
        sio_socket_disconnect_for(event->socket, true,
                                  SIO_NOTICE_OUT_OF_MEMORY);
}

static void end_if_too_many(struct host *host, const struct generation *g,
                            const struct host_call *event)
{
    double most = host->max_violations;
    struct rate_key key = {0, connection_number(event->socket)};

    if (most == 0 || rates_draw(&host->rates, key, most / MINUTE, most,
                                host->timers->now) == 0)
        return;
    plugin_warn(g,
                "a client was disconnected: it has broken "
                "contracts more than %u times in a minute",
                host->max_violations);
    sio_socket_disconnect_for(event->socket, true, SIO_NOTICE_VIOLATIONS);
}

bool guard_admits(struct host *host, const struct generation *g,
                  struct contract *contract, const struct host_call *event)
{
    struct breach b;

    breach_init(&b);
    bool admitted = fits(host, contract, event, &b);
    if (!admitted) {
        contract->broken[b.code]++;
        plugin_debug(g, "\"%s\" refused, %s: %.*s", event->event.name,
                     breach_code_text(b.code), STR_ARG(buf_str(&b.message)));
        tell(host, event, &b);
        end_if_too_many(host, g, event);
    }
    breach_free(&b);
    return admitted;
}

bool guard_admits_rewritten(struct host *host, const struct generation *by,
                            const struct host_call *event)
{
    struct breach b;

    breach_init(&b);
    bool admitted = breach_none(&event->contract->terms, event->first,
                                event->event.argc, &b);
    if (!admitted) {
        plugin_warn(by,
                    "it gave \"%s\" arguments that break its contract: %.*s",
                    event->event.name, STR_ARG(buf_str(&b.message)));
        tell(host, event, &b);
    }
    breach_free(&b);
    return admitted;
}

bool guard_admits_answer(const struct generation *g, const mortise_handler *row,
                         const struct json *args)
{
    struct contract *contract = contract_of(row);
    struct breach b;

    if (!contract)
        return true;
    breach_init(&b);
    bool admitted = breach_none(&contract->terms, args->child, args->count, &b);
    if (!admitted) {
        contract->broken[b.code]++;
        plugin_debug(g, "answer \"%s\" refused, %s: %.*s", row->name,
                     breach_code_text(b.code), STR_ARG(buf_str(&b.message)));
    }
    breach_free(&b);
    return admitted;
}
