/* SPDX-License-Identifier: MIT */
/*
 * The Engine.IO floor alone, for protocol suites: mounted at /engine.io/, every
 * message comes back as it came.
 *
 *     engineio-echo [--calm|--patient] [--eio3] [--large] [--deflate] PORT
 *
 * It pings all the time, and waits for the answer no longer than a machine with
 * nothing else to do takes; with --patient it waits, and with --calm it pings
 * as rarely as a server does. With --eio3 clients of revision 3 are served as
 * well; with --large messages may have 20 MB, and with --deflate they are
 * compressed for who likes; both are calm.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "engineio/engineio.h"
#include "net/listener.h"

static const struct http_limits limits = {
    .connections = 20000,
    .header_size = 16384,
    .header_timeout = 10000,
    .body_timeout = 30000,
    .keep_alive_timeout = 5000,
    .send_buffer = 64 << 20,
};

static struct eio_options options = {
    .ping_interval = 300,
    .ping_timeout = 200,
    .upgrade_timeout = 10000,
    .max_payload = 1000000,
    .send_buffer = 32 << 20,
    .packets_per_payload = 10000,
    .compress_from = 1024,
    .polling = true,
    .websocket = true,
    .allow_upgrades = true,
    .cors = {.enabled = true, .any = true, .max_age = -1},
};

static void on_open(void *user, struct eio_session *session)
{
}

static void on_message(void *user, struct eio_session *session, bool binary,
                       char *p, size_t n)
{
    struct str data = str_of(p, n);
    struct eio_packet *packet =
        binary ? eio_packet_binary(data) : eio_packet_text(EIO_MESSAGE, data);
    /* An echo with holes in it is none. */
    if (!packet || eio_session_send(session, packet) == ERR_BLOCKED)
        eio_session_discard(session, EIO_TRANSPORT_ERROR);
    eio_packet_unref(packet);
}

static void on_close(void *user, struct eio_session *session,
                     enum eio_reason reason)
{
}

static const struct eio_events events = {
    .open = on_open,
    .message = on_message,
    .close = on_close,
};

/* What the reference server answers where nothing is attached. */
static void on_other(void *user, struct http_exchange *x)
{
    http_respond_status(x, 501);
}

static const struct http_handler other = {.request = on_other};

static void on_accepted(void *user, int fd, struct str peer)
{
    http_server_accept(user, fd, peer);
}

static const struct listener_events listener_events = {on_accepted};

static void on_signal(void *user, int signal_number)
{
    loop_stop(user);
}

static int serve(struct loop *loop, struct http_server *http, const char *port)
{
    char address[32], text[128];
    struct listener *listener = NULL;
    struct buf error;
    int status = EXIT_FAILURE;

    buf_init(&error, 1024);
    snprintf(address, sizeof(address), "127.0.0.1:%s", port);
    if (listener_new(loop, str_z(address), &listener_events, http, &listener,
                     &error) < 0) {
        fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&error)));
        goto out;
    }
    snprintf(text, sizeof(text), "listening on http://127.0.0.1:%u",
             listener_port(listener));
    puts(text);
    fflush(stdout);
    loop_run(loop);
    status = EXIT_SUCCESS;

out:
    listener_free(listener);
    buf_free(&error);
    return status;
}

static void be_patient(void)
{
    options.ping_timeout = 20000;
}

static void be_calm(void)
{
    be_patient();
    options.ping_interval = 25000;
}

static void allow_large(void)
{
    be_calm();
    options.max_payload = 20000000;
}

static void allow_deflate(void)
{
    be_calm();
    options.deflate = (struct ws_deflate_options){.enabled = true,
                                                  .threshold = 1024,
                                                  .level = 1,
                                                  .memory_level = 8,
                                                  .memory = 64 << 20};
}

/* The port; NULL when they are not understood. */
static const char *read_arguments(int argc, char **argv)
{
    const char *port = NULL;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--calm") == 0)
            be_calm();
        else if (strcmp(argv[i], "--patient") == 0)
            be_patient();
        else if (strcmp(argv[i], "--eio3") == 0)
            options.allow_eio3 = true;
        else if (strcmp(argv[i], "--large") == 0)
            allow_large();
        else if (strcmp(argv[i], "--deflate") == 0)
            allow_deflate();
        else if (port || argv[i][0] == '-')
            return NULL;
        else
            port = argv[i];
    }
    return port;
}

int main(int argc, char **argv)
{
    struct loop *loop = NULL;
    struct http_server *http = NULL;
    struct eio_server *eio = NULL;
    int status = EXIT_FAILURE;
    const char *port = read_arguments(argc, argv);
    if (!port) {
        fputs("usage: engineio-echo [--calm|--patient] [--eio3] [--large] "
              "[--deflate] PORT\n",
              stderr);
        return 2;
    }

    loop = loop_new();
    if (!loop || loop_on_signal(loop, SIGTERM, on_signal, loop) < 0 ||
        loop_on_signal(loop, SIGINT, on_signal, loop) < 0)
        goto out;
    http = http_server_new(loop, &limits);
    eio = eio_server_new(loop, &options, &events, NULL);
    if (!http || !eio ||
        http_server_mount(http, STR("/engine.io/"), &eio_http_handler, eio) <
            0 ||
        http_server_mount(http, STR("/"), &other, NULL) < 0)
        goto out;
    status = serve(loop, http, port);

out:
    eio_server_free(eio);
    http_server_free(http);
    loop_free(loop);
    return status;
}
