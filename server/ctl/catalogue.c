/* SPDX-License-Identifier: MIT */
#include "ctl/catalogue.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "ctl/print.h"
#include "json/json.h"

#define LIST_MAX   ((size_t)256 << 20)
#define LIST_DEPTH 16
/* Where what a command does begins, if its usage is not longer. */
#define COLUMN 34

static struct str text_of(const struct json *object, const char *key)
{
    struct str text = STR("");

    json_string(json_get(object, str_z(key)), &text);
    return text;
}

/* The array, or NULL. */
static const struct json *read_list(struct str text, struct arena *arena)
{
    struct json_limits limits = {.depth = LIST_DEPTH};
    struct json *list;

    arena_init(arena, LIST_MAX);
    return json_parse(arena, text, &limits, &list, NULL) == 0 &&
                   list->type == JSON_ARRAY
               ? list
               : NULL;
}

static bool is_meant(const struct json *each, const char *plugin,
                     const char *command)
{
    return (!plugin || str_eq(text_of(each, "plugin"), str_z(plugin))) &&
           (!command || str_eq(text_of(each, "name"), str_z(command)));
}

static void print_line(const struct json *command)
{
    struct buf line;

    buf_init(&line, BUF_MAX);
    buf_printf(&line, "  %.*s %.*s", STR_ARG(text_of(command, "plugin")),
               STR_ARG(text_of(command, "name")));
    struct str arguments = text_of(command, "usage");
    if (arguments.n > 0)
        buf_printf(&line, " %.*s", STR_ARG(arguments));
    struct str help = text_of(command, "help");
    if (help.n > 0 && line.n >= COLUMN)
        buf_printf(&line, "\n%*s", COLUMN, "");
    else if (help.n > 0)
        buf_printf(&line, "%*s", (int)(COLUMN - line.n), "");
    buf_printf(&line, "%.*s\n", STR_ARG(help));
    ctl_print(stdout, buf_str(&line));
    buf_free(&line);
}

/* All there is to know of it. */
static void print_whole(const struct json *command)
{
    const struct json *arguments = json_get(command, STR("arguments"));
    struct str input = text_of(command, "input");
    struct buf text;

    buf_init(&text, BUF_MAX);
    buf_printf(&text, "Usage: mortise ctl %.*s %.*s %.*s\n",
               STR_ARG(text_of(command, "plugin")),
               STR_ARG(text_of(command, "name")),
               STR_ARG(text_of(command, "usage")));
    if (text_of(command, "help").n > 0)
        buf_printf(&text, "  %.*s\n", STR_ARG(text_of(command, "help")));
    if ((arguments && arguments->count > 0) || input.n > 0)
        buf_append_char(&text, '\n');
    for (const struct json *a = arguments ? arguments->child : NULL; a;
         a = a->next) {
        struct str more = text_of(a, "description");
        buf_printf(&text, "  %.*s: %.*s%s%.*s\n", STR_ARG(text_of(a, "name")),
                   STR_ARG(text_of(a, "type")), more.n > 0 ? "; " : "",
                   STR_ARG(more));
    }
    if (input.n > 0)
        buf_printf(&text, "  on standard input: %.*s\n", STR_ARG(input));
    ctl_print(stdout, buf_str(&text));
    buf_free(&text);
}

int ctl_print_commands(struct str text, const char *plugin, const char *command)
{
    struct arena arena;
    const struct json *list = read_list(text, &arena);
    int count = 0;

    for (const struct json *each = list ? list->child : NULL; each;
         each = each->next) {
        if (!is_meant(each, plugin, command))
            continue;
        if (count++ == 0 && !plugin)
            puts("\nCommands of the plugins:");
        if (command)
            print_whole(each);
        else
            print_line(each);
    }
    arena_free(&arena);
    return count;
}

int ctl_input_of(struct str text, const char *plugin, const char *command,
                 char **ret_input)
{
    struct arena arena;
    const struct json *list = read_list(text, &arena);
    struct str input = {NULL, 0};
    char *copy = NULL;

    for (const struct json *each = list ? list->child : NULL; each;
         each = each->next)
        if (is_meant(each, plugin, command))
            input = text_of(each, "input");
    if (input.n > 0)
        copy = mem_dupz(input.p, input.n);
    arena_free(&arena);
    if (input.n > 0 && !copy)
        return ERR_NOMEM;
    *ret_input = copy;
    return 0;
}
