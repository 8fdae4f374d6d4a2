/* SPDX-License-Identifier: MIT */
#include "ctl/running.h"

#include "ctl/print.h"
#include "ctl/table.h"

static bool print_status(const struct json *answer)
{
    static const struct ctl_column lines[] = {
        {"version", "version", CTL_TEXT},      {"process", "pid", CTL_NUMBER},
        {"configuration", "config", CTL_TEXT}, {"since", "since", CTL_TIME},
        {"clients", "clients", CTL_NUMBER},
    };
    const struct json *spaces = json_get(answer, STR("namespaces"));
    const struct json *left_out = json_get(answer, STR("leftOut"));
    char cell[CTL_CELL_MAX];

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        ctl_cell(cell, json_get(answer, str_z(lines[i].member)),
                 lines[i].format);
        printf("%-14s ", lines[i].title);
        ctl_print(stdout, str_z(cell));
        putchar('\n');
    }
    for (const struct json *n = spaces ? spaces->child : NULL; n; n = n->next) {
        ctl_cell(cell, n, CTL_NUMBER);
        printf("%-14s ", n == spaces->child ? "sockets" : "");
        ctl_print(stdout, str_z(cell));
        fputs(" in ", stdout);
        ctl_print(stdout, n->key);
        putchar('\n');
    }
    for (const struct json *n = left_out ? left_out->child : NULL; n;
         n = n->next) {
        ctl_cell(cell, json_get(n, STR("name")), CTL_TEXT);
        printf("%-14s ", n == left_out->child ? "left out" : "");
        ctl_print(stdout, str_z(cell));
        fputs(", which crashes: mortise ctl plugins says more\n", stdout);
    }
    return true;
}

const struct ctl_own ctl_status = {
    .name = "status",
    .help =
        "  status             what runs, since when, and how many are there\n",
    .words_min = 1,
    .words_max = 1,
    .method = "GET",
    .target = "/",
    .print = print_status,
};

static void ask_reload(const struct ctl_request *r, struct ctl_question *q)
{
    q->patient = true;
}

const struct ctl_own ctl_reload = {
    .name = "reload",
    .help =
        "  reload [--quiet]   read the configuration again, and exchange "
        "plugins of\n"
        "                     which there is a new build; ends when that is "
        "done,\n"
        "                     with 0, or with 1 when it was refused; quiet "
        "where the\n"
        "                     log is read, which says the same\n",
    .quiet = true,
    .words_min = 1,
    .words_max = 1,
    .method = "POST",
    .target = "/reload",
    .ask = ask_reload,
};

const struct ctl_own ctl_drain = {
    .name = "drain",
    .help = "  drain              stop, as SIGTERM does\n",
    .words_min = 1,
    .words_max = 1,
    .method = "POST",
    .target = "/drain",
};
