/* SPDX-License-Identifier: MIT */
/* Offers services in two versions; with a setting also one of "asker". */
#include <mortise/services.h>

static mortise_value twice(const mortise_asked *asked)
{
    return mortise_make("I", 2 * mortise_int(mortise_at(asked->args, 0), 0));
}

/* Takes any value, and tells everybody of what it was given, and by whom. */
static mortise_value twice_2(const mortise_asked *asked)
{
    mortise_emit(mortise_all("/", NULL), "asked", "v, s, s, i", asked->args,
                 asked->plugin, asked->name, (int)asked->version);
    return mortise_make("{once:v, twice:[v, v], argc:i}",
                        mortise_at(asked->args, 0), mortise_at(asked->args, 0),
                        mortise_at(asked->args, 0),
                        (int)mortise_count(asked->args));
}

static const mortise_service services[] = {
    {"double", 1, twice}, {"double", 2, twice_2}, {"deep", 1, twice}};

static int init(mortise_value settings)
{
    if (mortise_bool(mortise_get(settings, "deep"), 0))
        return mortise_offer(services);
    const mortise_service some[] = {services[0], services[1]};
    return mortise_offer(some);
}

MORTISE_PLUGIN("server", "1.0.0", .init = init);
