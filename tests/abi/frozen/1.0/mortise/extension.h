/* SPDX-License-Identifier: MIT */
/*
 * mortise/extension.h: how the headers beside plugin.h reach the host. Not for
 * plugins themselves.
 *
 * Each header has a table of functions, which the host gives out under a name
 * that ends with its major version. A table begins with its size and is only
 * ever appended to, so a call that this host is too old for is known by lying
 * behind the end: it gives MORTISE_ENOSYS, or what its header says.
 */
#ifndef MORTISE_EXTENSION_H
#define MORTISE_EXTENSION_H

#include <mortise/plugin.h>

static inline const void *mortise_extension_(const char *id)
{
    mortise_host host = mortise_the_host;
    return host->size > offsetof(struct mortise_host_table, extension) &&
                   host->extension
               ? host->extension(host, id)
               : NULL;
}

/* struct mortise_NOUN_table is the table of that id: mortise_NOUN_table_()
 * finds it, NULL where the host has none with a member at this offset. It is
 * looked for until it is found and stays where it is. Jobs may be the first to
 * look, on several threads: all find the same. */
#define MORTISE_EXTENSION_(NOUN, ID)                                           \
    static inline const struct mortise_##NOUN##_table                          \
        *mortise_##NOUN##_table_(size_t offset)                                \
    {                                                                          \
        static const struct mortise_##NOUN##_table *found;                     \
        const struct mortise_##NOUN##_table *table =                           \
            __atomic_load_n(&found, __ATOMIC_RELAXED);                         \
        if (!table) {                                                          \
            table =                                                            \
                (const struct mortise_##NOUN##_table *)mortise_extension_(ID); \
            __atomic_store_n(&found, table, __ATOMIC_RELAXED);                 \
        }                                                                      \
        return table && table->size > offset ? table : NULL;                   \
    }

/* One call of that table; `otherwise` is its result where there is none. */
#define MORTISE_EXTENDED_(NOUN, MEMBER, OTHERWISE, ...)                        \
    (mortise_##NOUN##_table_(offsetof(struct mortise_##NOUN##_table, MEMBER))  \
         ? mortise_##NOUN##_table_(0)->MEMBER(mortise_the_host, __VA_ARGS__)   \
         : (OTHERWISE))

#endif
