/* SPDX-License-Identifier: MIT */
#include "ctl/plugins.h"

#include <stdio.h>

#include "ctl/print.h"
#include "ctl/table.h"

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

static bool print_plugins(const struct json *answer)
{
    if (!ctl_print_table(json_get(answer, STR("plugins")), columns,
                         (int)(sizeof(columns) / sizeof(columns[0]))))
        return false;
    print_reload(json_get(answer, STR("reload")));
    return true;
}

const struct ctl_own ctl_plugins = {
    .name = "plugins",
    .help =
        "  plugins            which builds run, since when, and what they do\n",
    .words_min = 1,
    .words_max = 1,
    .method = "GET",
    .target = "/plugins",
    .print = print_plugins,
};
