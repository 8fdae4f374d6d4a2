/* SPDX-License-Identifier: MIT */
/*
 * An Engine.IO without transports: the calls that socketio/ makes to the floor
 * below, and the other end of the sessions for a test. What is sent is kept
 * until the test has looked at it; what a client says is given to
 * sio_eio_events. Sessions never do anything by themselves.
 *
 * The memory of the fake is not the server's: mem_fail_after() does not meet
 * it and mem_live() does not count it, but for the packets that it holds.
 */
#ifndef MORTISE_TESTS_SOCKETIO_FAKE_ENGINE_H
#define MORTISE_TESTS_SOCKETIO_FAKE_ENGINE_H

#include "unit.h"

#include "engineio/engineio.h"
#include "socketio/socketio.h"

/* Opens a session; it stays the fake's until fake_free_all(). */
struct eio_session *fake_open(struct sio_server *sio);
/* The same of a client that speaks revision 3: it is in "/" when this returns.
 */
struct eio_session *fake_open_3(struct sio_server *sio);
/* Where the clients are whose sessions are opened from now on. */
void fake_set_peer(const char *address);
/* Ends those that are open, as the transport would, and frees all. */
void fake_free_all(void);

/* A message of the client's; ignored when the session is not open, as the
 * engine does. */
void fake_text(struct eio_session *s, const char *text);
void fake_text_n(struct eio_session *s, const char *text, size_t n);
void fake_bytes(struct eio_session *s, const char *bytes, size_t n);
/* The session ends now, for this reason. */
void fake_end(struct eio_session *s, enum eio_reason reason);
/* The same for a reason of the engine's own, of which `closing` tells. */
void fake_say_why(struct eio_session *s, enum eio_reason reason);
/* Ends the sessions that were closed by eio_session_close(): what the engine
 * does later, when everything has been sent. */
void fake_finish_closing(void);

/* Lets n more packets be taken and fails all others with the error. */
void fake_fail_sends(struct eio_session *s, uint32_t n, int error);
/* After n more packets it is behind (UINT32_MAX: never), and until then and
 * from then on so many bytes wait. */
void fake_fall_behind(struct eio_session *s, uint32_t n, size_t queued);
/* Everything has left that waited. */
void fake_drain(struct eio_session *s);
void fake_set_writable(struct eio_session *s, bool writable);

/* Whether what it had queued was dropped; after that it takes packets. */
bool fake_was_cut(const struct eio_session *s);
bool fake_is_open(const struct eio_session *s);
bool fake_is_closing(const struct eio_session *s); /* not closed yet */
bool fake_is_closed(const struct eio_session *s);
enum eio_reason fake_reason(const struct eio_session *s); /* of a closed one */

/* How many packets were sent and not yet looked at. */
uint32_t fake_unseen(const struct eio_session *s);
/* The next packet that was sent and not yet looked at, as it would stand in a
 * polling payload: "4..." or "b<base64>". Valid until fake_free_all(). */
struct str fake_next(struct eio_session *s);
/* Asserts that it is this one, or that there is none. */
void fake_expect(struct eio_session *s, const char *packet);
void fake_expect_nothing(struct eio_session *s);
/* Looks away from all of them; how many those were. */
uint32_t fake_skip(struct eio_session *s);

#endif
