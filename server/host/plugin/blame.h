/* SPDX-License-Identifier: MIT */
/*
 * Whose code runs on this thread, and which of it: set around each call into a
 * plugin, for whoever has to name it when it crashes or takes too long. A few
 * stores a call.
 *
 * A crash ends the server, as it has to: nobody knows what a plugin has
 * written over. But its last line says who it was, and a line of the file of
 * quarantine.h does, so that a build that does it again and again can be kept
 * out by the next start.
 */
#ifndef MORTISE_HOST_BLAME_H
#define MORTISE_HOST_BLAME_H

#include <stdbool.h>
#include <stddef.h>

#include <mortise/plugin.h>

struct generation;

struct blame {
    const struct generation *generation; /* NULL: none has run yet */
    const mortise_handler *row; /* of its tables; NULL: it is none of them */
    const char *what;           /* what it is then: "init", "job" */
    const char *name;           /* of it; for a row, of the event; NULL: none */
    bool running;               /* else it has returned, and was the last */
};

/* Of this thread. */
extern _Thread_local struct blame blame_current;

/* Says what runs now; gives back what did, for the time when it has returned
 * to that. */
static inline struct blame blame_begin(const struct generation *g,
                                       const char *what, const char *name)
{
    struct blame before = blame_current;
    blame_current = (struct blame){g, NULL, what, name, true};
    return before;
}
static inline void blame_end(struct blame before)
{
    blame_current = before;
}
/* A generation goes: nobody can be told its name any more. */
void blame_forget(const struct generation *g);

/* "event say", "moment use, event say", "timer tick", "init": for a line of the
 * log. Cut at `size` with its NUL; what is not printable ASCII becomes "?".
 * Calls nothing, so a handler of a signal may. Returns the length. */
size_t blame_text(const struct blame *blame, char *to, size_t size);

/*
 * From now on a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, and what the
 * sanitizers end a process for) writes a line to stderr before it ends the
 * process as it would have: core file, exit status and the sanitizer's own
 * report stay as they are. For the process of a server, once; those that it
 * forks end without.
 */
void blame_install(void);
/* Makes room for the handler's stack, so that a thread that has used up its
 * own is told of, too. On each thread that runs plugins; once is enough, more
 * does no harm. */
void blame_thread(void);
/* Where a crash in a plugin is written down, a line each; -1: nowhere. */
void blame_write_to(int fd);

/* How such a line names a build: by the first digits of its file's hash. */
#define BLAME_BUILD_SIZE 17
void blame_build(const unsigned char hash[32], char ret[BLAME_BUILD_SIZE]);

#endif
