/* SPDX-License-Identifier: MIT */
/*
 * The ABI, nailed down: where each member of what crosses the border stands,
 * which type it has exactly, what each constant is. pins/NAME.c has the pins of
 * mortise/NAME.h, written by pins.py; they only have to compile.
 *
 * The types are written out, without the typedefs of the headers, so that one
 * of these cannot change unnoticed either.
 */
#ifndef MORTISE_ABI_PINS_H
#define MORTISE_ABI_PINS_H

#include <mortise/plugin.h>

_Static_assert(sizeof(void *) == 8 && sizeof(size_t) == 8, "64 bits");

#define PIN(type, member, offset, ...)                                         \
    _Static_assert(offsetof(type, member) == (offset),                         \
                   #type "." #member " has moved");                            \
    _Static_assert(_Generic(&((type *)0)->member,                              \
                            __typeof__(__VA_ARGS__) * : 1, default : 0),       \
                   #type "." #member " has another type")

/* What is passed by value, or stands inside of others, never grows. */
#define PIN_SIZE(type, size)                                                   \
    _Static_assert(sizeof(type) == (size), #type " has another size")
/* What says its own size, or its rows', may grow. */
#define PIN_SIZE_MIN(type, size)                                               \
    _Static_assert(sizeof(type) >= (size), #type " has shrunk")

#define PIN_TYPE(type, ...)                                                    \
    _Static_assert(_Generic((__typeof__(type) *)0,                             \
                            __typeof__(__VA_ARGS__) * : 1, default : 0),       \
                   #type " is another type")

#define PIN_VALUE(name, value)                                                 \
    _Static_assert((name) == (value), #name " has another value")
#define PIN_TEXT(name, text)                                                   \
    _Static_assert(__builtin_strcmp(name, text) == 0, #name " is another text")

/* Where a header's table is to be had. No compiler sees it, so it is pins.py
 * that compares it. */
#define PIN_ID(noun, id)                                                       \
    _Static_assert(sizeof(struct mortise_##noun##_table) > 0, id)

/* The names in the pins, in short. */
typedef const struct mortise_host_table *host;
typedef const struct mortise_event *event;
typedef const struct mortise_value_ *value;
typedef struct mortise_list_ *list;

/* The one symbol of a plugin. */
PIN_TYPE(mortise_plugin_entry_v1, const struct mortise_plugin *(host));

#endif
