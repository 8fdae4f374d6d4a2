/* SPDX-License-Identifier: MIT */
/* mortise ctl: asks a running server, or tells it to reload. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/mem.h"
#include "commands.h"
#include "ctl_server.h"
#include "json/json.h"

static const char usage[] =
    "Usage: mortise ctl [--config FILE | --socket PATH] COMMAND\n"
    "\n"
    "  plugins [--json]   which builds run, since when, and what they do\n"
    "  reload             read the configuration again, and exchange plugins "
    "of\n"
    "                     which there is a new build; ends when that is done,\n"
    "                     with 0, or with 1 when it was refused\n"
    "  help               print this\n"
    "\n"
    "Without --config and --socket it is the only server of yours that runs.\n";

/* Foreign text on a terminal: nothing in it drives that. */
static void print_text(FILE *to, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        putc((c < 0x20 && c != '\n') || c == 0x7f ? '?' : c, to);
    }
}

/* --- plugins --- */

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
            print_text(stdout, str_z(rows[i][k]));
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
            print_text(stdout, text);
            putchar('\n');
        }
}

static int print_plugins(struct str body)
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

static int print_json(struct str body)
{
    fwrite(body.p, 1, body.n, stdout);
    return EXIT_SUCCESS;
}

/* --- commands --- */

struct request {
    const char *config, *socket, *command;
    bool json;
};

static int print_outcome(const struct ctl_answer *a)
{
    print_text(a->status == 200 ? stdout : stderr, a->body);
    return a->status == 200 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct request *r)
{
    bool reload = strcmp(r->command, "reload") == 0;
    char *socket = NULL;
    struct ctl_answer a;
    struct buf why;
    int status = EXIT_FAILURE, error = 0;

    buf_init(&why, BUF_MAX);
    ctl_answer_init(&a);
    if (!r->socket)
        error = ctl_find(r->config, &socket, &why);
    if (error == 0)
        error = ctl_ask(r->socket ? r->socket : socket, reload ? "POST" : "GET",
                        reload ? "/reload" : "/plugins", reload, &a, &why);
    if (error < 0) {
        if (why.n == 0)
            buf_printf(&why, "%s\n", error_text(error));
        fputs("mortise ctl: ", stderr);
        print_text(stderr, buf_str(&why));
    } else if (reload) {
        status = print_outcome(&a);
    } else if (a.status != 200) {
        fprintf(stderr, "mortise ctl: the server says %d\n", a.status);
    } else {
        status = r->json ? print_json(a.body) : print_plugins(a.body);
    }
    mem_free(socket);
    ctl_answer_free(&a);
    buf_free(&why);
    return status;
}

static int complain(void)
{
    fputs("Try mortise ctl help\n", stderr);
    return EXIT_FAILURE;
}

int command_ctl(int argc, char **argv)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"socket", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct request r = {.command = NULL};
    int name;

    while ((name = getopt_long(argc, argv, "c:s:h", names, NULL)) != -1) {
        if (name == 'c')
            r.config = optarg;
        else if (name == 's')
            r.socket = optarg;
        else if (name == 'j')
            r.json = true;
        else if (name == 'h')
            r.command = "help";
        else
            return complain();
    }
    if (!r.command && optind + 1 == argc)
        r.command = argv[optind];
    else if (!r.command)
        return complain();
    if (strcmp(r.command, "help") == 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    bool plugins = strcmp(r.command, "plugins") == 0;
    if ((!plugins && strcmp(r.command, "reload") != 0) ||
        (r.json && !plugins) || (r.config && r.socket))
        return complain();
    return run(&r);
}
