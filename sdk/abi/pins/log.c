/* SPDX-License-Identifier: MIT */
/* The pins of mortise/log.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/log.h>

/* clang-format off */

PIN_ID(log, "mortise.log/1");

PIN_SIZE_MIN(struct mortise_log_table, 16);
PIN(struct mortise_log_table, size, 0, uint32_t);
PIN(struct mortise_log_table, with, 8,
    int (*)(host, int, const char *, const char *, ...));
