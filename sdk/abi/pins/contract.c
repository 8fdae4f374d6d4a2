/* SPDX-License-Identifier: MIT */
/* The pins of mortise/contract.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/contract.h>

/* clang-format off */

PIN_ID(contract, "mortise.contract/1");

PIN_TYPE(mortise_field, struct mortise_field);
PIN_TYPE(mortise_contract, struct mortise_contract);

PIN_SIZE_MIN(struct mortise_contract, 96);
PIN(struct mortise_contract, size, 0, uint32_t);
PIN(struct mortise_contract, field_size, 4, uint32_t);
PIN(struct mortise_contract, fields, 8, const struct mortise_field *);
PIN(struct mortise_contract, field_count, 16, uint32_t);
PIN(struct mortise_contract, one_object, 20, uint32_t);
PIN(struct mortise_contract, flags, 24, uint32_t);
PIN(struct mortise_contract, ack, 28, uint32_t);
PIN(struct mortise_contract, login, 32, uint32_t);
PIN(struct mortise_contract, role, 40, const char *);
PIN(struct mortise_contract, per_second, 48, double);
PIN(struct mortise_contract, burst, 56, uint32_t);
PIN(struct mortise_contract, per, 60, uint32_t);
PIN(struct mortise_contract, max_bytes, 64, uint64_t);
PIN(struct mortise_contract, answer, 72, const struct mortise_field *);
PIN(struct mortise_contract, answer_count, 80, uint32_t);
PIN(struct mortise_contract, description, 88, const char *);

PIN_SIZE_MIN(struct mortise_field, 64);
PIN(struct mortise_field, name, 0, const char *);
PIN(struct mortise_field, type, 8, uint32_t);
PIN(struct mortise_field, flags, 12, uint32_t);
PIN(struct mortise_field, min, 16, double);
PIN(struct mortise_field, max, 24, double);
PIN(struct mortise_field, one_of, 32, const char *);
PIN(struct mortise_field, fields, 40, const struct mortise_field *);
PIN(struct mortise_field, field_count, 48, uint32_t);
PIN(struct mortise_field, description, 56, const char *);

PIN_SIZE_MIN(struct mortise_contract_table, 16);
PIN(struct mortise_contract_table, size, 0, uint32_t);
PIN(struct mortise_contract_table, named, 8,
    value (*)(host, event, const char *));

PIN_VALUE(MORTISE_INTEGER, 16);
PIN_VALUE(MORTISE_ANY_VALUE, 17);
PIN_VALUE(MORTISE_OPTIONAL, 1);
PIN_VALUE(MORTISE_EXTRA, 2);
PIN_VALUE(MORTISE_ACK_OPTIONAL, 0);
PIN_VALUE(MORTISE_ACK_REQUIRED, 1);
PIN_VALUE(MORTISE_ACK_FORBIDDEN, 2);
PIN_VALUE(MORTISE_ANYONE, 0);
PIN_VALUE(MORTISE_USER, 1);
PIN_VALUE(MORTISE_PER_SOCKET, 1);
PIN_VALUE(MORTISE_PER_USER, 2);
PIN_VALUE(MORTISE_PER_ADDRESS, 4);
