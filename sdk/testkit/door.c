/* SPDX-License-Identifier: MIT */
/* Who may connect at all: what the HTTP server would ask before there is a
 * session. */
#include "internal.h"

#include "host/services/requests.h"

#define WORDS_MAX 16384

bool kit_may_connect(struct kit_place at, struct testkit *kit,
                     const struct testkit_who *who, struct buf *refusal)
{
    struct http_exchange x = {
        .peer = str_z(who->address ? who->address : "127.0.0.1")};
    struct buf request, head;

    buf_init(&request, KIT_HEAD_MAX);
    buf_init(&head, KIT_HEAD_MAX);
    buf_printf(&request, "GET " ENGINE_TARGET "%s%s", who->query ? "&" : "",
               who->query ? who->query : "");
    buf_append_char(&request, '\0');
    if (request.error == 0)
        kit_put_head(&head, request.p, who->headers, 0);
    kit_read_head(at, &head, &x.head);
    buf_init(refusal, WORDS_MAX);
    kit_enter(kit);
    bool may = requests_allow(kit->host, &x, true, refusal);
    kit_leave(kit);
    if (!may && refusal->n == 0)
        buf_append_z(refusal, "Forbidden");
    buf_append_char(refusal, '\0');
    buf_free(&request);
    buf_free(&head);
    return may;
}

void testkit_expect_turned_away_at(const char *file, int line,
                                   struct testkit_client *client,
                                   const char *words)
{
    if (!client->words || !str_eq(str_z(client->words), str_z(words)))
        kit_fail_client((struct kit_place){file, line}, client,
                        "expected to be turned away: \"%s\"", words);
}
