/* SPDX-License-Identifier: MIT */
#include "host/services/routes.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/services/cookies.h"
#include "host/host.h"
#include "host/lineup.h"
#include "host/services/route_pattern.h"

/* A body has to fit into memory, and a year is a slip in the units. */
#define BODY_MAX    ((uint64_t)1 << 30)
#define TIMEOUT_MAX ((int64_t)24 * 3600 * 1000)

static bool is_before(const mortise_route *row)
{
    return strcmp(row->method, MORTISE_HTTP_BEFORE) == 0;
}

static bool is_allow(const mortise_route *row)
{
    return strcmp(row->method, MORTISE_HTTP_ALLOW) == 0;
}

bool routes_row_valid(const mortise_route *row, const char **ret_why)
{
    if (!row->method || !row->call)
        *ret_why = "there is no method or no function";
    else if (is_allow(row))
        return true;
    else if (!is_before(row) && !http_token(str_z(row->method)))
        *ret_why = "this is no method";
    else if (!route_pattern_valid(str_z(row->path)))
        *ret_why = route_pattern_why_not(str_z(row->path));
    else if (row->body_max > BODY_MAX || row->timeout < 0 ||
             row->timeout > TIMEOUT_MAX)
        *ret_why = "body_max or timeout makes no sense";
    else
        return true;
    return false;
}

const mortise_route *routes_row(const struct routes *r, struct route route)
{
    return &r->members[route.member].generation->registered.routes[route.row];
}

static struct str path_of(const struct routes *r, struct route route)
{
    return str_z(routes_row(r, route)->path);
}

/* --- building --- */

/* Puts it in front of the first one that is asked later; else at the end. */
static int add_at(struct route_list *list, uint32_t at, struct route route)
{
    int error = mem_grow((void **)&list->routes, &list->cap,
                         (size_t)list->count + 1, sizeof(list->routes[0]));
    if (error < 0)
        return error;
    memmove(&list->routes[at + 1], &list->routes[at],
            (list->count - at) * sizeof(list->routes[0]));
    list->routes[at] = route;
    list->count++;
    return 0;
}

static int complain(const struct routes *r, struct route route,
                    const struct route *other, struct str reserved,
                    struct buf *why)
{
    const mortise_route *row = routes_row(r, route);
    const struct generation *g = r->members[route.member].generation;
    const char *name = g->name;
    settings_put_place(g, why);
    if (!other) {
        buf_printf(why,
                   "plugin \"%s\": the route %s %s would lie below %.*s, which "
                   "is that of Socket.IO\n",
                   name, row->method, row->path, STR_ARG(reserved));
        return ERR_RESERVED;
    }
    if (other->member == route.member)
        buf_printf(why, "plugin \"%s\" has two routes for %s %s\n", name,
                   row->method, row->path);
    else
        buf_printf(why, "plugins \"%s\" and \"%s\" both have a route %s %s\n",
                   r->members[other->member].generation->name, name,
                   row->method, row->path);
    return ERR_EXIST;
}

static bool below(struct str path, struct str prefix)
{
    return str_starts(path, prefix) &&
           (path.n == prefix.n || path.p[prefix.n] == '/');
}

static int add_row(struct routes *r, struct route route, struct str reserved,
                   struct buf *why)
{
    const mortise_route *row = routes_row(r, route);
    struct str path = str_z(row->path);
    uint32_t at = 0;

    if (is_before(row))
        return add_at(&r->before, r->before.count, route);
    if (is_allow(row))
        return add_at(&r->allow, r->allow.count, route);
    if (reserved.n > 0 && below(path, reserved))
        return complain(r, route, NULL, reserved, why);
    for (uint32_t i = 0; i < r->rows.count; i++) {
        const struct route *other = &r->rows.routes[i];
        if (strcmp(routes_row(r, *other)->method, row->method) == 0 &&
            route_pattern_same(path_of(r, *other), path))
            return complain(r, route, other, reserved, why);
        if (route_pattern_compare(path_of(r, *other), path) <= 0)
            at = i + 1;
    }
    return add_at(&r->rows, at, route);
}

int routes_build(struct routes *r, const struct lineup_member *members,
                 uint32_t count, struct str reserved, struct buf *why)
{
    int first_error = 0;

    *r = (struct routes){.members = members};
    for (uint32_t i = 0; i < count; i++) {
        const struct generation *g = members[i].generation;
        for (uint32_t k = 0; g && k < g->registered.route_count; k++) {
            int error = add_row(r, (struct route){i, k}, reserved, why);
            if (error < 0 && first_error == 0)
                first_error = error;
        }
    }
    if (first_error < 0)
        routes_free(r);
    return first_error;
}

void routes_free(struct routes *r)
{
    mem_free(r->rows.routes);
    mem_free(r->before.routes);
    mem_free(r->allow.routes);
    *r = (struct routes){0};
}

/* --- finding --- */

/* Whether a row of this method answers a request of that one. */
static bool answers(const char *row_method, struct str method)
{
    return str_eq(str_z(row_method), method) ||
           (str_eq(method, STR("HEAD")) && strcmp(row_method, "GET") == 0);
}

const struct route *routes_find(const struct routes *r, struct str method,
                                struct str path, bool *ret_known)
{
    bool reads = str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));

    *ret_known = false;
    for (uint32_t i = 0; i < r->rows.count; i++) {
        const struct route *route = &r->rows.routes[i];
        const mortise_route *row = routes_row(r, *route);
        struct str pattern = str_z(row->path);
        if (!route_pattern_matches(pattern, path))
            continue;
        if (answers(row->method, method))
            return route;
        /* What is open to any path does not hide the files below it. */
        if (!reads || !route_pattern_open(pattern))
            *ret_known = true;
    }
    return NULL;
}

/* Whether the methods so far have this one already. */
static bool listed(const struct buf *out, size_t from, struct str method)
{
    struct str rest = str_of(out->p + from, out->n - from);
    while (rest.p)
        if (str_eq(str_trim(str_cut(&rest, ',')), method))
            return true;
    return false;
}

static void list(struct buf *out, size_t from, const char *method)
{
    if (out->n > from && listed(out, from, str_z(method)))
        return;
    buf_printf(out, "%s%s", out->n > from ? ", " : "", method);
}

void routes_methods(const struct routes *r, struct str path, struct buf *out)
{
    size_t from = out->n;

    for (uint32_t i = 0; i < r->rows.count; i++) {
        const mortise_route *row = routes_row(r, r->rows.routes[i]);
        if (!route_pattern_matches(str_z(row->path), path))
            continue;
        list(out, from, row->method);
        if (strcmp(row->method, "GET") == 0)
            list(out, from, "HEAD");
    }
    list(out, from, "OPTIONS");
}
