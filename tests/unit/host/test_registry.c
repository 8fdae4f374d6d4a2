/* SPDX-License-Identifier: MIT */
/* Who handles what, built from tables that no plugin had to be loaded for. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/host.h"

static void on_event(mortise_socket from, const mortise_event *event)
{
}

#define ROWS_MAX 8

static struct lineup_member members[3];
static struct generation generations[3];
static mortise_handler rows[3][ROWS_MAX];
static struct registry *registry;
static struct buf why;

/* A plugin in a place of the configuration, without any rows. */
static void plugin(uint32_t place, const char *name, char *name_space)
{
    struct generation *g = &generations[place];
    *g = (struct generation){.number = 1, .handlers = {rows[place], 0}};
    memcpy(g->name, name, strlen(name) + 1);
    g->name_space = name_space;
    members[place] = (struct lineup_member){.generation = g};
}

static void row(uint32_t place, const char *name, const char *name_space)
{
    struct plugin_rows *r = &generations[place].handlers;
    ck_assert_uint_lt(r->count, ROWS_MAX);
    rows[place][r->count++] = (mortise_handler){
        .name = name, .call = on_event, .name_space = name_space};
}

static char root[] = "/", chat[] = "/chat", comma[] = "/a,b";

static void setup(void)
{
    memset(members, 0, sizeof(members));
    buf_init(&why, 65536);
    plugin(0, "first", root);
    plugin(1, "second", chat);
    plugin(2, "third", root);
}

static void teardown(void)
{
    registry_free(registry);
    registry = NULL;
    buf_free(&why);
    ck_assert_int_eq(mem_live(), 0);
}

static void build(void)
{
    int error = registry_build(members, 3, &registry, &why);
    ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&why)));
    ck_assert_uint_eq(why.n, 0);
}

/* Asserts that it is refused, and why. */
static void refused(int expected, const char *text)
{
    ck_assert_int_eq(registry_build(members, 3, &registry, &why), expected);
    ck_assert_ptr_null(registry);
    ck_assert_msg(str_eq(buf_str(&why), str_z(text)), "%.*s",
                  STR_ARG(buf_str(&why)));
    buf_clear(&why);
}

static const struct host_namespace *name_space(const char *name)
{
    for (uint32_t i = 0; i < registry->count; i++)
        if (strcmp(registry->namespaces[i]->name, name) == 0)
            return registry->namespaces[i];
    return NULL;
}

static void ck_route(const struct route *route, uint32_t slot, uint32_t number)
{
    ck_assert_ptr_nonnull(route);
    ck_assert_uint_eq(route->member, slot);
    ck_assert_uint_eq(route->row, number);
}

START_TEST(nothing)
{
    build();
    ck_assert_uint_eq(registry->count, 0);
    registry_free(NULL);
}
END_TEST

START_TEST(events)
{
    row(0, "a", NULL);
    row(0, "b", NULL);
    row(0, "", NULL); /* the reference server allows it */
    row(1, "a", NULL);
    row(2, "c", "/chat");
    row(2, "d", "/new");
    build();
    ck_assert_uint_eq(registry->count, 3);
    ck_route(registry_event(name_space("/"), STR("a")), 0, 0);
    ck_route(registry_event(name_space("/"), STR("b")), 0, 1);
    ck_route(registry_event(name_space("/"), STR("")), 0, 2);
    ck_route(registry_event(name_space("/chat"), STR("a")), 1, 0);
    ck_route(registry_event(name_space("/chat"), STR("c")), 2, 0);
    ck_route(registry_event(name_space("/new"), STR("d")), 2, 1);
    ck_assert_ptr_null(registry_event(name_space("/"), STR("c")));
    ck_assert_ptr_null(registry_event(name_space("/"), STR("A")));
    ck_assert_ptr_null(registry_event(name_space("/"), STR("a\0")));
    ck_assert_ptr_null(registry_event(name_space("/new"), STR("a")));
}
END_TEST

START_TEST(names_are_copied)
{
    char name[] = "event";
    row(0, name, NULL);
    build();
    memset(name, 'x', 5);
    ck_route(registry_event(name_space("/"), STR("event")), 0, 0);
}
END_TEST

START_TEST(moments_in_order)
{
    row(2, MORTISE_CONNECT, NULL);
    row(0, MORTISE_CONNECT, NULL);
    row(0, "a", NULL);
    row(0, MORTISE_CONNECT, NULL); /* once more */
    row(1, MORTISE_CONNECT, "/");
    row(1, MORTISE_CONNECT, NULL);
    row(1, MORTISE_ANY, NULL);
    build();
    const struct route_list *list = &name_space("/")->moments[MOMENT_CONNECT];
    ck_assert_uint_eq(list->count, 4);
    ck_route(&list->routes[0], 0, 0);
    ck_route(&list->routes[1], 0, 2);
    ck_route(&list->routes[2], 1, 0);
    ck_route(&list->routes[3], 2, 0);
    list = &name_space("/chat")->moments[MOMENT_CONNECT];
    ck_assert_uint_eq(list->count, 1);
    ck_route(&list->routes[0], 1, 1);
    ck_assert_uint_eq(name_space("/chat")->moments[MOMENT_ANY].count, 1);
    ck_assert_uint_eq(name_space("/")->moments[MOMENT_ANY].count, 0);
    /* And a moment is not an event that a client could send. */
    ck_assert_ptr_null(registry_event(name_space("/"), str_z(MORTISE_CONNECT)));
}
END_TEST

