/* SPDX-License-Identifier: MIT */
/*
 * What somebody is and may. A role says what they are and has no dot in its
 * name ("moderator"); a permission says what they may and has one
 * ("chat.mute"). "chat.*" stands for all permissions that begin with "chat.",
 * "*" for all there are: the words of mortise/identity.h, which all of these
 * are given to as roles.
 */
#ifndef AUTH_PERMITS_H
#define AUTH_PERMITS_H

#include <stdbool.h>
#include <stdint.h>

enum { ROLE_SIZE = 33, PERMIT_SIZE = 65, PERMITS_MAX = 64 };

/* A list of names, each once, in memory of its own. */
struct permits {
    const char *names[PERMITS_MAX];
    uint32_t n;
    uint32_t used;
    bool cut; /* there were more */
    char text[PERMITS_MAX * PERMIT_SIZE];
};

/* Whether it may be the name of a role that can be granted: 1 to 32 letters,
 * digits, "_" and "-". "guest" and "user" cannot: everybody is one of them. */
bool role_fits(const char *name);
/* Whether it may be a permission: parts of such letters, with dots between;
 * the last one, or all of it, may be an asterisk. */
bool permission_fits(const char *name);

void permits_clear(struct permits *permits);
/* What is too long for a name is left out. */
void permits_add(struct permits *permits, const char *name);
/* Each of these words, with a space between. */
void permits_add_words(struct permits *permits, const char *words);
/* Whether this role or permission is among them, be it by an asterisk. */
bool permits_allow(const struct permits *permits, const char *name);

/* Calls with each of the words until one gives something else than 0, which is
 * returned; a word is good until the call is over. */
int permits_each_word(const char *words,
                      int (*call)(const char *word, void *data), void *data);

#endif
