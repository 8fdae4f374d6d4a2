/* SPDX-License-Identifier: MIT */
/*
 * An Engine.IO server on a loopback port and the clients that talk to it, in
 * one process: whoever waits for something turns the server's loop meanwhile.
 * Clients speak raw HTTP and WebSocket, so that every byte is seen.
 */
#ifndef MORTISE_TESTS_ENGINEIO_HARNESS_H
#define MORTISE_TESTS_ENGINEIO_HARNESS_H

#include "unit.h"

#include <stdbool.h>
#include <stdint.h>

#include "engineio/engineio.h"

#define RS "\x1e"

/* What happened to the upper floor; by default it echoes messages. */
struct world {
    struct loop *loop;
    struct http_server *http;
    struct eio_server *eio;
    struct listener *listener;
    unsigned port;
    struct eio_session *session; /* the last one opened; NULL when closed */
    char sid[64];                /* its id */
    unsigned opened, closed, messages, drained, closing;
    enum eio_reason reason; /* of the last close */
    char last[64];          /* the last message, cut */
    bool silent;            /* do not echo */
    void (*on_open)(struct eio_session *session);
    void (*on_message)(struct eio_session *session, const char *p, size_t n);
    void (*on_drain)(struct eio_session *session);
    void (*on_closing)(struct eio_session *session);
};
extern struct world world;

/* Options to start from: long intervals, no CORS. */
struct eio_options world_options(void);
void world_start(const struct eio_options *options);
/* Stops, and asserts that no memory is left. */
void world_stop(void);
/* One turn of the loop, at most a few milliseconds. */
void world_turn(void);
/* Turns until the condition holds; fails after ten seconds. */
#define WAIT_UNTIL(condition)                                                  \
    do {                                                                       \
        int64_t wait_deadline_ = world_deadline();                             \
        while (!(condition)) {                                                 \
            ck_assert_msg(!world_late(wait_deadline_), "waiting for %s",       \
                          #condition);                                         \
            world_turn();                                                      \
        }                                                                      \
    } while (0)
int64_t world_deadline(void);
bool world_late(int64_t deadline);
/* So much time passes while nobody turns the loop. */
void world_skip(int64_t ms);
/* Turns for so long. */
void world_idle(int64_t ms);
/* Sends a text or binary message to the session: results of
 * eio_session_send(). */
int world_send(const char *text);
int world_send_binary(const void *p, size_t n);

/* One connection. */
struct client {
    int fd;
    char *in; /* received and not used up */
    size_t n, cap;
    bool eof;
};

struct client client_open(void);
void client_close(struct client *c);
/* Closes with a reset. */
void client_reset(struct client *c);
void client_write(struct client *c, const void *p, size_t n);
/* Receives what is there. */
void client_read(struct client *c);
/* Waits for n bytes and takes them off, with a NUL behind them; valid until
 * the next call for any client. */
char *client_take(struct client *c, size_t n);
/* Waits for the end of the connection; what came before is dropped. */
void client_expect_end(struct client *c);

/* An answer to an HTTP request. */
struct answer {
    int status;
    char head[4096]; /* with a NUL behind it */
    char *body;      /* with a NUL behind it; valid until the next answer */
    size_t n;
};

/* Sends a request. headers: whole lines. body: NULL for none. */
void client_request(struct client *c, const char *method, const char *target,
                    const char *headers, const char *body, size_t n);
/* Waits for an answer; after HEAD there is no body. */
struct answer client_answer(struct client *c, bool head);
/* A request and its answer on a connection of its own. */
struct answer ask(const char *method, const char *target, const char *headers,
                  const char *body);
/* The value of a header in an answer, or NULL; until the next call. */
const char *answer_header(const struct answer *a, const char *name);

void expect_answer(struct answer a, int status, const char *body);
/* value: NULL when the header must be absent. */
void expect_header(const struct answer *a, const char *name, const char *value);

#define PATH "/engine.io/"

/* What requests are refused with. */
#define UNKNOWN_TRANSPORT "{\"code\":0,\"message\":\"Transport unknown\"}"
#define UNKNOWN_SID       "{\"code\":1,\"message\":\"Session ID unknown\"}"
#define BAD_METHOD        "{\"code\":2,\"message\":\"Bad handshake method\"}"
#define BAD_REQUEST       "{\"code\":3,\"message\":\"Bad request\"}"
#define FORBIDDEN         "{\"code\":4,\"message\":\"Forbidden\"}"
#define UNKNOWN_VERSION                                                        \
    "{\"code\":5,\"message\":\"Unsupported protocol version\"}"

/* Expects that a request for PATH and query is refused so. */
struct answer refused(const char *method, const char *query,
                      const char *headers, const char *body);

/* Handshakes, and the usual requests of the session. */
void open_polling(void);
/* The target with which the session is asked. */
const char *session_target(void);
struct answer poll_session(void);
struct answer push_session(const char *body);
/* Starts a poll that will be held. */
struct client hold_poll(void);
void expect_gone(void);

/* WebSocket: asks for it and waits for the status. */
int ws_connect(struct client *c, const char *target, const char *headers);
/* A session on WebSocket: waits for the open packet too. */
struct client open_websocket(const char *query);

struct frame {
    unsigned first; /* FIN, opcode */
    char *p;        /* with a NUL behind it; valid until the next frame */
    size_t n;
};

void ws_frame(struct client *c, unsigned first, const void *p, size_t n);
void ws_text(struct client *c, const char *text);
struct frame ws_read(struct client *c);
void ws_expect(struct client *c, const char *text);
void ws_expect_binary(struct client *c, const void *p, size_t n);
/* Expects a close frame with this code (0: none), answers it, and waits for
 * the end of the connection. */
void ws_expect_close(struct client *c, unsigned code);

#endif
