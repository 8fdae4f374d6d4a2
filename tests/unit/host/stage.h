/* SPDX-License-Identifier: MIT */
/*
 * The host with real plugins (those of plugins/) over a Socket.IO server, a
 * fake engine and a fake clock. What anybody logs is written down.
 */
#ifndef MORTISE_TESTS_HOST_STAGE_H
#define MORTISE_TESTS_HOST_STAGE_H

#include "../socketio/fake_engine.h"
#include "host/host.h"

struct reload;

struct stage {
    struct timers timers;
    struct config *config, *started; /* in effect, and the first */
    struct host *host;
    struct sio_server *sio;
    struct reload *last; /* that stage_reload() has made; NULL: none */
    struct buf why;      /* what host_start() or the reload had to say */
    /* The log, a line each, without "plugin " at the front. */
    char journal[16384];
    size_t journal_length;
};
extern struct stage stage;

/* Clients are told why they are closed; false at first. */
extern bool stage_notices;

/* Whether all that passes between plugins and host is turned into bytes and
 * back; see sdk/testkit/loopback.h. Little may be different then: formats are
 * read first, and are told as "v, v" when it is the host that refuses them. */
bool stage_looped_back(void);

/* Configures and starts: `plugins` is the contents of the array of that name.
 * Limits: 2 acknowledgements, 3 rooms and 300 bytes of data a socket, 4
 * namespaces a client, 65536 bytes that wait. The result is that of the
 * step that failed; stage_stop() is due in any case. */
int stage_try(const char *plugins);
/* The same, which has to succeed; the journal is empty then. */
void stage_start(const char *plugins);
/* A reload with these plugins, as the server does it, without a canary: in
 * effect on success, else everything is as before. The journal stays. */
int stage_reload(const char *plugins);
/* The same, which has to succeed; the journal is empty then. */
void stage_exchange(const char *plugins);
/* The same, which has to be refused for this reason: one line, without file
 * and place at its front. The journal stays. */
void stage_refuse(const char *plugins, const char *reason);
/* Ends all sessions, then the host, and asserts that nothing is left. The
 * journal stays. */
void stage_stop(void);

/* A session that has said this: "0" and an auth object, if any. */
struct eio_session *stage_open(const char *connect);
/* One that has joined "/" without auth; journal and packets are seen. */
struct eio_session *stage_join(void);
/* The clock goes on. */
void stage_advance(int64_t ms);

/* Asserts what the journal says, and empties it. */
void stage_expect(const char *journal);
void stage_forget(void);

#endif
