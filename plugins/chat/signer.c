/* SPDX-License-Identifier: MIT */
/*
 * For the tests: signs sockets in as whom their handshake says, as a plugin
 * that knows of accounts would do. auth: {user, name, guest, roles: [...]}.
 */
#include <mortise/identity.h>
#include <mortise/sockets.h>

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
    mortise_set_data(from, "profile", "{name:v, guest:b}",
                     mortise_get(auth, "name"),
                     mortise_bool(mortise_get(auth, "guest"), 0));
}

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    sign_in(from, mortise_arg(event, 0));
}

/* socket.emit("sign-in", {user, name}) */
static void on_sign_in(mortise_socket from, const mortise_event *event)
{
    sign_in(from, mortise_arg(event, 0));
    mortise_ack(event, "{ok:true}");
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting, MORTISE_EVERYWHERE},
    {"sign-in", on_sign_in, MORTISE_EVERYWHERE},
};

MORTISE_PLUGIN("signer", "1.0.0", .handlers = MORTISE_TABLE(handlers));
