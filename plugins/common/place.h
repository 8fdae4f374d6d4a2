/* SPDX-License-Identifier: MIT */
/* Where a database is to be, looked at before it is opened: for `--check`,
 * which runs init and opens nothing. */
#ifndef COMMON_PLACE_H
#define COMMON_PLACE_H

/*
 * Warns when this process could not open the file, nor make it, as things are
 * now. No error: the check may be run by somebody else than the server, or
 * before systemd has made the folder. Nothing is opened (see database.c).
 */
void place_check(const char *file);

#endif
