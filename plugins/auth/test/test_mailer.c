/* SPDX-License-Identifier: MIT */
/* For tests: delivers codes to everybody in "/", and says what its settings
 * say; and asks who somebody is. */
#include <mortise/plugin.h>
#include <mortise/services.h>
#include <mortise/settings.h>

static int delivers;

static mortise_value deliver(const mortise_asked *asked)
{
    mortise_emit(mortise_all("/", NULL), "mail", "v",
                 mortise_at(asked->args, 0));
    return mortise_make("b", delivers);
}

static mortise_value forget(const mortise_asked *asked)
{
    mortise_emit(mortise_all("/", NULL), "forget", "v",
                 mortise_at(asked->args, 0));
    return mortise_make("{ok:true}");
}

static mortise_value refuse(const mortise_asked *asked)
{
    return mortise_make("{error:{code:'busy', message:'Not now.'}}");
}

static const mortise_service services[] = {
    {"auth.deliver", 1, deliver},
    {"mailer.forget", 1, forget},
    {"mailer.refuse", 1, refuse},
};

static void on_profile(mortise_socket from, const mortise_event *event)
{
    mortise_value answer = NULL;

    mortise_ask(&answer, "auth.profile", 1, "v", mortise_arg(event, 0));
    mortise_ack(event, "v", answer);
}

static const mortise_handler handlers[] = {{"profile", on_profile}};

static int init(mortise_value settings)
{
    delivers = mortise_setting_bool(settings, "delivers", 1);
    return mortise_offer(services);
}

MORTISE_PLUGIN("mailer", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers),
               .description = "Shows codes to everybody, for tests.");
