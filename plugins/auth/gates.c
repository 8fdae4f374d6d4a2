/* SPDX-License-Identifier: MIT */
#include "gates.h"

#include <string.h>

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = words; (p = strstr(p, word)); p += n)
        if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

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
    if (gate->admit == ADMIT_ROLE && !has_word(session->roles, gate->role))
        return &role;
    return NULL;
}
