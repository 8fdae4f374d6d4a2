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

/* Which plugin is put aside, why, and what is to be done. */
static void print_left_out(const struct json *plugin)
{
    struct str name = STR(""), crash = STR("?"), file = STR("?");
    char since[CTL_CELL_MAX];

    json_string(json_get(plugin, STR("name")), &name);
    json_string(json_get(plugin, STR("crash")), &crash);
    json_string(json_get(plugin, STR("file")), &file);
    ctl_cell(since, json_get(plugin, STR("since")), CTL_TIME);
    fputs("\nplugin ", stdout);
    ctl_print(stdout, name);
    printf(" is LEFT OUT since %s: this build has crashed the server again "
           "and again,\n  last with ",
           since);
    ctl_print(stdout, crash);
    fputs("\n  a reload starts it once it is compiled anew, or with "
          "\"quarantine\": false in its entry;\n  a restart does without the "
          "file ",
          stdout);
    ctl_print(stdout, file);
    putchar('\n');
}

static bool print_plugins(const struct json *answer)
{
    const struct json *left_out = json_get(answer, STR("leftOut"));

    if (!ctl_print_table(json_get(answer, STR("plugins")), columns,
                         (int)(sizeof(columns) / sizeof(columns[0]))))
        return false;
    for (const struct json *p = left_out ? left_out->child : NULL; p;
         p = p->next)
        print_left_out(p);
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
