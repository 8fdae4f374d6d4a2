/* SPDX-License-Identifier: MIT */
/*
 * By what users are known. A name is 3 to 32 of the letters A to Z, digits and
 * "_.-", begins with a letter or a digit and does not end with a dot, so no
 * rule of Unicode is needed to tell two apart: what only looks like such a
 * letter, as those of other alphabets do, is refused and not translated. It is
 * shown as it was typed and found without regard to case. An e-mail address is
 * taken in lower case, ASCII only, since the part before the "@" is compared
 * without regard to case by nearly everybody who keeps one. A name never has
 * an "@".
 */
#ifndef AUTH_NAMES_H
#define AUTH_NAMES_H

#include <stdbool.h>

enum { NAME_SIZE = 33, EMAIL_SIZE = 255 };

/* Whether it may be a name: NULL, or why not, for people. What guests are
 * called is nobody's name. */
const char *name_wrong(const char *name);
/* What all others see: the name, or for who has none "guest-" and digits that
 * are always the same for this id. Two may have the same digits, so people are
 * told apart by their ids. */
void name_shown(const char *id, const char *name, char ret[static NAME_SIZE]);
/* Whether it may be an e-mail address; ret gets it in lower case. */
bool email_read(const char *text, char ret[static EMAIL_SIZE]);
/* What somebody has typed to log in, be it a name or an address: ret gets what
 * it is found and counted by. False: it can be neither. */
bool login_read(const char *text, char ret[static EMAIL_SIZE]);
/* A name that somebody else has given, valid UTF-8, as it can be shown: without
 * what is not seen (controls, marks of direction, spaces at the ends or in a
 * row), and cut to whole characters. It may be "". */
void name_clean(const char *text, char ret[static NAME_SIZE]);

#endif
