/* SPDX-License-Identifier: MIT */
/* mortise: signals, start and drain. */
#include <errno.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/reloader.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/config.h"
#include "ctl/ctl.h"
#include "host/plugin/blame.h"
#include "host/plugin/canary.h"
#include "host/plugin/quarantine.h"
#include "net/child.h"
#include "net/inherited.h"
#include "net/loop.h"
#include "operation/surroundings.h"
#include "options.h"
#include "process/confine.h"
#include "process/descriptors.h"
#include "process/privileges.h"
#include "tools/new_plugin.h"

static struct loop *loop;
static struct reloader *reloader;
static bool stopping;                                   /* we were asked to */
static volatile sig_atomic_t hurried;                   /* and once more */
static volatile sig_atomic_t end_status = EXIT_FAILURE; /* if it ends now */

static void on_stop(void *user, int signal_number)
{
    hurried |= stopping;
    log_info("stopping%s", stopping ? " at once" : "");
    stopping = true;
    loop_stop(loop);
}

static void on_hangup(void *user, int signal_number)
{
    if (reloader) /* else it has not read anything yet that could change */
        reloader_request(reloader);
}

/* Has the log go to its file, opened anew; it may have been moved away. */
static int open_log(const struct config *config)
{
    char *path = mem_dupz(config->log_file.p, config->log_file.n);
    int fd = path ? log_open_file(path) : -1;

    if (!path)
        errno = ENOMEM;
    mem_free(path);
    if (fd < 0)
        return ERR_IO;
    log_use_file(fd);
    return 0;
}

static void on_reopen(void *user, int signal_number)
{
    const struct config *config = reloader ? reloader_config(reloader) : NULL;

    if (!config || config->log_file.n == 0)
        log_info("SIGUSR1: there is no log.file to open again");
    else if (open_log(config) < 0)
        log_error("log.file %.*s: %s; the one before is kept",
                  STR_ARG(config->log_file), strerror(errno));
}

