/* SPDX-License-Identifier: MIT */
/*
 * Who is connected: persons, each with any number of sockets. A person stays a
 * while after the last socket has gone (presence.h says how long), and all of
 * it crosses a reload.
 *
 * Who has signed in is known by the id of mortise/identity.h. Where the
 * settings allow for anonymous users, others are known by "~" and the id of
 * their only socket.
 */
#ifndef CHAT_PEOPLE_H
#define CHAT_PEOPLE_H

#include <stdbool.h>

#include <mortise/state.h>

#include <common/map.h>

#include "fields.h"

struct person {
    struct map_node by_user, by_name; /* by_name: of those who have one */
    char user[USER_SIZE], name[NAME_SIZE];
    bool guest;     /* has no account, so the name is their own choice */
    bool anonymous; /* has no identity either */
    bool announced; /* the others know that they are there */
    size_t sockets;
    mortise_timer going; /* its cookie is by_user.hash */
    char *rooms;         /* while going: addresses, each with its NUL */
    size_t rooms_size;
};

/* A socket is this user's, and no longer that of who it was before. Made when
 * they were not there; `name` may be "". NULL: memory is out. */
struct person *people_arrive(mortise_socket socket, const char *user,
                             const char *name, bool guest, bool anonymous);
/* Whose it is; NULL. */
struct person *people_of(mortise_socket socket);
struct person *people_find(const char *user);
/* The one whose timer had this cookie; NULL. */
struct person *people_going(uint64_t cookie);
/* Whether somebody has a socket. */
bool people_online(const char *user);
/* The socket has gone: the person, who may have others. */
struct person *people_depart(mortise_socket socket);
/* Has no sockets any more, and no timer. */
void people_remove(struct person *person);

/* Takes a name: 0, REFUSED_NAME_TAKEN when another one who is there has it,
 * REFUSED_BAD_NAME, or MORTISE_ENOMEM. */
int people_name(struct person *person, const char *name);

/* Others may have it now. */
void people_drop_name(struct person *person);

int people_save(mortise_saving to);
int people_restore(mortise_saved from);
void people_free(void);

#endif
