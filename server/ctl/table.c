/* SPDX-License-Identifier: MIT */
#include "ctl/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "ctl/print.h"

enum { ROWS_MAX = 100000, COLUMNS_MAX = 16 };

typedef char cell[CTL_CELL_MAX];

static void put_bytes(char *to, const struct json *value)
{
    static const char *const units[] = {"B", "kB", "MB", "GB"};
    double bytes;
    int unit = 0;

    if (json_double(value, &bytes) < 0) {
        snprintf(to, CTL_CELL_MAX, "?");
        return;
    }
    for (; bytes >= 999.5 && unit < 3; unit++)
        bytes /= 1000;
    snprintf(to, CTL_CELL_MAX, "%.*f %s", unit > 0 && bytes < 99.95, bytes,
             units[unit]);
}

static void put_time(char *to, const struct json *value)
{
    int64_t ms;
    struct tm tm;

    if (json_int(value, &ms) < 0)
        ms = 0;
    time_t seconds = (time_t)(ms / 1000);
    if (!localtime_r(&seconds, &tm) ||
        strftime(to, CTL_CELL_MAX, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(to, CTL_CELL_MAX, "?");
}

void ctl_cell(char to[CTL_CELL_MAX], const struct json *value,
              enum ctl_format format)
{
    struct str text = STR("?");
    int64_t number;

    if (value && value->type == JSON_NULL) {
        snprintf(to, CTL_CELL_MAX, "-");
    } else if (format == CTL_BYTES) {
        put_bytes(to, value);
    } else if (format == CTL_TIME) {
        put_time(to, value);
    } else if (format == CTL_NUMBER && json_int(value, &number) == 0) {
        snprintf(to, CTL_CELL_MAX, "%" PRId64, number);
    } else {
        json_string(value, &text);
        snprintf(to, CTL_CELL_MAX, "%.*s", STR_ARG(text));
    }
}

static bool stands_right(const struct ctl_column *column)
{
    return column->format == CTL_NUMBER || column->format == CTL_BYTES;
}

static void print_row(cell *row, const struct ctl_column *columns,
                      const size_t *widths, int count)
{
    for (int k = 0; k < count; k++) {
        int pad = (int)(widths[k] - strlen(row[k]));
        bool right = stands_right(&columns[k]);
        if (right)
            printf("%*s", pad, "");
        ctl_print(stdout, str_z(row[k]));
        if (k + 1 == count)
            putchar('\n');
        else
            printf("%*s", right ? 2 : pad + 2, "");
    }
}

bool ctl_print_table(const struct json *list, const struct ctl_column *columns,
                     int column_count)
{
    size_t widths[COLUMNS_MAX] = {0};
    size_t count = 1;
    cell *cells = NULL;

    if (list && list->type == JSON_ARRAY && list->count < ROWS_MAX &&
        column_count <= COLUMNS_MAX)
        cells = mem_zalloc((list->count + 1) * (size_t)column_count *
                           sizeof(cells[0]));
    if (!cells)
        return false;
    for (int k = 0; k < column_count; k++)
        snprintf(cells[k], CTL_CELL_MAX, "%s", columns[k].title);
    for (const struct json *each = list->child; each; each = each->next) {
        cell *row = cells + count++ * (size_t)column_count;
        for (int k = 0; k < column_count; k++)
            ctl_cell(row[k], json_get(each, str_z(columns[k].member)),
                     columns[k].format);
    }
    for (size_t i = 0; i < count * (size_t)column_count; i++) {
        size_t length = strlen(cells[i]);
        if (length > widths[i % (size_t)column_count])
            widths[i % (size_t)column_count] = length;
    }
    for (size_t i = 0; i < count; i++)
        print_row(cells + i * (size_t)column_count, columns, widths,
                  column_count);
    mem_free(cells);
    return true;
}
