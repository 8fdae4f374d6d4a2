/* SPDX-License-Identifier: MIT */
#include "access/gates.h"

#include <stddef.h>

#include "access/grants.h"

const struct refusal *gate_refuses(const char *name_space,
                                   const struct session *session)
{
    static const struct refusal login = {"login_required", "Sign in first."};
    static const struct refusal account = {"account_required",
                                           "This needs an account."};
    static const struct refusal role = {"role_required",
                                        "You may not come in here."};
    const struct gate *gate = options_gate(name_space);

    if (gate->admit == ADMIT_ANYONE)
        return NULL;
    if (!session)
        return &login;
    if (gate->admit == ADMIT_USER && session->guest)
        return &account;
    if (gate->admit == ADMIT_ROLE && !grants_allow(session, gate->role))
        return &role;
    return NULL;
}
