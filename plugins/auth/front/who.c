/* SPDX-License-Identifier: MIT */
#include "front/who.h"

void who_of(const struct session *session, struct who *ret)
{
    grants_of(session, &ret->permits);
    ret->identity = (mortise_identity){
        .size = sizeof(ret->identity),
        .user = session->user,
        .expires = session->access_ends,
        .roles = ret->permits.names,
        .role_count = ret->permits.n,
    };
}
