/* SPDX-License-Identifier: MIT */
/* For tests: whoever says so is that user, and is called so, until somebody
 * says otherwise. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <mortise/identity.h>
#include <mortise/services.h>

/* io({auth: {user: "ann"}}) */
static void on_connecting(mortise_socket from, const mortise_event *event)
{
    const char *user =
        mortise_text(mortise_get(mortise_arg(event, 0), "user"), NULL);
    mortise_identity who = {.size = sizeof(who), .user = user};

    if (user)
        mortise_identify(from, &who);
}

/* Who has another name than the id, and which. */
static struct {
    char user[64], name[64];
} renamed;

static mortise_value profile(const mortise_asked *asked)
{
    const char *user = mortise_text(mortise_at(asked->args, 0), "");
    bool other = strcmp(user, renamed.user) == 0;

    return strcmp(user, "stranger") == 0
               ? NULL
               : mortise_make("{name:s}", other ? renamed.name : user);
}

/* As when a guest becomes an account. */
static void on_named(mortise_socket from, const mortise_event *event)
{
    snprintf(renamed.user, sizeof(renamed.user), "%s", mortise_user(from));
    snprintf(renamed.name, sizeof(renamed.name), "%s",
             mortise_text(mortise_arg(event, 0), ""));
    mortise_ack(event, "b", 1);
}

static const mortise_service services[] = {{"auth.profile", 1, profile}};

static int init(mortise_value settings)
{
    return mortise_offer(services);
}

/* As a plugin that has accounts does when one is deleted. */
static void on_deleted(mortise_socket from, const mortise_event *event)
{
    mortise_value answer = NULL;

    mortise_ask(&answer, "game.forget", 1, "v", mortise_arg(event, 0));
    mortise_ack(event, "v", answer);
}

static const mortise_handler handlers[] = {
    {"deleted", on_deleted, MORTISE_EVERYWHERE},
    {"named", on_named, MORTISE_EVERYWHERE},
    {MORTISE_CONNECTING, on_connecting, MORTISE_EVERYWHERE},
};

MORTISE_PLUGIN("porter", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
