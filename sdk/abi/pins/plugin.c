/* SPDX-License-Identifier: MIT */
/* The pins of mortise/plugin.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/plugin.h>

/* clang-format off */

PIN_TYPE(mortise_socket, uint64_t);
PIN_TYPE(mortise_timer, uint64_t);
PIN_TYPE(mortise_reply, uint64_t);
PIN_TYPE(mortise_str, struct mortise_str);
PIN_TYPE(mortise_value, value);
PIN_TYPE(mortise_list, list);
PIN_TYPE(mortise_event, struct mortise_event);
PIN_TYPE(mortise_call, void (uint64_t, event));
PIN_TYPE(mortise_handler, struct mortise_handler);
PIN_TYPE(mortise_table, struct mortise_table);
PIN_TYPE(mortise_plugin, struct mortise_plugin);
PIN_TYPE(mortise_target, struct mortise_target);
PIN_TYPE(mortise_host, host);
PIN_TYPE(mortise_note, struct mortise_note);

PIN_SIZE(struct mortise_str, 16);
PIN(struct mortise_str, p, 0, const char *);
PIN(struct mortise_str, n, 8, size_t);

PIN_SIZE_MIN(struct mortise_event, 48);
PIN(struct mortise_event, size, 0, uint32_t);
PIN(struct mortise_event, argc, 4, uint32_t);
PIN(struct mortise_event, name, 8, const char *);
PIN(struct mortise_event, name_space, 16, const char *);
PIN(struct mortise_event, wants_ack, 24, uint32_t);
PIN(struct mortise_event, status, 28, int32_t);
PIN(struct mortise_event, cookie, 32, uint64_t);
PIN(struct mortise_event, reason, 40, const char *);

PIN_SIZE_MIN(struct mortise_handler, 32);
PIN(struct mortise_handler, name, 0, const char *);
PIN(struct mortise_handler, call, 8, void (*)(uint64_t, event));
PIN(struct mortise_handler, name_space, 16, const char *);
PIN(struct mortise_handler, contract, 24, const struct mortise_contract *);

PIN_SIZE(struct mortise_table, 16);
PIN(struct mortise_table, rows, 0, const struct mortise_handler *);
PIN(struct mortise_table, count, 8, uint32_t);
PIN(struct mortise_table, row_size, 12, uint32_t);

PIN_SIZE_MIN(struct mortise_plugin, 120);
PIN(struct mortise_plugin, size, 0, uint32_t);
PIN(struct mortise_plugin, major, 4, uint16_t);
PIN(struct mortise_plugin, minor, 6, uint16_t);
PIN(struct mortise_plugin, name, 8, const char *);
PIN(struct mortise_plugin, version, 16, const char *);
PIN(struct mortise_plugin, init, 24, int (*)(value));
PIN(struct mortise_plugin, fini, 32, void (*)(void));
PIN(struct mortise_plugin, handlers, 40, struct mortise_table);
PIN(struct mortise_plugin, timers, 56, struct mortise_table);
PIN(struct mortise_plugin, acks, 72, struct mortise_table);
PIN(struct mortise_plugin, description, 88, const char *);
PIN(struct mortise_plugin, emits, 96, struct mortise_table);
PIN(struct mortise_plugin, state, 112, const struct mortise_state *);

PIN_SIZE(struct mortise_target, 120);
PIN(struct mortise_target, socket, 0, uint64_t);
PIN(struct mortise_target, skip, 8, uint64_t);
PIN(struct mortise_target, name_space, 16, const char *);
PIN(struct mortise_target, flags, 24, uint32_t);
PIN(struct mortise_target, room_count, 28, uint32_t);
PIN(struct mortise_target, except_count, 32, uint32_t);
PIN(struct mortise_target, rooms, 40, const char *[4]);
PIN(struct mortise_target, except, 72, const char *[4]);
PIN(struct mortise_target, reserved, 104, uint64_t[2]);

PIN_SIZE_MIN(struct mortise_host_table, 264);
PIN(struct mortise_host_table, size, 0, uint32_t);
PIN(struct mortise_host_table, major, 4, uint16_t);
PIN(struct mortise_host_table, minor, 6, uint16_t);
PIN(struct mortise_host_table, log, 8, void (*)(host, int, const char *, ...));
PIN(struct mortise_host_table, now, 16, int64_t (*)(host));
PIN(struct mortise_host_table, emit, 24,
    int (*)(host, struct mortise_target, const char *, const char *, ...));
PIN(struct mortise_host_table, emit_ack, 32,
    int (*)(host, uint64_t, const char *, int64_t, uint64_t, const char *,
    const char *, ...));
PIN(struct mortise_host_table, ack, 40,
    int (*)(host, event, const char *, ...));
PIN(struct mortise_host_table, ack_later, 48, uint64_t (*)(host, event));
PIN(struct mortise_host_table, reply, 56,
    int (*)(host, uint64_t, const char *, ...));
PIN(struct mortise_host_table, refuse, 64,
    int (*)(host, event, const char *, const char *, ...));
PIN(struct mortise_host_table, list, 72, list (*)(host));
PIN(struct mortise_host_table, list_add, 80,
    int (*)(host, list, const char *, ...));
