/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <string.h>

#include <mortise/memory.h>
#include <mortise/settings.h>

struct options options;

enum { SECOND = 1000, PAGES_A_MIB = 256 };

static const int64_t day = 24 * 3600 * INT64_C(1000);

static void read_bounds(mortise_value settings)
{
    options.rooms =
        mortise_setting_int(settings, "roomsMax", 100000, 1, 10000000);
    options.rooms_per_user =
        mortise_setting_int(settings, "roomsPerUser", 100, 1, 500);
    options.members_per_room =
        mortise_setting_int(settings, "membersPerRoom", 10000, 2, 1000000);
    options.ignored_per_user =
        mortise_setting_int(settings, "ignoredPerUser", 100, 0, 400);
    options.presence =
        mortise_setting_int(settings, "presenceUpTo", 1000, 0, 1000000);
    options.reports_per_user =
        mortise_setting_int(settings, "reportsPerUser", 20, 1, 1000);
    options.receipts =
        mortise_setting_int(settings, "receiptsUpTo", 20, 0, 1000);
    options.waiting =
        mortise_setting_int(settings, "waitingMax", 4096, 1, 100000);
    options.waiting_bytes =
        mortise_setting_int(settings, "waitingKiB", 8192, 64, 65536) * 1024;
}

static void read_times(mortise_value settings)
{
    options.edit_ms =
        mortise_setting_int(settings, "editMinutes", 0, 0, 1000000) * 60 *
        SECOND;
    options.keep_ms =
        mortise_setting_int(settings, "keepDays", 0, 0, 36500) * day;
    options.log_ms =
        mortise_setting_int(settings, "logDays", 365, 1, 36500) * day;
    options.typing_ms =
        mortise_setting_int(settings, "typingSeconds", 6, 1, 60) * SECOND;
    options.grace_ms =
        mortise_setting_int(settings, "graceSeconds", 10, 0, 600) * SECOND;
}

static int read_texts(mortise_value settings)
{
    static const char *const words[] = {"star", "refuse", NULL};
    const char *filter = mortise_setting_text(settings, "filterFile", NULL);
    const char *unlisted = mortise_setting_text(settings, "unlisted", "");

    options.filter_refuses =
        mortise_setting_choice(settings, "filter", words, 0) == 1;
    options.database =
        mortise_strdup(mortise_setting_text(settings, "database", "chat.db"));
    if (filter)
        options.filter = mortise_strdup(filter);
    if (unlisted[0] != '\0')
        options.unlisted = mortise_strdup(unlisted);
    return options.database && !options.filter == !filter &&
                   !options.unlisted == (unlisted[0] == '\0')
               ? 0
               : MORTISE_ENOMEM;
}

int options_read(mortise_value settings)
{
    int error, other;

    options.anonymous = mortise_setting_bool(settings, "anonymous", 0);
    options.create_rooms = mortise_setting_bool(settings, "createRooms", 1);
    options.database_wait_ms =
        mortise_setting_int(settings, "databaseWaitMs", 5000, 1, 60000);
    options.database_pages =
        mortise_setting_int(settings, "databaseMiB", 0, 0, 1 << 20) *
        PAGES_A_MIB;
    read_bounds(settings);
    read_times(settings);
    error = read_texts(settings);
    other = settings ? mortise_settings_done(settings) : 0;
    return error != 0 ? error : other;
}

void options_free(void)
{
    mortise_free(options.database);
    mortise_free(options.filter);
    mortise_free(options.unlisted);
    memset(&options, 0, sizeof(options));
}
