/* SPDX-License-Identifier: MIT */
/* Plugins whose descriptor is not what the header makes: one for each number
 * that the build gives as LIE. */
#include <mortise/plugin.h>

enum {
    NO_DESCRIPTOR,
    SHORT,
    OTHER_SIZE,
    OTHER_MAJOR,
    OTHER_MINOR,
    OTHER_NAME,
    NO_NAME,
    NO_VERSION,
    NO_ROWS,
    SHORT_ROWS,
    NAMELESS_ROW,
    EMPTY_ROW,
    MANY_ROWS,
    SAME_TIMERS,
    SAME_ACKS
};

mortise_host mortise_the_host;

__attribute__((used, aligned(4),
               section(".note.mortise"))) static const mortise_note note = {
    8,
    sizeof(mortise_note) - 20,
    1,
    "Mortise",
    MORTISE_ABI_MAJOR,
    MORTISE_ABI_MINOR,
    LIE == SHORT ? 24 : sizeof(mortise_plugin),
    sizeof(mortise_handler),
    sizeof(mortise_event),
    "liar",
    "1"};

static void on_event(mortise_socket from, const mortise_event *event)
{
}

static const mortise_handler good[] = {{"a", on_event, NULL},
                                       {"b", on_event, NULL}};
static const mortise_handler same[] = {{"a", on_event, NULL},
                                       {"a", on_event, NULL}};
static const mortise_handler bad[] = {{"a", on_event, NULL},
                                      {LIE == NAMELESS_ROW ? NULL : "b",
                                       LIE == EMPTY_ROW ? NULL : on_event,
                                       NULL}};

static mortise_plugin plugin = {
    .size = sizeof(mortise_plugin),
    .major = MORTISE_ABI_MAJOR,
    .minor = MORTISE_ABI_MINOR,
    .name = "liar",
    .version = "1",
    .handlers = MORTISE_TABLE(good),
    .timers = MORTISE_TABLE(good),
    .acks = MORTISE_TABLE(good),
};

MORTISE_EXPORT_ const mortise_plugin *mortise_plugin_entry_v1(mortise_host host)
{
    static const mortise_table bad_rows = MORTISE_TABLE(bad);
    static const mortise_table same_rows = MORTISE_TABLE(same);

    mortise_the_host = host;
    if (LIE == NO_DESCRIPTOR)
        return NULL;
    if (LIE == SHORT)
        plugin.size = 24;
    if (LIE == OTHER_SIZE)
        plugin.size += 8;
    if (LIE == OTHER_MAJOR)
        plugin.major++;
    if (LIE == OTHER_MINOR)
        plugin.minor++;
    if (LIE == OTHER_NAME)
        plugin.name = "somebody";
    if (LIE == NO_NAME)
        plugin.name = NULL;
    if (LIE == NO_VERSION)
        plugin.version = NULL;
    if (LIE == NO_ROWS)
        plugin.acks.rows = NULL;
    if (LIE == SHORT_ROWS)
        plugin.handlers.row_size = 8;
    if (LIE == NAMELESS_ROW || LIE == EMPTY_ROW)
        plugin.timers = bad_rows;
    if (LIE == MANY_ROWS)
        plugin.handlers.count = UINT32_MAX;
    if (LIE == SAME_TIMERS)
        plugin.timers = same_rows;
    if (LIE == SAME_ACKS)
        plugin.acks = same_rows;
    return &plugin;
}
