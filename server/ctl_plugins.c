/* SPDX-License-Identifier: MIT */
/* mortise ctl plugins: what the server says of its plugins, as a table. */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>

#include "ctl_table.h"

static const struct ctl_column columns[] = {
    {"PLUGIN", "name", CTL_TEXT},        {"VERSION", "version", CTL_TEXT},
    {"BUILD", "generation", CTL_NUMBER}, {"SINCE", "since", CTL_TIME},
    {"SOCKETS", "sockets", CTL_NUMBER},  {"EVENTS", "events", CTL_NUMBER},
    {"REFUSED", "refusals", CTL_NUMBER}, {"MEMORY", "memory", CTL_BYTES},
    {"RETIRED", "retired", CTL_NUMBER},
};

static void print_reload(const struct json *reload)
{
    const struct json *lines = json_get(reload, STR("lines"));
    struct str text;
    char number[CTL_CELL_MAX], when[CTL_CELL_MAX];

    if (!lines) {
        puts("\nno reload yet");
        return;
    }
    ctl_cell(number, json_get(reload, STR("number")), CTL_NUMBER);
    ctl_cell(when, json_get(reload, STR("when")), CTL_TIME);
    printf("\nreload %s, %s: ", number, when);
    for (const struct json *line = lines->child; line; line = line->next)
        if (json_string(line, &text) == 0) {
            ctl_print(stdout, text);
            putchar('\n');
        }
}

int ctl_print_plugins(struct str body)
{
    struct json_limits limits = {.depth = 16};
    struct json *value;
    struct arena arena;

    arena_init(&arena, (size_t)256 << 20);
    bool good = json_parse(&arena, body, &limits, &value, NULL) == 0 &&
                ctl_print_table(json_get(value, STR("plugins")), columns,
                                (int)(sizeof(columns) / sizeof(columns[0])));
    if (good)
        print_reload(json_get(value, STR("reload")));
    else
        fputs("mortise ctl: what the server says makes no sense\n", stderr);
    arena_free(&arena);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