static int watch_signals(void)
{
    int error = loop_on_signal(loop, SIGTERM, on_stop, NULL);
    if (error == 0)
        error = loop_on_signal(loop, SIGINT, on_stop, NULL);
    if (error == 0)
        error = loop_on_signal(loop, SIGHUP, on_hangup, NULL);
    if (error == 0)
        error = loop_on_signal(loop, SIGUSR1, on_reopen, NULL);
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

/* Sockets of systemd that clients can reach, and no address of ours. */
static void warn_of_left(void)
{
    struct str name;

    for (size_t i = 0; inherited_left(&i, &name);)
        log_warn("systemd has opened the socket \"%.*s\", and no \"listen\" "
                 "takes it: clients wait there until \"listen\" has "
                 "\"systemd:%.*s\", or its unit is stopped",
                 STR_ARG(name), STR_ARG(name));
}

/* One more signal means: at once. A third one does not even wait for the
 * plugins, of which one may not return; when they have it is too late to make
 * a failure of the end. */
static void on_hurry(int signal_number)
{
    int error = errno;

    if (hurried)
        _exit((int)end_status);
    hurried = 1;
    if (loop)
        loop_wake(loop);
    errno = error;
}

/* From here to the last instruction: the loop, too, leaves these as they
 * are. */
static void hear_hurry(void)
{
    struct sigaction hurry = {.sa_handler = on_hurry};

    sigaction(SIGTERM, &hurry, NULL);
    sigaction(SIGINT, &hurry, NULL);
}

/* Ends without a plugin whose job does not. */
static void leave(struct surroundings *around, struct app *app)
    __attribute__((noreturn));
static void leave(struct surroundings *around, struct app *app)
{
    surroundings_free(around);
    app_leave(app);
    quarantine_close();
    _exit(EXIT_FAILURE);
}

/* What is wrong; without memory for the words, that. */
static void complain(const char *file, const struct buf *why)
{
    if (why->n > 0)
        fprintf(stderr, "%.*s", STR_ARG(buf_str(why)));
    else
        fprintf(stderr, "%s: it cannot be served: %s\n", file,
                error_text(ERR_NOMEM));
}

/* Its first user would crash, were there no memory for what all share. */
static bool has_openssl(void)
{
    return OPENSSL_init_crypto(0, NULL) == 1 &&
           OSSL_LIB_CTX_get0_global_default() != NULL;
}

/* Serves until it is told to stop. The configuration is given away. */
static int serve(struct config *config, const struct options *o)
{
    struct surroundings *around = NULL;
    struct app *app = NULL;
    struct buf why;
    int status = EXIT_FAILURE;

    buf_init(&why, BUF_MAX);
    descriptors_raise(config->limits.connections);
    if (child_prepare() < 0)
        log_warn("no descriptors for the processes that reloads begin: %s",
                 strerror(errno));
    blame_install();
    if (!has_openssl()) {
        config_free(config);
        goto out;
    }
    if (!o->check) /* which crashes nobody's server */
        quarantine_open(config);
    confine(config);
    loop = loop_new();
    if (!loop || watch_signals() < 0) {
        buf_append_str(&why, STR("cannot make the event loop\n"));
        config_free(config);
        goto out;
    }
    config->trial = o->check;
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
    if (surroundings_new(loop, reloader, app, o->watch, &around, &why) < 0 ||
        listen_all(app, config, o, &why) < 0)
        goto out;
    warn_of_left();
    privileges_drop();
    surroundings_ready(around);
    loop_run(loop);
    reloader_stop(reloader);
    surroundings_stop(around);
    hear_hurry();
    app_drain(app, &hurried);
    if (app_is_held(app))
        leave(around, app);
    status = EXIT_SUCCESS;
out:
    if (status != EXIT_SUCCESS)
        complain(o->config, &why);
    surroundings_free(around);
    app_free(app);
    end_status = status;
    reloader_free(reloader);
    struct loop *last = loop;
    loop = NULL; /* a signal may still come */
    loop_free(last);
    quarantine_close();
    buf_free(&why);
    return status;
}

/* What a write can be punished with is to be its error and no more. Our own to
 * sockets ask for no signal, a plugin's library may forget to; and a file that
 * has reached the limit of its size (ulimit -f) is a full disk to whoever
 * writes it, not the end of the server. The other two are orders: before there
 * is a loop that hears them, and when there is none any more, nothing is there
 * that could follow them. */
static void ignore_signals(void)
{
    static const int ignored[] = {SIGPIPE, SIGXFSZ, SIGHUP, SIGUSR1};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        sigaction(ignored[i], &ignore, NULL);
}

/* Has no place of its own on stderr, where the log may be JSON. */
static void on_libevent(int severity, const char *text)
{
    if (severity == EVENT_LOG_ERR)
        log_error("libevent: %s", text);
    else if (severity == EVENT_LOG_WARN)
        log_warn("libevent: %s", text);
    else
        log_debug("libevent: %s", text);
}

/* Before anything is made that is to belong to that user. */
static int become_user(const struct config *config, const char *file,
                       struct buf *why)
{
    int error = privileges_become(config->user, why);

    if (error == 0 && access(file, R_OK) < 0)
        log_warn("the user \"%.*s\" cannot read %s (%s): reloads will fail",
                 STR_ARG(config->user), file, strerror(errno));
    return error;
}

/* Where there is no configuration yet, but what one may begin with. */
static void point_to_example(const char *file)
{
    static const char name[] = "mortise.example.json";
    const char *slash = strrchr(file, '/');
    size_t n = slash ? (size_t)(slash - file) + 1 : 0;
    struct buf example;

    if (access(file, F_OK) == 0 || errno != ENOENT)
        return;
    buf_init(&example, 65536);
    buf_append(&example, file, n);
    buf_append(&example, name, sizeof(name));
    if (!example.error && access(example.p, R_OK) == 0)
        fprintf(stderr, "%s is an example: cp %s %s\n", example.p, example.p,
                file);
    buf_free(&example);
}

int main(int argc, char **argv)
{
    static char help[] = "--help"; /* for "mortise help" */
    struct options options = {0};
    struct config *config;
    struct buf errors;

    if (argc > 1 && strcmp(argv[1], "new-plugin") == 0)
        return new_plugin_run(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "ctl") == 0)
        return ctl_run(argc - 1, argv + 1);
    if (argc == 2 && strcmp(argv[1], "--canary") == 0)
        return canary_run();
    if (argc == 2 && strcmp(argv[1], "help") == 0)
        argv[1] = help;
    if (ctl_is_meant(argc, argv))
        return ctl_run(argc, argv);
    int status = options_read(argc, argv, &options);
    if (status >= 0)
        return status;

    ignore_signals();
    mem_keep_freed();
    buf_init(&errors, BUF_MAX);
    if (config_load(options.config, &config, &errors) < 0) {
        complain(options.config, &errors);
        point_to_example(options.config);
        buf_free(&errors);
        return EXIT_FAILURE;
    }
    inherited_find();
    privileges_fix();
    if (config->user.n > 0 &&
        become_user(config, options.config, &errors) < 0) {
        fprintf(stderr, "%s: %.*s", options.config, STR_ARG(buf_str(&errors)));
        buf_free(&errors);
        config_free(config);
        return EXIT_FAILURE;
    }
    buf_free(&errors);
    /* Who only checks may be another user than the file's. */
    if (!options.check && config->log_file.n > 0 && open_log(config) < 0) {
        fprintf(stderr, "%s: log.file %.*s: %s\n", options.config,
                STR_ARG(config->log_file), strerror(errno));
        config_free(config);
        return EXIT_FAILURE;
    }
    log_set_level((enum log_level)config->log_level);
    log_set_format(config->log_format);
    event_set_log_callback(on_libevent);
    return serve(config, &options);
}
