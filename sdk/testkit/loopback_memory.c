/* SPDX-License-Identifier: MIT */
/* mortise/memory.h, looped back: nothing crosses, for memory is where the
 * plugin is; but it is counted for the generation that the host knows. */
#include <mortise/memory.h>

#include "host/calls/extensions.h"
#include "loopback.h"

static mortise_host far_of(mortise_host table)
{
    return &loopback_of(table)->far->table;
}

static void *near_alloc(mortise_host table, size_t size)
{
    return ext_memory.alloc(far_of(table), size);
}

static void *near_resize(mortise_host table, void *block, size_t size)
{
    return ext_memory.resize(far_of(table), block, size);
}

static void near_release(mortise_host table, void *block)
{
    ext_memory.release(far_of(table), block);
}

static char *near_copy(mortise_host table, mortise_str text)
{
    return ext_memory.copy(far_of(table), text);
}

static const struct mortise_memory_table near_table = {
    .size = sizeof(struct mortise_memory_table),
    .alloc = near_alloc,
    .resize = near_resize,
    .release = near_release,
    .copy = near_copy,
};

const struct loopback_extension loopback_memory = {
    .id = "mortise.memory/1",
    .table = &near_table,
};
