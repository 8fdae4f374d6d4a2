/* SPDX-License-Identifier: MIT */
#include "access/banned.h"

#include <mortise/services.h>

bool banned_find(const struct session *session, const char *address,
                 const char *device, struct ban *ret)
{
    struct ban_asker asker = {session ? session->user : NULL,
                              session ? session->device : NULL, address};
    char hash[HASH_TEXT_SIZE];

    if (bans_find(&asker, ret))
        return true;
    for (int i = 0; i < tokens_secrets() && device[0] != '\0'; i++) {
        tokens_hash_by(i, device, hash);
        if (bans_find(&(struct ban_asker){.device = hash}, ret))
            return true;
    }
    return false;
}

const char *banned_message(const char *reason)
{
    return reason[0] != '\0' ? reason : "You are banned.";
}

mortise_value banned_data(const char *reason, int64_t until)
{
    return mortise_make("{code:'banned', reason:s, until:v}",
                        reason[0] != '\0' ? reason : NULL,
                        until != 0 ? mortise_make("I", until) : NULL);
}
