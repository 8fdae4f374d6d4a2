/* SPDX-License-Identifier: MIT */
/* Tables that `mortise ctl` prints of lists in JSON, for people. */
#ifndef MORTISE_CTL_TABLE_H
#define MORTISE_CTL_TABLE_H

#include "json/json.h"

enum ctl_format {
    CTL_TEXT,
    CTL_NUMBER,
    CTL_BYTES, /* a number of them, in a fitting unit */
    CTL_TIME,  /* milliseconds since 1970, in local time */
};

struct ctl_column {
    const char *title;
    const char *member; /* of the list's objects */
    enum ctl_format format;
};

enum { CTL_CELL_MAX = 80 };

/* A value as it stands in a cell: "?" for what is no such thing, "-" for
 * null. */
void ctl_cell(char to[CTL_CELL_MAX], const struct json *value,
              enum ctl_format format);
/* Prints a line for each object in the array; numbers stand to the right. False
 * when it is none, or memory is out. */
bool ctl_print_table(const struct json *list, const struct ctl_column *columns,
                     int column_count);

#endif
