/* SPDX-License-Identifier: MIT */
/* The rooms that a client is in. */
#include "internal.h"
#include "json/writer.h"

#define AT ((struct kit_place){file, line})

/* What the server has for a client: its own id is a room with it alone. */
static struct sio_socket *socket_of(const struct testkit_client *client)
{
    struct sio_server *sio = client->kit->sio;
    struct str sid = str_z(testkit_sid(client));
    struct sio_target target = {
        .name_space = sio_namespace_find(sio, str_z(client->name_space)),
        .rooms = &sid,
        .room_count = 1,
    };
    uint64_t handle;

    if (!target.name_space || sio_target_list(&target, &handle, 1) != 1)
        return NULL;
    return sio_socket_find(sio, handle);
}

/* Its rooms as text, less the one of its own id; how many. */
static uint32_t print_rooms(const struct sio_socket *s, struct buf *out)
{
    struct json_writer w;
    struct str room;
    uint32_t count = 0;

    json_writer_init(&w, out);
    while (s && (room = sio_socket_room(s, count + 1)).p) {
        json_put_string(&w, room);
        count++;
    }
    buf_append_char(out, '\0');
    return count;
}

void testkit_expect_rooms_at(const char *file, int line,
                             struct testkit_client *client, const char *format,
                             ...)
{
    const struct sio_socket *s = socket_of(client);
    struct json_limits limits = {.depth = 2};
    struct buf expected, found;
    struct json *rooms = NULL;
    struct arena arena;
    struct str name;
    va_list args;

    buf_init(&expected, BUF_MAX);
    buf_init(&found, BUF_MAX);
    arena_init(&arena, SIZE_MAX);
    buf_append_char(&expected, '[');
    va_start(args, format);
    uint32_t count = kit_build_json(AT, &expected, format, args);
    va_end(args);
    buf_append_char(&expected, ']');
    int error = json_parse(&arena, buf_str(&expected), &limits, &rooms, NULL);
    bool same = error == 0 && print_rooms(s, &found) == count;
    for (const struct json *r = rooms ? rooms->child : NULL; r; r = r->next)
        same =
            same && s && json_string(r, &name) == 0 && sio_socket_in(s, name);
    if (!same)
        kit_fail_client(AT, client,
                        "expected to be in the rooms %.*s\n"
                        "  it is in [%s]",
                        STR_ARG(buf_str(&expected)), found.p);
    arena_free(&arena);
    buf_free(&expected);
    buf_free(&found);
}
