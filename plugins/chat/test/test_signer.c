/* SPDX-License-Identifier: MIT */
/*
 * For the tests: signs sockets in as whom their handshake says, as a plugin
 * that knows of accounts would do. auth: {user, roles: [...]}. The user "<Ann>"
 * is called Ann, others are guests and have no name.
 */
#include <string.h>

#include <mortise/identity.h>
#include <mortise/services.h>

enum { ROLES_MAX = 4 };

static void sign_in(mortise_socket from, mortise_value auth)
{
    mortise_value given = mortise_get(auth, "roles");
    const char *roles[ROLES_MAX];
    mortise_identity who = {.size = sizeof(who),
                            .user = mortise_text(mortise_get(auth, "user"), ""),
                            .roles = roles};

    if (who.user[0] == '\0')
        return;
    while (who.role_count < mortise_count(given) &&
           who.role_count < ROLES_MAX) {
        roles[who.role_count] =
            mortise_text(mortise_at(given, who.role_count), "");
        who.role_count++;
    }
    mortise_identify(from, &who);
}

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    sign_in(from, mortise_arg(event, 0));
}

/* socket.emit("sign-in", {user}) */
static void on_sign_in(mortise_socket from, const mortise_event *event)
{
    sign_in(from, mortise_arg(event, 0));
    mortise_ack(event, "{ok:true}");
}

static mortise_value profile(const mortise_asked *asked)
{
    const char *user = mortise_text(mortise_at(asked->args, 0), "");
    mortise_str name = {user + 1, strlen(user)};
    int guest = user[0] != '<' || name.n < 3;

    name.n -= guest ? 0 : 2;
    return guest ? mortise_make("{id:s, name:null, guest:true}", user)
                 : mortise_make("{id:s, name:S, guest:false}", user, name);
}

static const mortise_service services[] = {{"auth.profile", 1, profile}};

static int init(mortise_value settings)
{
    return mortise_offer(services);
}

/* socket.emit("forget", id): the account was deleted. */
static void on_forget(mortise_socket from, const mortise_event *event)
{
    mortise_value answer = NULL;

    mortise_ask(&answer, "chat.forget", 1, "v", mortise_arg(event, 0));
    mortise_ack(event, "v", answer);
}

static const mortise_handler handlers[] = {
    {"forget", on_forget, MORTISE_EVERYWHERE},
    {MORTISE_CONNECTING, on_connecting, MORTISE_EVERYWHERE},
    {"sign-in", on_sign_in, MORTISE_EVERYWHERE},
};

MORTISE_PLUGIN("signer", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
