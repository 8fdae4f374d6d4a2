/* SPDX-License-Identifier: MIT */
/*
 * A whole server in this process, over socket pairs, with an application on
 * top that does everything Socket.IO's floor can do. For fuzz_server.c.
 */
#ifndef MORTISE_TESTS_FUZZ_APP_H
#define MORTISE_TESTS_FUZZ_APP_H

#include "engineio/engineio.h"
#include "net/http_server.h"
#include "socketio/socketio.h"

#define APP_MAX_PAYLOAD 4096
#define APP_SEND_BUFFER 32768

struct app {
    struct loop *loop;
    struct http_server *http;
    struct eio_server *eio;
    struct sio_server *sio;
    struct sio_namespace *name_space; /* "/" */
    struct sio_builder builder;
    uint64_t undecided; /* handle of a socket whose decision is put off */
    uint32_t asked;     /* acknowledgements that must still be told of */
};

void app_start(struct app *app);
/* Ends it as a server ends: nobody is left. */
void app_stop(struct app *app);
/* One end of a new connection; the other is the server's. Not blocking. */
int app_connect(struct app *app);
/* The server does what there is to do now. */
void app_turn(struct app *app);
/* The clock goes on by so many milliseconds. */
void app_advance(struct app *app, int64_t ms);

#endif
