/* SPDX-License-Identifier: MIT */
/* Values of a test: the formats of plugins. */
#include <string.h>

#include "base/error.h"
#include "host/calls/format.h"
#include "internal.h"

/* A format needs a host for lists, values and events of a callback; a test has
 * none of these, and is told so by the format. */
static struct host nobody;

__attribute__((noreturn)) static void
complain(struct kit_place at, const char *format,
         const struct format_result *result)
{
    kit_fail(at, "the format \"%s\", character %zu: %s", format, result->at + 1,
             result->text);
}

static uint32_t write(struct kit_place at, struct json_writer *w,
                      const char *format, va_list args)
{
    struct format_result result;

    arena_init(&nobody.arena, SIZE_MAX);
    int error = format_write(&nobody, w, format, args, &result);
    arena_free(&nobody.arena);
    if (error < 0)
        complain(at, format, &result);
    return result.values;
}

uint32_t kit_build_json(struct kit_place at, struct buf *out,
                        const char *format, va_list args)
{
    struct json_writer w;
    json_writer_init(&w, out);
    return write(at, &w, format, args);
}

static struct sio_packet *finish(struct kit_place at, struct sio_builder *b,
                                 const char *format, va_list args)
{
    int error;
    write(at, &b->json, format, args);
    struct sio_packet *packet = sio_builder_finish(b, &error);
    if (!packet)
        kit_fail(at, "the packet cannot be built: %s", error_text(error));
    return packet;
}

struct sio_packet *kit_build_event(struct kit_place at, const char *name_space,
                                   const uint64_t *id, const char *event,
                                   const char *format, va_list args)
{
    struct sio_builder b;

    sio_builder_init(&b, BUF_MAX, SIO_ATTACHMENTS_MAX);
    int error = sio_builder_event(&b, str_z(name_space), id != NULL,
                                  id ? *id : 0, str_z(event));
    if (error < 0)
        kit_fail(at, "no event can be called \"%s\": %s", event,
                 error_text(error));
    return finish(at, &b, format, args);
}

struct sio_packet *kit_build_ack(struct kit_place at, const char *name_space,
                                 uint64_t id, const char *format, va_list args)
{
    struct sio_builder b;

    sio_builder_init(&b, BUF_MAX, SIO_ATTACHMENTS_MAX);
    sio_builder_ack(&b, str_z(name_space), id);
    return finish(at, &b, format, args);
}
