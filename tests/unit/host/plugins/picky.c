/* SPDX-License-Identifier: MIT */
/* Has settings of every kind. */
#include <mortise/settings.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static const char *const colours[] = {"red", "green", "blue", NULL};

static int init(mortise_value settings)
{
    int64_t players = mortise_setting_int(settings, "players", 4, 2, 100);
    double speed = mortise_setting_number(settings, "speed", 1.5, 0, 10);
    int greet = mortise_setting_bool(settings, "greet", 1);
    const char *name = mortise_setting_text(settings, "name", "nobody");
    int colour = mortise_setting_choice(settings, "colour", colours, 2);
    mortise_value inner =
        mortise_setting_value(settings, "inner", MORTISE_OBJECT);
    int64_t depth = mortise_setting_int(inner, "depth", 1, 0, 9);
    int unknown = mortise_settings_done(inner);
    int done = mortise_settings_done(settings);

    SAY("%d %g %d %s %d %d, done %d %d", (int)players, speed, greet, name,
        colour, (int)depth, unknown, done);
    return mortise_bool(mortise_get(settings, "players"), 0) ? 0 : done;
}

static void fini(void)
{
    SAY("fini, %d", mortise_settings_done(NULL));
}

MORTISE_PLUGIN("picky", "1.0.0", .init = init, .fini = fini);
