/* SPDX-License-Identifier: MIT */
/* mortise ctl plugins: what the server says of its plugins, as a table. */
#include "ctl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "json/json.h"

enum { COLUMNS = 9, CELL_MAX = 80, PLUGINS_MAX = 100000 };

static const char *const titles[COLUMNS] = {"PLUGIN",  "VERSION", "BUILD",
                                            "SINCE",   "SOCKETS", "EVENTS",
                                            "REFUSED", "MEMORY",  "RETIRED"};
/* Numbers stand to the right. */
static const bool is_number[COLUMNS] = {
    [2] = true, [4] = true, [5] = true, [6] = true, [7] = true, [8] = true};

typedef char cell[CELL_MAX];

static void put_string(cell to, const struct json *value)
{
    struct str text = STR("?");

    json_string(value, &text);
    snprintf(to, CELL_MAX, "%.*s", STR_ARG(text));
}

static void put_number(cell to, const struct json *value)
{
    int64_t number;

    if (json_int(value, &number) < 0)
        snprintf(to, CELL_MAX, "?");
    else
        snprintf(to, CELL_MAX, "%" PRId64, number);
}

static void put_bytes(cell to, const struct json *value)
{
    static const char *const units[] = {"B", "kB", "MB", "GB"};
    double bytes;
    int unit = 0;

    if (json_double(value, &bytes) < 0) {
        snprintf(to, CELL_MAX, "?");
        return;
    }
    for (; bytes >= 999.5 && unit < 3; unit++)
        bytes /= 1000;
    snprintf(to, CELL_MAX, "%.*f %s", unit > 0 && bytes < 99.95, bytes,
             units[unit]);
}

static void put_time(cell to, const struct json *value)
{
    int64_t ms;
    struct tm tm;

    if (json_int(value, &ms) < 0)
        ms = 0;
    time_t seconds = (time_t)(ms / 1000);
    if (!localtime_r(&seconds, &tm) ||
        strftime(to, CELL_MAX, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(to, CELL_MAX, "?");
}

static void put_row(cell row[COLUMNS], const struct json *plugin)
{
    put_string(row[0], json_get(plugin, STR("name")));
    put_string(row[1], json_get(plugin, STR("version")));
    put_number(row[2], json_get(plugin, STR("generation")));
    put_time(row[3], json_get(plugin, STR("since")));
    put_number(row[4], json_get(plugin, STR("sockets")));
    put_number(row[5], json_get(plugin, STR("events")));
    put_number(row[6], json_get(plugin, STR("refusals")));
    put_bytes(row[7], json_get(plugin, STR("memory")));
    put_number(row[8], json_get(plugin, STR("retired")));
}

static void print_rows(cell (*rows)[COLUMNS], uint32_t count)
{
    size_t widths[COLUMNS] = {0};

    for (uint32_t i = 0; i < count; i++)
        for (int k = 0; k < COLUMNS; k++)
            if (strlen(rows[i][k]) > widths[k])
                widths[k] = strlen(rows[i][k]);
    for (uint32_t i = 0; i < count; i++)
        for (int k = 0; k < COLUMNS; k++) {
            int pad = (int)(widths[k] - strlen(rows[i][k]));
            if (is_number[k])
                printf("%*s", pad, "");
            ctl_print(stdout, str_z(rows[i][k]));
            if (k + 1 == COLUMNS)
                putchar('\n');
            else
                printf("%*s", is_number[k] ? 2 : pad + 2, "");
        }
}

static void print_reload(const struct json *reload)
{
    const struct json *lines = json_get(reload, STR("lines"));
    struct str text;
    cell number, when;

    if (!lines) {
        puts("\nno reload yet");
        return;
    }
    put_number(number, json_get(reload, STR("number")));
    put_time(when, json_get(reload, STR("when")));
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
    const struct json *plugins;
    cell(*rows)[COLUMNS] = NULL;
    struct json *value;
    struct arena arena;
    uint32_t count = 1;

    arena_init(&arena, (size_t)256 << 20);
    bool good = json_parse(&arena, body, &limits, &value, NULL) == 0;
    plugins = good ? json_get(value, STR("plugins")) : NULL;
    if (plugins && plugins->type == JSON_ARRAY && plugins->count < PLUGINS_MAX)
        rows = mem_zalloc((plugins->count + 1) * sizeof(rows[0]));
    if (rows) {
        for (int k = 0; k < COLUMNS; k++)
            snprintf(rows[0][k], CELL_MAX, "%s", titles[k]);
        for (const struct json *p = plugins->child; p; p = p->next)
            put_row(rows[count++], p);
        print_rows(rows, count);
        print_reload(json_get(value, STR("reload")));
    } else {
        fputs("mortise ctl: what the server says makes no sense\n", stderr);
    }
    mem_free(rows);
    arena_free(&arena);
    return rows ? EXIT_SUCCESS : EXIT_FAILURE;
}
