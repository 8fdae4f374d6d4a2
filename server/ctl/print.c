/* SPDX-License-Identifier: MIT */
#include "ctl/print.h"

#include "base/error.h"

void ctl_print(FILE *to, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        putc((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? '?' : c, to);
    }
}

void ctl_complain(int error, const struct buf *why)
{
    fputs("mortise ctl: ", stderr);
    if (why->n > 0)
        ctl_print(stderr, buf_str(why));
    else
        fprintf(stderr, "%s\n", error_text(error));
}
