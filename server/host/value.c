/* SPDX-License-Identifier: MIT */
#include "host/value.h"

#include <assert.h>

#include "host/host.h"

/*
 * A value is the address of its node, with the number of the callback in the
 * upper 16 bits, which are zero in every address that a process of the
 * machines in elf_note.c is given. One that was kept beyond its callback is
 * known by them; that 65,536 callbacks later it is taken for a new one is the
 * price of spending no memory on it.
 */
_Static_assert(sizeof(uintptr_t) == 8, "room beside the address");
#define TURN_SHIFT 48

mortise_value host_value(const struct host *host, const struct json *value)
{
    uintptr_t address = (uintptr_t)value;
    assert(address >> TURN_SHIFT == 0);
    if (value)
        address |= (uintptr_t)host->turn << TURN_SHIFT;
    return (mortise_value)address;
}

const struct json *host_json(const struct host *host, mortise_value value)
{
    uintptr_t address = (uintptr_t)value;
    if (!host->current || address >> TURN_SHIFT != host->turn)
        return NULL;
    return (const struct json *)(address & (((uintptr_t)1 << TURN_SHIFT) - 1));
}
