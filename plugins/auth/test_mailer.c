/* SPDX-License-Identifier: MIT */
/* For tests: delivers codes to everybody in "/", and says what its settings
 * say. */
#include <mortise/plugin.h>
#include <mortise/services.h>
#include <mortise/settings.h>

static int delivers;

static mortise_value deliver(mortise_value args)
{
    mortise_emit(mortise_all("/", NULL), "mail", "v", mortise_at(args, 0));
    return mortise_make("b", delivers);
}

static const mortise_service services[] = {{"auth.deliver", 1, deliver}};

static int init(mortise_value settings)
{
    delivers = mortise_setting_bool(settings, "delivers", 1);
    return mortise_offer(services);
}

MORTISE_PLUGIN("mailer", "1.0.0", .init = init,
               .description = "Shows codes to everybody, for tests.");
