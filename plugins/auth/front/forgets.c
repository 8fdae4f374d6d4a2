/* SPDX-License-Identifier: MIT */
#include "front/forgets.h"

#include <stdio.h>
#include <string.h>

#include <mortise/services.h>
#include <mortise/settings.h>

#include "record.h"

enum { SERVICES_MAX = 16, SERVICE_SIZE = 65 };

static char services[SERVICES_MAX][SERVICE_SIZE];
static uint32_t count;

int forgets_read(mortise_value settings)
{
    mortise_value list =
        mortise_setting_value(settings, "forget", MORTISE_ARRAY);
    uint32_t n = mortise_count(list);

    count = 0;
    for (uint32_t i = 0; i < n; i++) {
        const char *name = mortise_text(mortise_at(list, i), "");
        if (i == SERVICES_MAX || name[0] == '\0' ||
            strlen(name) >= SERVICE_SIZE) {
            mortise_log(MORTISE_ERROR,
                        "\"forget\" is a list of up to %d services, such as "
                        "\"game.forget\"",
                        SERVICES_MAX);
            return MORTISE_EINVAL;
        }
        snprintf(services[count++], SERVICE_SIZE, "%s", name);
    }
    return 0;
}

bool forgets_any(void)
{
    return count > 0;
}

bool forgets_tell_guests(mortise_str record)
{
    mortise_str id;
    int n = 0;

    for (; record_next(&record, FIELD_ROW, &id); n++)
        forgets_tell(id.p);
    return n == FORGETS_AT_ONCE;
}

void forgets_tell(const char *user)
{
    for (uint32_t i = 0; i < count; i++) {
        mortise_value answer = NULL;
        int error = mortise_ask(&answer, services[i], 1, "s", user);
        const char *why =
            error == MORTISE_ENOENT
                ? "nobody offers it"
                : mortise_text(
                      mortise_get(mortise_get(answer, "error"), "message"),
                      "it has failed");
        if (error != 0 || !mortise_bool(mortise_get(answer, "ok"), 0))
            mortise_log(MORTISE_ERROR,
                        "the account %s was deleted, but %s was not told: %s",
                        user, services[i], why);
    }
}
