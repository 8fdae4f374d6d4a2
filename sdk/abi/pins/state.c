/* SPDX-License-Identifier: MIT */
/* The pins of mortise/state.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/state.h>

/* clang-format off */

PIN_ID(state, "mortise.state/1");

PIN_TYPE(mortise_saving, uint64_t);
PIN_TYPE(mortise_saved, uint64_t);
PIN_TYPE(mortise_state, struct mortise_state);

PIN_SIZE_MIN(struct mortise_state, 40);
PIN(struct mortise_state, size, 0, uint32_t);
PIN(struct mortise_state, version, 4, uint32_t);
PIN(struct mortise_state, save, 8, int (*)(uint64_t));
PIN(struct mortise_state, restore, 16, int (*)(uint32_t, uint64_t));
PIN(struct mortise_state, acquire, 24, int (*)(void));
PIN(struct mortise_state, release, 32, void (*)(void));

PIN_SIZE_MIN(struct mortise_state_table, 32);
PIN(struct mortise_state_table, size, 0, uint32_t);
PIN(struct mortise_state_table, put, 8,
    int (*)(host, uint64_t, const char *, uint32_t, struct mortise_str));
PIN(struct mortise_state_table, find, 16,
    int (*)(host, uint64_t, const char *, uint32_t, struct mortise_str *));
PIN(struct mortise_state_table, next, 24,
    uint64_t (*)(host, uint64_t, const char *));

PIN_VALUE(MORTISE_STATE_INT, 0);
PIN_VALUE(MORTISE_STATE_NUMBER, 1);
PIN_VALUE(MORTISE_STATE_TEXT, 2);
PIN_VALUE(MORTISE_STATE_BYTES, 3);
PIN_VALUE(MORTISE_STATE_OPEN, 4);
PIN_VALUE(MORTISE_STATE_CLOSE, 5);
