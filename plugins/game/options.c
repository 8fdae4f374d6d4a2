/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <string.h>

#include <mortise/memory.h>
#include <mortise/settings.h>

struct options options;

enum { SECOND = 1000, KIB = 1024, PAGES_A_MIB = 256 };

static int64_t seconds(mortise_value settings, const char *key,
                       int64_t otherwise, int64_t min, int64_t max)
{
    return mortise_setting_int(settings, key, otherwise, min, max) * SECOND;
}

static void read_quick(mortise_value settings)
{
    mortise_value here =
        mortise_setting_value(settings, "quick", MORTISE_OBJECT);

    options.window = mortise_setting_int(here, "window", 100, 0, 10000);
    options.window_step = mortise_setting_int(here, "widenBy", 50, 0, 10000);
    options.window_step_ms = seconds(here, "everySeconds", 5, 1, 3600);
    options.window_max =
        mortise_setting_int(here, "windowMax", 1000, 0, 100000);
    options.bot_after_ms = seconds(here, "botAfterSeconds", 20, 1, 3600);
    options.queue_max = mortise_setting_int(here, "queueMax", 5000, 2, 100000);
    if (here)
        mortise_settings_done(here);
}

int options_read(mortise_value settings)
{
    int error;

    options.anonymous = mortise_setting_bool(settings, "anonymous", 0);
    options.grace_ms = seconds(settings, "graceSeconds", 60, 1, 3600);
    options.ready_ms = seconds(settings, "readySeconds", 30, 5, 600);
    options.idle_ms = seconds(settings, "idleSeconds", 1800, 10, 7 * 86400);
    options.keep_ms = seconds(settings, "keepSeconds", 300, 0, 86400);
    options.delay_max_ms = seconds(settings, "delayMaxSeconds", 600, 0, 3600);
    options.bot_ms =
        mortise_setting_int(settings, "botDelayMs", 600, 0, 60 * SECOND);
    options.matches_max =
        mortise_setting_int(settings, "matchesMax", 5000, 1, 100000);
    options.per_user = mortise_setting_int(settings, "perUser", 5, 1, 100);
    options.spectators_max =
        mortise_setting_int(settings, "spectatorsMax", 500, 0, 100000);
    options.waiting =
        mortise_setting_int(settings, "waitingMax", 8192, 16, 100000);
    options.waiting_bytes =
        mortise_setting_int(settings, "waitingKiB", 8192, 64, 65536) * KIB;
    options.database_wait_ms =
        mortise_setting_int(settings, "databaseWaitMs", 5000, 1, 60000);
    options.database_pages =
        mortise_setting_int(settings, "databaseMiB", 0, 0, 1 << 20) *
        PAGES_A_MIB;
    read_quick(settings);
    options.database =
        mortise_strdup(mortise_setting_text(settings, "database", "game.db"));
    error = settings ? mortise_settings_done(settings) : 0;
    if (error == 0 && !options.database)
        error = MORTISE_ENOMEM;
    if (error != 0)
        options_free(); /* fini is for an init that has succeeded */
    return error;
}

void options_free(void)
{
    mortise_free(options.database);
    memset(&options, 0, sizeof(options));
}
