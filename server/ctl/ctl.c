/* SPDX-License-Identifier: MIT */
#include "ctl/ctl.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalogue.h"
#include "ctl/clients.h"
#include "ctl/command.h"
#include "ctl/place.h"
#include "ctl/plugins.h"
#include "ctl/print.h"
#include "ctl/running.h"
#include "ctl/why.h"

/* As the help has them. */
static const struct ctl_own *const owns[] = {
    &ctl_status, &ctl_plugins, &ctl_sockets, &ctl_rooms, &ctl_kick,
    &ctl_emit,   &ctl_why,     &ctl_reload,  &ctl_drain,
};
#define OWN_COUNT (sizeof(owns) / sizeof(owns[0]))

static const struct ctl_own *find_own(const char *name)
{
    for (size_t i = 0; i < OWN_COUNT; i++)
        if (strcmp(owns[i]->name, name) == 0)
            return owns[i];
    return NULL;
}

/* --- help --- */

static void print_usage(void)
{
    fputs("Usage: mortise ctl [--config FILE | --socket PATH] COMMAND\n\n",
          stdout);
    for (size_t i = 0; i < OWN_COUNT; i++)
        fputs(owns[i]->help, stdout);
    fputs("  PLUGIN COMMAND [ARGUMENT...] [--json] [--timeout SECONDS]\n"
          "                     a command of a plugin; also without \"ctl\". "
          "Where no\n"
          "                     server runs the FILE, it is done without one\n"
          "  help [PLUGIN [COMMAND]]\n"
          "                     print this, and what commands the plugins "
          "have\n"
          "\n"
          "With --json what a server answers is printed for programs.\n"
          "Without --config and --socket it is the only server of yours that "
          "runs,\n"
          "or that of the package.\n"
          "Arguments that begin with \"-\" stand behind \"--\".\n",
          stdout);
}

/* What the plugins have. Without words it is a part of the help, and who has
 * no server at hand has read the rest. */
static int help_plugins(const struct ctl_request *r)
{
    const char *plugin = ctl_word(r, 0), *command = ctl_word(r, 1);
    struct ctl_place *place = NULL;
    struct buf list, why;
    int count = 0;

    buf_init(&list, BUF_MAX);
    buf_init(&why, BUF_MAX);
    int error = ctl_place_open(r, true, &place, &why);
    if (error == 0)
        error = ctl_place_list(place, &list, &why);
    if (error == 0)
        count = ctl_print_commands(buf_str(&list), plugin, command);
    if (error == 0 && count == 0 && plugin)
        buf_printf(&why, "there is no command of that name\n");
    if (plugin && count == 0)
        ctl_complain(error, &why);
    ctl_place_close(place);
    buf_free(&list);
    buf_free(&why);
    return plugin && count == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int help(const struct ctl_request *r)
{
    if (r->word_count == 0)
        print_usage();
    return help_plugins(r);
}

/* --- arguments --- */

static int complain(void)
{
    fputs("Try mortise ctl help\n", stderr);
    return EXIT_FAILURE;
}

/* Seconds, as milliseconds; false for what is none. */
static bool read_timeout(const char *text, int64_t *ret_ms)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end != '\0' || !(seconds > 0) || seconds > 1e7)
        return false;
    *ret_ms = (int64_t)ceil(seconds * 1000);
    return true;
}

/* Who has forgotten "--config". */
static bool is_file(const char *word)
{
    size_t n = strlen(word), end = strlen(".json");

    return strchr(word, '/') ||
           (n > end && strcmp(word + n - end, ".json") == 0);
}

/* The words without the first. */
static struct ctl_request rest_of(const struct ctl_request *r)
{
    struct ctl_request rest = *r;

    rest.words++;
    rest.word_count--;
    return rest;
}

static int run(const struct ctl_request *r)
{
    const char *first = ctl_word(r, 0);

    if (!first || (r->config && r->socket))
        return complain();
    if (strcmp(first, "help") == 0) {
        struct ctl_request rest = rest_of(r);
        return rest.word_count <= 2 && !r->json ? help(&rest) : complain();
    }
    const struct ctl_own *own = find_own(first);
    if (own) {
        int status = ctl_own_run(own, r);
        return status == CTL_WRONG ? complain() : status;
    }
    if (r->room || r->quiet)
        return complain();
    if (is_file(first)) {
        fprintf(stderr,
                "mortise: \"%s\" is no command; a configuration is "
                "served by mortise --config FILE\n",
                first);
        return EXIT_FAILURE;
    }
    return r->word_count == 1 ? help(r) : ctl_command(r);
}

int ctl_run(int argc, char **argv)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"socket", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {"quiet", no_argument, NULL, 'q'},
        {"room", required_argument, NULL, 'r'},
        {"timeout", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct ctl_request r = {.config = NULL};
    bool wants_help = false;
    int name;

    while ((name = getopt_long(argc, argv, "c:s:h", names, NULL)) != -1) {
        if (name == 'c')
            r.config = optarg;
        else if (name == 's')
            r.socket = optarg;
        else if (name == 'r')
            r.room = optarg;
        else if (name == 'j')
            r.json = true;
        else if (name == 'q')
            r.quiet = true;
        else if (name == 'h')
            wants_help = true;
        else if (name != 't' || !read_timeout(optarg, &r.timeout))
            return complain();
    }
    r.words = argv + optind;
    r.word_count = argc - optind;
    return wants_help ? help(&r) : run(&r);
}

bool ctl_is_meant(int argc, char **argv)
{
    static const char *const with_value[] = {
        "--config", "-c", "--socket", "-s", "--timeout", NULL};
    for (int i = 1; i < argc; i++) {
        bool known = strcmp(argv[i], "--json") == 0 ||
                     strncmp(argv[i], "--config=", strlen("--config=")) == 0;
        if (argv[i][0] != '-')
            return true;
        for (const char *const *o = with_value; *o && !known; o++)
            if (strcmp(argv[i], *o) == 0) {
                known = true;
                i++;
            }
        if (!known)
            return false;
    }
    return false;
}
