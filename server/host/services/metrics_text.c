/* SPDX-License-Identifier: MIT */
#include "host/services/metrics_text.h"

#include "json/writer.h"

void metrics_put_head(struct buf *out, const char *name, const char *kind,
                      const char *help)
{
    buf_printf(out, "# HELP %s ", name);
    for (const char *c = help; *c; c++) {
        if (*c == '\n' || *c == '\\')
            buf_append_char(out, '\\');
        buf_append_char(out, *c == '\n' ? 'n' : *c);
    }
    buf_printf(out, "\n# TYPE %s %s\n", name, kind);
}

void metrics_put_number(struct buf *out, double value)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_put_double(&w, value);
}

void metrics_put_value(struct buf *out, double value)
{
    buf_append_char(out, ' ');
    metrics_put_number(out, value);
    buf_append_char(out, '\n');
}

void metrics_put_gauge(struct buf *out, const char *name, const char *help,
                       double value)
{
    metrics_put_head(out, name, "gauge", help);
    buf_append_z(out, name);
    metrics_put_value(out, value);
}
