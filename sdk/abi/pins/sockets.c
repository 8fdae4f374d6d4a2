/* SPDX-License-Identifier: MIT */
/* The pins of mortise/sockets.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/sockets.h>

/* clang-format off */

PIN_ID(sockets, "mortise.sockets/1");

PIN_TYPE(mortise_answer, struct mortise_answer);
PIN_TYPE(mortise_fates, struct mortise_fates);
PIN_TYPE(mortise_connection, struct mortise_connection);

PIN_SIZE_MIN(struct mortise_answer, 24);
PIN(struct mortise_answer, size, 0, uint32_t);
PIN(struct mortise_answer, status, 4, int32_t);
PIN(struct mortise_answer, socket, 8, uint64_t);
PIN(struct mortise_answer, args, 16, value);

PIN_SIZE_MIN(struct mortise_fates, 20);
PIN(struct mortise_fates, size, 0, uint32_t);
PIN(struct mortise_fates, queued, 4, uint32_t);
PIN(struct mortise_fates, replaced, 8, uint32_t);
PIN(struct mortise_fates, dropped, 12, uint32_t);
PIN(struct mortise_fates, closed, 16, uint32_t);

PIN_SIZE_MIN(struct mortise_connection, 32);
PIN(struct mortise_connection, size, 0, uint32_t);
PIN(struct mortise_connection, secure, 4, uint32_t);
PIN(struct mortise_connection, cross_origin, 8, uint32_t);
PIN(struct mortise_connection, websocket, 12, uint32_t);
PIN(struct mortise_connection, issued, 16, int64_t);
PIN(struct mortise_connection, protocol, 24, uint32_t);

PIN_SIZE_MIN(struct mortise_sockets_table, 152);
PIN(struct mortise_sockets_table, size, 0, uint32_t);
PIN(struct mortise_sockets_table, survey, 8,
    int (*)(host, struct mortise_target, const char *, int64_t, uint64_t,
    const char *, const char *, ...));
PIN(struct mortise_sockets_table, answer, 16,
    int (*)(host, event, uint32_t, struct mortise_answer *));
PIN(struct mortise_sockets_table, emit, 24,
    int (*)(host, struct mortise_target, const char *, uint32_t, const char *,
    const char *, ...));
PIN(struct mortise_sockets_table, fates, 32,
    int (*)(host, struct mortise_fates *));
PIN(struct mortise_sockets_table, queued, 40, int64_t (*)(host, uint64_t));
PIN(struct mortise_sockets_table, queued_packets, 48,
    int64_t (*)(host, uint64_t));
PIN(struct mortise_sockets_table, list, 56,
    int (*)(host, struct mortise_target, uint64_t *, uint32_t));
PIN(struct mortise_sockets_table, join, 64,
    int (*)(host, struct mortise_target, const char *));
PIN(struct mortise_sockets_table, leave, 72,
    int (*)(host, struct mortise_target, const char *));
PIN(struct mortise_sockets_table, disconnect, 80,
    int (*)(host, struct mortise_target, int));
PIN(struct mortise_sockets_table, kick, 88,
    int (*)(host, struct mortise_target, const char *, const char *, int64_t));
PIN(struct mortise_sockets_table, room_at, 96,
    const char *(*)(host, uint64_t, uint32_t));
PIN(struct mortise_sockets_table, set_data, 104,
    int (*)(host, uint64_t, const char *, const char *, ...));
PIN(struct mortise_sockets_table, data, 112,
    value (*)(host, uint64_t, const char *));
PIN(struct mortise_sockets_table, connection, 120,
    int (*)(host, uint64_t, struct mortise_connection *));
PIN(struct mortise_sockets_table, header_at, 128,
    int (*)(host, uint64_t, uint32_t, struct mortise_str *,
    struct mortise_str *));
PIN(struct mortise_sockets_table, query_at, 136,
    int (*)(host, uint64_t, uint32_t, struct mortise_str *,
    struct mortise_str *));
PIN(struct mortise_sockets_table, auth, 144, value (*)(host, uint64_t));

PIN_VALUE(MORTISE_F_LOCAL, 4);
PIN_VALUE(MORTISE_F_UNCOMPRESSED, 8);
PIN_VALUE(MORTISE_F_ROOM_LIST, 16);
PIN_VALUE(MORTISE_F_EXCEPT_LIST, 32);
PIN_VALUE(MORTISE_LIST_ROOMS, 1024);
