/* SPDX-License-Identifier: MIT */
/* Answers that refuse, counted. */
#include "net/http_internal.h"

static const int statuses[] = {400, 403, 408, 413, 414, 429, 431, 500, 503};
_Static_assert(sizeof(statuses) / sizeof(statuses[0]) == HTTP_ERRORS,
               "one count each");

static uint64_t *counts_of(struct http_server *server,
                           const struct http_request *r)
{
    for (uint32_t i = 0; r && i < server->mount_count; i++) {
        struct http_mount *mount = &server->mounts[i];
        if (mount->handler == r->handler && mount->user == r->user &&
            mount->handler->name)
            return mount->errors;
    }
    return server->errors;
}

void http_errors_count(struct http_server *server, const struct http_request *r,
                       int status)
{
    for (int i = 0; status >= 400 && i < HTTP_ERRORS; i++) {
        if (statuses[i] == status)
            counts_of(server, r)[i]++;
    }
}

static void tell_of(const uint64_t *counts, const char *by,
                    void (*tell)(void *user, const char *by, int status,
                                 uint64_t count),
                    void *user)
{
    for (int i = 0; i < HTTP_ERRORS; i++)
        tell(user, by, statuses[i], counts[i]);
}

void http_server_errors(const struct http_server *server,
                        void (*tell)(void *user, const char *by, int status,
                                     uint64_t count),
                        void *user)
{
    tell_of(server->errors, "http", tell, user);
    for (uint32_t i = 0; i < server->mount_count; i++) {
        const struct http_mount *mount = &server->mounts[i];
        if (mount->handler->name)
            tell_of(mount->errors, mount->handler->name, tell, user);
    }
}
