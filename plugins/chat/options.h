/* SPDX-License-Identifier: MIT */
/* The settings. Read in init and never changed afterwards, so jobs may read
 * them on other threads. */
#ifndef CHAT_OPTIONS_H
#define CHAT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <mortise/plugin.h>

struct options {
    char *database;
    char *unlisted; /* what public rooms begin with that pass by; NULL: none */
    int64_t database_wait_ms, database_pages; /* 0: no bound */
    bool anonymous;    /* without an identity: a name of one's own choice */
    bool create_rooms; /* whoever joins a public room makes it */
    int64_t rooms, rooms_per_user, members_per_room, ignored_per_user,
        reports_per_user;
    int64_t edit_ms; /* 0: messages can be edited for ever */
    int64_t keep_ms; /* 0: messages are kept for ever */
    int64_t log_ms;  /* how long the moderation log is kept */
    int64_t typing_ms, grace_ms;
    int64_t presence; /* sockets, up to which a room is told of presence */
    int64_t receipts; /* members, up to which a room is told who has read */
    int64_t waiting, waiting_bytes; /* of the writer */
    char *filter;                   /* the file of words; NULL: none */
    bool filter_refuses;            /* else it writes stars */
};

extern struct options options;

/* In init. 0, or an error, which has been logged. */
int options_read(mortise_value settings);
void options_free(void);

#endif
