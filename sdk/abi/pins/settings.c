/* SPDX-License-Identifier: MIT */
/* The pins of mortise/settings.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/settings.h>

/* clang-format off */

PIN_ID(settings, "mortise.settings/1");

PIN_SIZE_MIN(struct mortise_settings_table, 64);
PIN(struct mortise_settings_table, size, 0, uint32_t);
PIN(struct mortise_settings_table, integer, 8,
    int64_t (*)(host, value, const char *, int64_t, int64_t, int64_t));
PIN(struct mortise_settings_table, number, 16,
    double (*)(host, value, const char *, double, double, double));
PIN(struct mortise_settings_table, boolean, 24,
    int (*)(host, value, const char *, int));
PIN(struct mortise_settings_table, text, 32,
    const char *(*)(host, value, const char *, const char *));
PIN(struct mortise_settings_table, choice, 40,
    int (*)(host, value, const char *, const char *const *, int));
PIN(struct mortise_settings_table, value, 48,
    value (*)(host, value, const char *, uint32_t));
PIN(struct mortise_settings_table, done, 56, int (*)(host, value));