PIN(struct mortise_host_table, arg, 88, value (*)(host, event, uint32_t));
PIN(struct mortise_host_table, type, 96, uint32_t (*)(host, value));
PIN(struct mortise_host_table, count, 104, uint32_t (*)(host, value));
PIN(struct mortise_host_table, at, 112, value (*)(host, value, uint32_t));
PIN(struct mortise_host_table, get, 120, value (*)(host, value, const char *));
PIN(struct mortise_host_table, key_at, 128,
    const char *(*)(host, value, uint32_t));
PIN(struct mortise_host_table, text, 136, const char *(*)(host, value));
PIN(struct mortise_host_table, bytes, 144,
    int (*)(host, value, struct mortise_str *));
PIN(struct mortise_host_table, integer, 152, int (*)(host, value, int64_t *));
PIN(struct mortise_host_table, number, 160, int (*)(host, value, double *));
PIN(struct mortise_host_table, boolean, 168, int (*)(host, value, int *));
PIN(struct mortise_host_table, join, 176,
    int (*)(host, uint64_t, const char *));
PIN(struct mortise_host_table, leave, 184,
    int (*)(host, uint64_t, const char *));
PIN(struct mortise_host_table, is_in, 192,
    int (*)(host, uint64_t, const char *));
PIN(struct mortise_host_table, room_size, 200,
    int (*)(host, const char *, const char *));
PIN(struct mortise_host_table, disconnect, 208, int (*)(host, uint64_t, int));
PIN(struct mortise_host_table, sid, 216, const char *(*)(host, uint64_t));
PIN(struct mortise_host_table, handshake, 224,
    const char *(*)(host, uint64_t, uint32_t, const char *));
PIN(struct mortise_host_table, after, 232,
    uint64_t (*)(host, const char *, int64_t, int64_t, uint64_t));
PIN(struct mortise_host_table, cancel, 240, int (*)(host, uint64_t));
PIN(struct mortise_host_table, rewrite, 248,
    int (*)(host, event, const char *, ...));
PIN(struct mortise_host_table, extension, 256,
    const void *(*)(host, const char *));

PIN_SIZE_MIN(struct mortise_note, 132);
PIN(struct mortise_note, name_size, 0, uint32_t);
PIN(struct mortise_note, desc_size, 4, uint32_t);
PIN(struct mortise_note, type, 8, uint32_t);
PIN(struct mortise_note, owner, 12, char[8]);
PIN(struct mortise_note, major, 20, uint16_t);
PIN(struct mortise_note, minor, 22, uint16_t);
PIN(struct mortise_note, plugin_size, 24, uint32_t);
PIN(struct mortise_note, handler_size, 28, uint32_t);
PIN(struct mortise_note, event_size, 32, uint32_t);
PIN(struct mortise_note, name, 36, char[64]);
PIN(struct mortise_note, version, 100, char[32]);

PIN_VALUE(MORTISE_ENOMEM, -1);
PIN_VALUE(MORTISE_ENOENT, -6);
PIN_VALUE(MORTISE_EINVAL, -2);
PIN_VALUE(MORTISE_ELIMIT, -3);
PIN_VALUE(MORTISE_EGONE, -4);
PIN_VALUE(MORTISE_ESYNTAX, -7);
PIN_VALUE(MORTISE_ENOSYS, -8);
PIN_VALUE(MORTISE_ESTAGED, -9);
PIN_VALUE(MORTISE_EBLOCKED, -10);
PIN_VALUE(MORTISE_ECLOSED, -11);
PIN_VALUE(MORTISE_ERESERVED, -14);
PIN_VALUE(MORTISE_ETIMEOUT, -17);
PIN_VALUE(MORTISE_ETYPE, -18);
PIN_VALUE(MORTISE_EDROPPED, -19);
PIN_VALUE(MORTISE_NULL, 0);
PIN_VALUE(MORTISE_BOOL, 1);
PIN_VALUE(MORTISE_NUMBER, 2);
PIN_VALUE(MORTISE_STRING, 3);
PIN_VALUE(MORTISE_ARRAY, 4);
PIN_VALUE(MORTISE_OBJECT, 5);
PIN_VALUE(MORTISE_BINARY, 6);
PIN_VALUE(MORTISE_F_VOLATILE, 1);
PIN_VALUE(MORTISE_F_ALL, 2);
PIN_VALUE(MORTISE_TARGET_ROOMS, 4);
PIN_VALUE(MORTISE_ADDRESS, 0);
PIN_VALUE(MORTISE_URL, 1);
PIN_VALUE(MORTISE_HEADER, 2);
PIN_VALUE(MORTISE_QUERY, 3);
PIN_VALUE(MORTISE_ERROR, 1);
PIN_VALUE(MORTISE_WARN, 2);
PIN_VALUE(MORTISE_INFO, 3);
PIN_VALUE(MORTISE_DEBUG, 4);
PIN_VALUE(MORTISE_ABI_MAJOR, 1);

PIN_TEXT(MORTISE_EVERYWHERE, "*");
PIN_TEXT(MORTISE_CONNECTING, "\xff" "connecting");
PIN_TEXT(MORTISE_CONNECT, "\xff" "connect");
PIN_TEXT(MORTISE_DISCONNECTING, "\xff" "disconnecting");
PIN_TEXT(MORTISE_DISCONNECT, "\xff" "disconnect");
PIN_TEXT(MORTISE_USE, "\xff" "use");
PIN_TEXT(MORTISE_ANY, "\xff" "any");
PIN_TEXT(MORTISE_OUTGOING, "\xff" "outgoing");
PIN_TEXT(MORTISE_DRAIN, "\xff" "drain");
