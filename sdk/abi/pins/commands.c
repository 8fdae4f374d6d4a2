/* SPDX-License-Identifier: MIT */
/* The pins of mortise/commands.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/commands.h>

/* clang-format off */

PIN_ID(commands, "mortise.commands/1");

PIN_TYPE(mortise_order, uint64_t);
PIN_TYPE(mortise_ordered, struct mortise_ordered);
PIN_TYPE(mortise_command_call, void (uint64_t, const struct mortise_ordered *));
PIN_TYPE(mortise_command, struct mortise_command);

PIN_SIZE_MIN(struct mortise_ordered, 40);
PIN(struct mortise_ordered, size, 0, uint32_t);
PIN(struct mortise_ordered, argc, 4, uint32_t);
PIN(struct mortise_ordered, name, 8, const char *);
PIN(struct mortise_ordered, args, 16, value);
PIN(struct mortise_ordered, input, 24, struct mortise_str);

PIN_SIZE_MIN(struct mortise_command, 48);
PIN(struct mortise_command, name, 0, const char *);
PIN(struct mortise_command, call, 8,
    void (*)(uint64_t, const struct mortise_ordered *));
PIN(struct mortise_command, help, 16, const char *);
PIN(struct mortise_command, contract, 24, const struct mortise_contract *);
PIN(struct mortise_command, input, 32, const char *);
PIN(struct mortise_command, timeout, 40, int64_t);

PIN_SIZE_MIN(struct mortise_commands_table, 32);
PIN(struct mortise_commands_table, size, 0, uint32_t);
PIN(struct mortise_commands_table, commands, 8,
    int (*)(host, const struct mortise_command *, uint32_t, uint32_t));
PIN(struct mortise_commands_table, print, 16,
    int (*)(host, uint64_t, const char *, ...));
PIN(struct mortise_commands_table, answer, 24,
    int (*)(host, uint64_t, int, const char *, ...));
