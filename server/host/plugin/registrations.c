/* SPDX-License-Identifier: MIT */
#include "host/plugin/registrations.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/host.h"

#define ROWS_MAX 4096

void registrations_free(struct registrations *r)
{
    mem_free(r->routes);
    mem_free(r->jobs);
    mem_free(r->services);
    mem_free(r->commands);
    *r = (struct registrations){0};
}

static int complain(const struct generation *g, const char *call, int error,
                    const char *text)
{
    settings_refuse(g, "%s: %s", call, text);
    return error;
}

int registrations_take(const struct generation *g, const char *call,
                       const void *from, uint32_t count, uint32_t row_size,
                       uint32_t own_size, uint32_t row_min, void **rows,
                       uint32_t *ret_count)
{
    if (g->state != GENERATION_LOADED || g->host->current != g)
        return complain(g, call, ERR_INVAL, "only from within init");
    if (*rows)
        return complain(g, call, ERR_INVAL, "it was called before");
    if (!from || count == 0 || count > ROWS_MAX || row_size < row_min)
        return complain(g, call, ERR_SYNTAX, "these are no rows");
    char *copy = mem_zalloc((size_t)count * own_size);
    if (!copy)
        return ERR_NOMEM;
    /* The plugin's rows may be shorter or longer than ours. */
    for (uint32_t i = 0; i < count; i++)
        memcpy(copy + (size_t)i * own_size,
               (const char *)from + (size_t)i * row_size,
               row_size < own_size ? row_size : own_size);
    *rows = copy;
    *ret_count = count;
    return 0;
}
