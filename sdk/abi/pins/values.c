/* SPDX-License-Identifier: MIT */
/* The pins of mortise/values.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/values.h>

/* clang-format off */

PIN_ID(values, "mortise.values/1");

PIN_TYPE(mortise_writer, struct mortise_writer_ *);

PIN_SIZE_MIN(struct mortise_values_table, 88);
PIN(struct mortise_values_table, size, 0, uint32_t);
PIN(struct mortise_values_table, emit, 8,
    struct mortise_writer_ *(*)(host, struct mortise_target, const char *));
PIN(struct mortise_values_table, ack, 16,
    struct mortise_writer_ *(*)(host, event));
PIN(struct mortise_values_table, reply, 24,
    struct mortise_writer_ *(*)(host, uint64_t));
PIN(struct mortise_values_table, append, 32,
    int (*)(host, struct mortise_writer_ *, const char *, ...));
PIN(struct mortise_values_table, open, 40,
    int (*)(host, struct mortise_writer_ *, const char *, int));
PIN(struct mortise_values_table, close, 48,
    int (*)(host, struct mortise_writer_ *));
PIN(struct mortise_values_table, end, 56,
    int (*)(host, struct mortise_writer_ *));
PIN(struct mortise_values_table, next, 64, value (*)(host, value));
PIN(struct mortise_values_table, first, 72, value (*)(host, value));
PIN(struct mortise_values_table, key, 80, const char *(*)(host, value));
