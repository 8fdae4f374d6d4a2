/* SPDX-License-Identifier: MIT */
/* mortise ctl: asks a running server, tells it to reload, and gives plugins
 * commands. */
#include "ctl.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "commands.h"

static const char usage[] =
    "Usage: mortise ctl [--config FILE | --socket PATH] COMMAND\n"
    "\n"
    "  status             what runs, since when, and how many are there\n"
    "  plugins            which builds run, since when, and what they do\n"
    "  sockets [NAMESPACE] [--room ROOM]\n"
    "                     who is connected\n"
    "  rooms [NAMESPACE]  and where they are\n"
    "  kick SID|USER [REASON]\n"
    "                     close their connections, and tell them why\n"
    "  emit NAMESPACE EVENT [ARGUMENT...] [--room ROOM]\n"
    "                     send an event; arguments are JSON, or else texts\n"
    "  why SID            what happened to a connection, also to one that is\n"
    "                     over; the beginning of an id is enough\n"
    "  reload             read the configuration again, and exchange plugins "
    "of\n"
    "                     which there is a new build; ends when that is done,\n"
    "                     with 0, or with 1 when it was refused\n"
    "  drain              stop, as SIGTERM does\n"
    "  PLUGIN COMMAND [ARGUMENT...] [--json] [--timeout SECONDS]\n"
    "                     a command of a plugin; also without \"ctl\". Where "
    "no\n"
    "                     server runs the FILE, it is done without one\n"
    "  help [PLUGIN [COMMAND]]\n"
    "                     print this, and what commands the plugins have\n"
    "\n"
    "With --json what a server answers is printed for programs.\n"
    "Without --config and --socket it is the only server of yours that runs.\n"
    "Arguments that begin with \"-\" stand behind \"--\".\n";

void ctl_print(FILE *to, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        putc((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? '?' : c, to);
    }
}

void ctl_complain(int error, const struct buf *why)
{
    fputs("mortise ctl: ", stderr);
    if (why->n > 0)
        ctl_print(stderr, buf_str(why));
    else
        fprintf(stderr, "%s\n", error_text(error));
}

/* --- help --- */

/* What the plugins have. Without words it is a part of the help, and who has
 * no server at hand has read the rest. */
static int help_plugins(const struct ctl_request *r)
{
    const char *plugin = r->word_count > 0 ? r->words[0] : NULL;
    const char *command = r->word_count > 1 ? r->words[1] : NULL;
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
        fputs(usage, stdout);
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
    const char *first = r->word_count > 0 ? r->words[0] : NULL;
    int status;

    if (!first || (r->config && r->socket))
        return complain();
    if (strcmp(first, "help") == 0) {
        struct ctl_request rest = rest_of(r);
        return rest.word_count <= 2 && !r->json ? help(&rest) : complain();
    }
    if (ctl_own(r, &status))
        return status == CTL_WRONG ? complain() : status;
    if (r->room)
        return complain();
    return r->word_count == 1 ? help(r) : ctl_command(r);
}

int command_ctl(int argc, char **argv)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"socket", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
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
        else if (name == 'h')
            wants_help = true;
        else if (name != 't' || !read_timeout(optarg, &r.timeout))
            return complain();
    }
    r.words = argv + optind;
    r.word_count = argc - optind;
    return wants_help ? help(&r) : run(&r);
}
