/* SPDX-License-Identifier: MIT */
#include "store/fields.h"

#include <stdio.h>
#include <stdlib.h>

void fields_put_double(struct record *r, int field, double value)
{
    char text[40];

    snprintf(text, sizeof(text), "%.17g", value);
    record_put(r, field, text);
}

double fields_double(mortise_str bytes, int field)
{
    return strtod(record_text(bytes, field), NULL);
}
