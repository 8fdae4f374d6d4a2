/* SPDX-License-Identifier: MIT */
/* mortise: arguments, signals, start and drain. */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "base/error.h"
#include "base/log.h"
#include "commands.h"
#include "config/config.h"
#include "descriptors.h"
#include "host/blame.h"
#include "host/canary.h"
#include "host/quarantine.h"
#include "net/loop.h"
#include "reloader.h"
#include "socketio/notices.h"

#define LISTEN_MAX 16

struct options {
    const char *config;
    const char *describe, *format;
    const char *listen[LISTEN_MAX];
    unsigned listen_count;
    bool check;
};

static struct loop *loop;
static struct reloader *reloader;
static volatile int stopping; /* how often we were asked to */

static const char usage[] =
    "Usage: mortise --config FILE [option...]\n"
    "       mortise new-plugin NAME [DIR]\n"
    "\n"
    "  --config FILE           the configuration (JSON, comments allowed)\n"
    "  --listen ADDRESS:PORT   instead of its \"listen\"; may be repeated\n"
    "  --check                 check configuration and plugins, then exit\n"
    "  --inspect FILE.so       print what a plugin holds\n"
    "  --describe FILE         print the events of a plugin or configuration\n"
    "  --format NAME           of that: markdown, schema (JSON) or dts\n"
    "  --describe-config       print all configuration keys as Markdown\n"
    "  --describe-notices      print what clients are told of their end, too\n"
    "  --version               print the version\n"
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

/* Fills in the options; -1 to go on, else the status to exit with. */
static int read_arguments(int argc, char **argv, struct options *o)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"listen", required_argument, NULL, 'l'},
        {"check", no_argument, NULL, 'k'},
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
        case 'i':
            return command_inspect(optarg);
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
            puts("mortise " MORTISE_VERSION);
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
        return command_describe(o->describe, o->format);
    if (!o->config || o->describe || o->format || optind < argc) {
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    return -1;
}

static void on_stop(void *user, int signal_number)
{
    stopping++;
    log_info("stopping%s", stopping > 1 ? " at once" : "");
    loop_stop(loop);
}

static void on_hangup(void *user, int signal_number)
{
    if (reloader) /* else it has not read anything yet that could change */
        reloader_request(reloader);
}

static int watch_signals(void)
{
    int error = loop_on_signal(loop, SIGTERM, on_stop, NULL);
    if (error == 0)
        error = loop_on_signal(loop, SIGINT, on_stop, NULL);
    if (error == 0)
        error = loop_on_signal(loop, SIGHUP, on_hangup, NULL);
    return error;
}

/* Opens the listeners of the command line, or those of the configuration, and
 * says so on stdout: who waits for the server reads it there. */
static int listen_all(struct app *app, const struct config *config,
                      const struct options *o, struct buf *why)
{
    unsigned count = o->listen_count ? o->listen_count : config->listen.count;
    struct buf urls;
    int error = 0;

    buf_init(&urls, 65536);
    for (unsigned i = 0; i < count && error == 0; i++) {
        struct str address =
            o->listen_count ? str_z(o->listen[i]) : config->listen.items[i];
        if (i > 0)
            buf_append_char(&urls, ' ');
        error = app_listen(app, address, &urls, why);
    }
    if (error == 0) {
        printf("listening on %.*s\n", STR_ARG(buf_str(&urls)));
        fflush(stdout);
    }
    buf_free(&urls);
    return error;
}

/* Serves until it is told to stop. The configuration is given away. */
static int serve(struct config *config, const struct options *o)
{
    struct app *app = NULL;
    struct buf why;
    int status = EXIT_FAILURE;

    buf_init(&why, BUF_MAX);
    descriptors_raise(config->limits.connections);
    blame_install();
    if (!o->check) /* which crashes nobody's server */
        quarantine_open(config);
    loop = loop_new();
    if (!loop || watch_signals() < 0) {
        log_error("cannot make the event loop");
        config_free(config);
        goto out;
    }
    app = app_new(loop, config, &why);
    if (!app) {
        config_free(config);
        goto out;
    }
    reloader = reloader_new(loop, app, o->config, config, o->listen_count > 0);
    if (!reloader)
        goto out;
    if (o->check) {
        printf("%s: good\n", o->config);
        status = EXIT_SUCCESS;
        goto out;
    }
    if (listen_all(app, config, o, &why) < 0)
        goto out;
    loop_run(loop);
    reloader_stop(reloader);
    stopping = 0; /* from here on, one more means: at once */
    app_drain(app, &stopping);
    status = EXIT_SUCCESS;
out:
    if (why.n > 0)
        fprintf(stderr, "%.*s", STR_ARG(buf_str(&why)));
    app_free(app);
    reloader_free(reloader);
    loop_free(loop);
    quarantine_close();
    buf_free(&why);
    return status;
}

/* Our own writes ask for no signal; a plugin's library may forget to. */
static void ignore_broken_pipes(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct config *config;
    struct buf errors;

    if (argc > 1 && strcmp(argv[1], "new-plugin") == 0)
        return command_new_plugin(argc - 1, argv + 1);
    if (argc == 2 && strcmp(argv[1], "--canary") == 0)
        return canary_run();
    int status = read_arguments(argc, argv, &options);
    if (status >= 0)
        return status;

    ignore_broken_pipes();
    buf_init(&errors, BUF_MAX);
    if (config_load(options.config, &config, &errors) < 0) {
        fprintf(stderr, "%.*s", STR_ARG(buf_str(&errors)));
        buf_free(&errors);
        return EXIT_FAILURE;
    }
    buf_free(&errors);
    log_set_level((enum log_level)config->log_level);
    return serve(config, &options);
}