START_TEST(all_moments)
{
    static const char *const names[] = {
        [MOMENT_CONNECTING] = MORTISE_CONNECTING,
        [MOMENT_CONNECT] = MORTISE_CONNECT,
        [MOMENT_DISCONNECTING] = MORTISE_DISCONNECTING,
        [MOMENT_DISCONNECT] = MORTISE_DISCONNECT,
        [MOMENT_USE] = MORTISE_USE,
        [MOMENT_ANY] = MORTISE_ANY,
        [MOMENT_OUTGOING] = MORTISE_OUTGOING,
        [MOMENT_DRAIN] = MORTISE_DRAIN,
    };
    ck_assert_uint_eq(sizeof(names) / sizeof(names[0]), MOMENT_COUNT);
    for (int m = 0; m < MOMENT_COUNT; m++)
        row(0, names[m], NULL);
    build();
    for (int m = 0; m < MOMENT_COUNT; m++) {
        ck_assert_uint_eq(name_space("/")->moments[m].count, 1);
        ck_route(&name_space("/")->moments[m].routes[0], 0, (uint32_t)m);
    }
}
END_TEST

START_TEST(members_without_a_build)
{
    members[0].generation = NULL;
    row(2, "a", NULL);
    build();
    ck_route(registry_event(name_space("/"), STR("a")), 2, 0);
}
END_TEST

START_TEST(conflicts)
{
    row(0, "a", NULL);
    row(1, "a", "/");
    row(2, "a", NULL);
    refused(ERR_EXIST,
            "plugins \"first\" and \"second\" both handle \"a\" in namespace "
            "/; give one of them another namespace\n"
            "plugins \"first\" and \"third\" both handle \"a\" in namespace "
            "/; give one of them another namespace\n");
}
END_TEST

START_TEST(conflict_with_itself)
{
    row(1, "a", "/chat");
    row(1, "a", NULL);
    refused(ERR_EXIST, "plugin \"second\" has two handlers for \"a\" in "
                       "namespace /chat\n");
}
END_TEST

START_TEST(reserved_names)
{
    static const char *const names[] = {"connect",     "connect_error",
                                        "disconnect",  "disconnecting",
                                        "newListener", "removeListener"};
    char expected[256];
    row(0, names[_i], NULL);
    snprintf(expected, sizeof(expected),
             "plugin \"first\": \"%s\" is a reserved name; for the moments of "
             "a socket there are MORTISE_CONNECT and its like\n",
             names[_i]);
    refused(ERR_RESERVED, expected);
}
END_TEST

START_TEST(names_that_cannot_be)
{
    row(0,
        "\xff"
        "conect",
        NULL); /* no such moment */
    row(2, "f\xfcr", NULL);
    row(2, "\xff\xfe", NULL);
    refused(ERR_INVAL,
            "plugin \"first\": \"conect\" is no moment that this server "
            "knows\n"
            "plugin \"third\": row 0 has a name that is not UTF-8\n"
            "plugin \"third\": row 1 has a name that is not UTF-8\n");
}
END_TEST

START_TEST(name_spaces_that_cannot_be)
{
    static const char *const names[] = {"",     "chat",  "/a,b",
                                        "/a?b", "/\xff", "/a**"};
    char expected[256];
    row(0, "a", names[_i]);
    snprintf(
        expected, sizeof(expected),
        "plugin \"first\": row 0: \"%s\" cannot be a namespace: it has "
        "to begin with \"/\", have neither \",\" nor \"?\" nor \"**\", and "
        "be short\n",
        _i == 4 ? "?" : names[_i]);
    refused(ERR_INVAL, expected);
}
END_TEST

START_TEST(name_space_of_the_configuration)
{
    plugin(1, "second", comma);
    row(1, "a", "/fine");
    build();
    registry_free(registry);
    registry = NULL;
    row(1, "a", NULL);
    ck_assert_int_eq(registry_build(members, 3, &registry, &why), ERR_INVAL);
}
END_TEST

START_TEST(long_name_spaces)
{
    char name[300];
    memset(name, 'n', sizeof(name));
    name[0] = '/';
    name[256] = '\0';
    row(0, "a", name);
    build();
    ck_route(registry_event(name_space(name), STR("a")), 0, 0);
    registry_free(registry);
    registry = NULL;
    name[256] = 'n';
    name[257] = '\0';
    ck_assert_int_eq(registry_build(members, 3, &registry, &why), ERR_INVAL);
}
END_TEST

