/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <mortise/plugin.h>

#include "base/buf.h"
#include "config/config.h"
#include "socketio/notices.h"
#include "tools/describe.h"
#include "tools/inspect.h"

static const char usage[] =
    "Usage: mortise --config FILE [option...]\n"
    "       mortise ctl COMMAND\n"
    "       mortise [--config FILE] PLUGIN COMMAND [ARGUMENT...]\n"
    "       mortise new-plugin NAME [DIR]\n"
    "\n"
    "  --config FILE           the configuration (JSON, comments allowed)\n"
    "  --listen ADDRESS:PORT   instead of its \"listen\"; may be repeated\n"
    "  --check                 check configuration and plugins, then exit\n"
    "  --watch                 reload when a plugin or the configuration has\n"
    "                          changed: for development\n"
    "  --inspect FILE.so       print what a plugin holds\n"
    "  --describe FILE         print the events of a plugin or configuration\n"
    "  --format NAME           of that: markdown, schema (JSON) or dts\n"
    "  --describe-config       print all configuration keys as Markdown\n"
    "  --describe-notices      print what clients are told of their end, too\n"
    "  --version               print the versions of this server and its SDK\n"
    "  --help                  print this\n"
    "\n"
    "SIGHUP makes it read its configuration again, and exchange plugins of "
    "which\n"
    "there is a new build, while all clients stay. SIGTERM and SIGINT stop it\n"
    "after its clients were told; a second one stops it at once.\n";

static int print(void (*describe)(struct buf *out))
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    describe(&out);
    fwrite(out.p, 1, out.n, stdout);
    buf_free(&out);
    return EXIT_SUCCESS;
}

int options_read(int argc, char **argv, struct options *o)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"listen", required_argument, NULL, 'l'},
        {"check", no_argument, NULL, 'k'},
        {"watch", no_argument, NULL, 'w'},
        {"inspect", required_argument, NULL, 'i'},
        {"describe", required_argument, NULL, 'e'},
        {"format", required_argument, NULL, 'f'},
        {"describe-config", no_argument, NULL, 'd'},
        {"describe-notices", no_argument, NULL, 'n'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int name;

    while ((name = getopt_long(argc, argv, "c:l:h", names, NULL)) != -1) {
        switch (name) {
        case 'c':
            o->config = optarg;
            break;
        case 'l':
            if (o->listen_count == LISTEN_MAX) {
                fprintf(stderr, "mortise: too many --listen\n");
                return EXIT_FAILURE;
            }
            o->listen[o->listen_count++] = optarg;
            break;
        case 'k':
            o->check = true;
            break;
        case 'w':
            o->watch = true;
            break;
        case 'i':
            return inspect_run(optarg);
        case 'e':
            o->describe = optarg;
            break;
        case 'f':
            o->format = optarg;
            break;
        case 'd':
            return print(config_describe);
        case 'n':
            return print(sio_notices_describe);
        case 'v':
            printf("mortise " MORTISE_VERSION " (SDK %d.%d)\n",
                   MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR);
            return EXIT_SUCCESS;
        case 'h':
            fputs(usage, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("Try mortise --help\n", stderr);
            return EXIT_FAILURE;
        }
    }
    if (o->describe && !o->config && optind == argc)
        return describe_run(o->describe, o->format);
    if (!o->config || o->describe || o->format || optind < argc) {
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    return -1;
}
