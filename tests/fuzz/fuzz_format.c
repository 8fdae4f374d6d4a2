/* SPDX-License-Identifier: MIT */
/*
 * Formats of the SDK: what a plugin writes in its calls of mortise_emit() and
 * the like. A format that is accepted makes JSON.
 *
 * Every value behind the format is the address of a text, so the letters that
 * take something else are changed into ones that can do with that.
 */
#include "fuzz.h"

#include "base/error.h"
#include "base/utf8.h"
#include "host/calls/format.h"

static char *forgiving(struct str text)
{
    char *format = mem_dupz(text.p, text.n);
    assert(format);
    for (char *p = format; *p; p++)
        if (strchr("SxdvIl*", *p))
            *p = 's';
    return format;
}

static int write_format(struct host *host, struct json_writer *w,
                        struct format_result *result, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int error = format_write(host, w, format, args, result);
    va_end(args);
    return error;
}

static void check_json(struct buf *out)
{
    const struct json_limits limits = {.depth = 64};
    struct json *value;
    struct arena arena;

    arena_init(&arena, (size_t)1 << 20);
    assert(json_parse(&arena, buf_str(out), &limits, &value, NULL) == 0);
    assert(value->type == JSON_ARRAY);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct host host;
    struct json_writer w;
    struct buf out;
    struct format_result result = {0};
    const char *s = "\"text\"\n";
    long live = mem_live();

    if (size > 64) /* no more values than are passed below */
        return 0;
    char *format = forgiving(fuzz_text(data, size));
    arena_init(&host.arena, 65536);
    buf_init(&out, 65536);
    json_writer_init(&w, &out);
    json_open_array(&w);
#define EIGHT s, s, s, s, s, s, s, s
    int error = write_format(&host, &w, &result, format, EIGHT, EIGHT, EIGHT,
                             EIGHT, EIGHT, EIGHT, EIGHT, EIGHT);
    json_close_array(&w);
    if (error == 0) {
        check_json(&out);
    } else {
        assert(error == ERR_SYNTAX || error == ERR_LIMIT);
        assert(result.at <= strlen(format) && result.text);
    }
    buf_free(&out);
    arena_free(&host.arena);
    mem_free(format);
    assert(mem_live() == live);
    return 0;
}