static void ck_found(const char *name, const char *expected)
{
    const struct host_namespace *n = registry_find(registry, str_z(name));
    ck_assert_msg((n == NULL) == (expected == NULL), "%s", name);
    if (n)
        ck_assert_str_eq(n->name, expected);
}

/* Exact names count first; of patterns the one that says most in front. */
START_TEST(patterns)
{
    row(0, "a", "/*");
    row(0, "a", "/match-*");
    row(1, "a", "/match-*-final");
    row(1, "a", "/match-9*");
    row(1, "b", "/match-*"); /* one more event of the same */
    row(2, "a", "/match-final");
    build();
    ck_assert_uint_eq(registry->count, 5);
    ck_found("/match-1", "/match-*");
    ck_found("/match-final", "/match-final");
    ck_found("/match-91", "/match-9*");
    ck_found("/match-9", "/match-*");
    ck_found("/other", "/*");
    ck_found("/match-1/x", NULL);
    ck_found("/", NULL);
    ck_found("", NULL);
    ck_route(registry_event(registry_find(registry, STR("/match-1")), STR("b")),
             1, 2);
    ck_assert(registry_find(registry, STR("/match-1"))->pattern);
    ck_assert(!registry_find(registry, STR("/match-final"))->pattern);
}
END_TEST

/* With as much in front, the first of the configuration. */
START_TEST(patterns_that_say_as_much)
{
    row(_i == 0 ? 2 : 0, "a", "/match-*-x*");
    row(1, "a", "/match-*-*x");
    build();
    ck_found("/match-1-xx", _i == 0 ? "/match-*-*x" : "/match-*-x*");
}
END_TEST

/* Nobody joins what only looks like a pattern. */
START_TEST(a_pattern_is_no_name)
{
    row(0, "a", "/match-*");
    row(0, "a", "/all*");
    build();
    ck_found("/match-*", NULL);
    ck_found("/all**", NULL);
    ck_found("/all1", "/all*");
}
END_TEST

START_TEST(everywhere)
{
    row(0, MORTISE_CONNECTING, MORTISE_EVERYWHERE);
    row(0, "who", MORTISE_EVERYWHERE);
    row(1, MORTISE_CONNECTING, NULL);
    row(2, "a", NULL);
    row(2, "b", "/match-*");
    build();
    ck_assert_uint_eq(registry->count, 3); /* it opens none */
    static const char *const names[] = {"/", "/chat", "/match-*"};
    for (int i = 0; i < 3; i++) {
        const struct host_namespace *n = name_space(names[i]);
        ck_route(registry_event(n, STR("who")), 0, 1);
        ck_route(&n->moments[MOMENT_CONNECTING].routes[0], 0, 0);
    }
    ck_route(&name_space("/chat")->moments[MOMENT_CONNECTING].routes[1], 1, 0);
    ck_assert_ptr_null(registry_find(registry, STR("/other")));
    registry_free(registry);
    registry = NULL;
    row(1, "who", NULL);
    refused(ERR_EXIST,
            "plugins \"first\" and \"second\" both handle \"who\" in "
            "namespace /chat; give one of them another namespace\n");
}
END_TEST

START_TEST(no_memory)
{
    row(0, "a", NULL);
    row(0, MORTISE_CONNECT, NULL);
    row(1, "a", NULL);
    row(2, "b", "/new");
    for (long n = 0;; n++) {
        mem_fail_after(n);
        int error = registry_build(members, 3, &registry, &why);
        mem_fail_after(-1);
        buf_free(&why);
        if (error == 0)
            break;
        ck_assert_int_eq(error, ERR_NOMEM);
        ck_assert_int_eq(mem_live(), 0);
        ck_assert_int_lt(n, 100);
    }
    ck_assert_uint_eq(registry->count, 3);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/registry");
    TCase *t = tcase_create("registry");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, nothing);
    tcase_add_test(t, events);
    tcase_add_test(t, names_are_copied);
    tcase_add_test(t, moments_in_order);
    tcase_add_test(t, all_moments);
    tcase_add_test(t, members_without_a_build);
    tcase_add_test(t, conflicts);
    tcase_add_test(t, conflict_with_itself);
    tcase_add_loop_test(t, reserved_names, 0, 6);
    tcase_add_test(t, names_that_cannot_be);
    tcase_add_loop_test(t, name_spaces_that_cannot_be, 0, 6);
    tcase_add_test(t, name_space_of_the_configuration);
    tcase_add_test(t, long_name_spaces);
    tcase_add_test(t, patterns);
    tcase_add_loop_test(t, patterns_that_say_as_much, 0, 2);
    tcase_add_test(t, a_pattern_is_no_name);
    tcase_add_test(t, everywhere);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
