/* SPDX-License-Identifier: MIT */
/* The pins of mortise/identity.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/identity.h>

/* clang-format off */

PIN_ID(identity, "mortise.identity/1");

PIN_TYPE(mortise_identity, struct mortise_identity);

PIN_SIZE_MIN(struct mortise_identity, 40);
PIN(struct mortise_identity, size, 0, uint32_t);
PIN(struct mortise_identity, flags, 4, uint32_t);
PIN(struct mortise_identity, user, 8, const char *);
PIN(struct mortise_identity, expires, 16, int64_t);
PIN(struct mortise_identity, roles, 24, const char *const *);
PIN(struct mortise_identity, role_count, 32, uint32_t);

PIN_SIZE_MIN(struct mortise_identity_table, 88);
PIN(struct mortise_identity_table, size, 0, uint32_t);
PIN(struct mortise_identity_table, identify, 8,
    int (*)(host, uint64_t, const struct mortise_identity *));
PIN(struct mortise_identity_table, identify_request, 16,
    int (*)(host, uint64_t, const struct mortise_identity *));
PIN(struct mortise_identity_table, user, 24, const char *(*)(host, uint64_t));
PIN(struct mortise_identity_table, request_user, 32,
    const char *(*)(host, uint64_t));
PIN(struct mortise_identity_table, has_role, 40,
    int (*)(host, uint64_t, const char *));
PIN(struct mortise_identity_table, request_has_role, 48,
    int (*)(host, uint64_t, const char *));
PIN(struct mortise_identity_table, expires, 56, int64_t (*)(host, uint64_t));
PIN(struct mortise_identity_table, user_room, 64,
    const char *(*)(host, const char *));
PIN(struct mortise_identity_table, user_sockets, 72,
    int (*)(host, const char *));
PIN(struct mortise_identity_table, revoke, 80, int (*)(host, const char *));

PIN_VALUE(MORTISE_IDENTITY_STAY, 1);
