/* SPDX-License-Identifier: MIT */
/* Who may be in a namespace: what the settings say of it, and a session. */
#ifndef AUTH_GATES_H
#define AUTH_GATES_H

#include "options.h"
#include "sessions/sessions.h"

struct refusal {
    const char *code, *message;
};

/* NULL: may be in there. `session` is NULL for who is not signed in. */
const struct refusal *gate_refuses(const char *name_space,
                                   const struct session *session);

#endif
