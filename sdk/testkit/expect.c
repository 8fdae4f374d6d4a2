/* SPDX-License-Identifier: MIT */
/* What clients are told, compared with what a test expects. */
#include <string.h>

#include "internal.h"
#include "json/writer.h"
#include "match.h"

#define AT ((struct kit_place){file, line})

/* The values as they are expected, for comparing and for the message. */
static struct received *expected_values(struct kit_place at,
                                        const struct testkit_client *client,
                                        const char *format, va_list args)
{
    struct sio_packet *packet =
        kit_build_ack(at, client->name_space, 0, format, args);
    struct received *r = received_of(packet);
    sio_packet_unref(packet);
    return r;
}

/* The values as text, for the message; good until the next. */
static const char *shown(const struct received *r)
{
    static struct buf text;

    buf_free(&text);
    buf_init(&text, BUF_MAX);
    match_print_list(&text, received_args(r));
    buf_append_char(&text, '\0');
    return text.error == 0 ? text.p : "(out of memory)";
}

/* It has been expected, and can be read and answered now. */
static void look_away(struct testkit_client *client, struct received_list *list,
                      struct received *r)
{
    TAILQ_REMOVE(list, r, link);
    received_free(client->last);
    client->last = r;
}

void testkit_expect_at(const char *file, int line,
                       struct testkit_client *client, const char *event,
                       const char *format, ...)
{
    struct received *next = TAILQ_FIRST(&client->events);
    va_list args;

    va_start(args, format);
    struct received *r = expected_values(AT, client, format, args);
    va_end(args);
    if (!next || !str_eq(received_name(next), str_z(event)) ||
        !match_list(received_args(r), received_args(next)))
        kit_fail_client(AT, client, "expected event \"%s\" %s", event,
                        shown(r));
    look_away(client, &client->events, next);
    received_free(r);
}

static struct received *find_ack(const struct testkit_client *client,
                                 int number)
{
    struct received *r;

    TAILQ_FOREACH(r, &client->acks, link)
    if (r->packet->header.id == (uint64_t)number)
        return r;
    return NULL;
}

void testkit_expect_ack_at(const char *file, int line,
                           struct testkit_client *client, int number,
                           const char *format, ...)
{
    struct received *found = find_ack(client, number);
    va_list args;

    va_start(args, format);
    struct received *r = expected_values(AT, client, format, args);
    va_end(args);
    if (!found || !match_list(received_args(r), received_args(found)))
        kit_fail_client(AT, client, "expected ack %d %s", number, shown(r));
    look_away(client, &client->acks, found);
    received_free(r);
}

void testkit_expect_no_ack_at(const char *file, int line,
                              struct testkit_client *client, int number)
{
    if (find_ack(client, number))
        kit_fail_client(AT, client, "expected no ack %d", number);
}

void testkit_expect_nothing_at(const char *file, int line,
                               struct testkit_client *client)
{
    if (!TAILQ_EMPTY(&client->events))
        kit_fail_client(AT, client, "expected no event");
}

int testkit_skip(struct testkit_client *client)
{
    struct received *r;
    int count = 0;

    while ((r = TAILQ_FIRST(&client->events))) {
        TAILQ_REMOVE(&client->events, r, link);
        received_free(r);
        count++;
    }
    return count;
}

/* The data as it would be an argument of an event. */
static bool data_is(const struct received *pattern, const struct json *data)
{
    const struct json *value = received_args(pattern);
    return value ? match_value(value, data) && !value->next : !data;
}

void testkit_expect_refused_at(const char *file, int line,
                               struct testkit_client *client,
                               const char *message, const char *format, ...)
{
    const struct json *body = client->refusal ? client->refusal->body : NULL;
    struct str said;
    va_list args;

    va_start(args, format);
    struct received *r = expected_values(AT, client, format, args);
    va_end(args);
    if (json_string(json_get(body, STR("message")), &said) < 0 ||
        !str_eq(said, str_z(message)) ||
        !data_is(r, json_get(body, STR("data"))))
        kit_fail_client(AT, client, "expected to be refused: \"%s\" %s",
                        message, shown(r));
    received_free(r);
}

void testkit_expect_disconnected_at(const char *file, int line,
                                    struct testkit_client *client)
{
    if (client->state != CLIENT_PUT_OUT)
        kit_fail_client(AT, client, "expected to be put out by the server");
}

/* --- reading --- */

static const struct json *step(const struct json *value, struct str name)
{
    uint64_t index;

    if (value && value->type == JSON_ARRAY && str_to_u64(name, &index) == 0 &&
        index < value->count)
        return json_at(value, (uint32_t)index);
    return json_get(value, name);
}

/* The value at a path in what was last expected; NULL when there is none. */
static const struct json *got(const struct testkit_client *client,
                              const char *path)
{
    struct str rest = str_z(path);
    uint64_t index;

    if (!client->last || str_to_u64(str_cut(&rest, '.'), &index) < 0)
        return NULL;
    const struct json *value = received_args(client->last);
    while (value && index-- > 0)
        value = value->next;
    while (value && rest.p)
        value = step(value, str_cut(&rest, '.'));
    return value;
}

const char *testkit_got_text_at(const char *file, int line,
                                const struct testkit_client *client,
                                const char *path)
{
    const struct json *value = got(client, path);
    struct str text;

    if (json_string(value, &text) < 0)
        kit_fail_client(AT, client, "what was last expected has no string %s",
                        path);
    struct str kept = arena_str(&client->kit->texts, text);
    return kept.p ? kept.p : "";
}

int64_t testkit_got_int_at(const char *file, int line,
                           const struct testkit_client *client,
                           const char *path)
{
    int64_t number;

    if (json_int(got(client, path), &number) < 0)
        kit_fail_client(AT, client, "what was last expected has no integer %s",
                        path);
    return number;
}
