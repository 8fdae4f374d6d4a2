/* SPDX-License-Identifier: MIT */
/* What the tests of administrators share. */
#ifndef TEST_ADMIN_H
#define TEST_ADMIN_H

#include <stdbool.h>

#include "test/test_auth.h"

static int asked; /* by act() */

/* An account with these roles, signed in over a socket in "/". */
static inline struct testkit_client *make(const char *name, const char *roles,
                                          struct tokens *ret)
{
    struct testkit_client *client = join(NULL);
    char sql[160];

    sign_up(name);
    snprintf(sql, sizeof(sql),
             "UPDATE users SET roles = '%s' WHERE name = '%s'", roles, name);
    select_text(sql);
    sign_in(client, name, ret);
    return client;
}

/* Asks as an administrator, over the socket: act(client, "ban", format, ...).
 * The job has been done. */
#define act(client, what, ...)                                                 \
    (asked = testkit_call(client, "auth:admin:" what, __VA_ARGS__),            \
     testkit_advance(kit, 0))

#define expect_done(client, ...) testkit_expect_ack(client, asked, __VA_ARGS__)

static inline void expect_wrong(struct testkit_client *client, const char *code)
{
    testkit_expect_ack(client, asked, "{error:{code:s, '<more>':true}}", code);
}

#endif
