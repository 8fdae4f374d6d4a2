/* SPDX-License-Identifier: MIT */
#include "who.h"

#include <stdio.h>
#include <string.h>

void who_of(const struct session *session, struct who *ret)
{
    char *rest = ret->words;
    uint32_t n = 0;

    snprintf(ret->words, sizeof(ret->words), "%s", session->roles);
    ret->roles[n++] = session->guest ? "guest" : "user";
    for (char *word; (word = strsep(&rest, " ")) && n < WHO_ROLES_MAX;)
        if (word[0] != '\0' && strlen(word) <= 64)
            ret->roles[n++] = word;
    ret->identity = (mortise_identity){
        .size = sizeof(ret->identity),
        .user = session->user,
        .expires = session->access_ends,
        .roles = ret->roles,
        .role_count = n,
    };
}
