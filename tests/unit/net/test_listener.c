/* SPDX-License-Identifier: MIT */
#include "net_unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "net/listener.h"

#define MANY 200

static struct loop *loop;
static struct listener *listener;
static struct buf text;
static long live;
static int accepted[MANY];
static unsigned count;
static char peer[64];
static bool free_in_callback;

static void on_accepted(void *user, int fd, struct str address)
{
    ck_assert_ptr_eq(user, &count);
    ck_assert_uint_lt(count, MANY);
    ck_assert_uint_lt(address.n, sizeof(peer));
    memcpy(peer, address.p, address.n);
    peer[address.n] = '\0';
    accepted[count++] = fd;
    if (!free_in_callback)
        return;
    listener_free(listener);
    listener = NULL;
}

static const struct listener_events events = {.accepted = on_accepted};

static void setup(void)
{
    live = mem_live();
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
    buf_init(&text, 1000);
}

static void teardown(void)
{
    listener_free(listener);
    for (unsigned i = 0; i < count; i++)
        close(accepted[i]);
    buf_free(&text);
    loop_free(loop);
    ck_assert_int_eq(mem_live(), live);
}

static int open_listener(const char *address)
{
    return listener_new(loop, str_z(address), &events, &count, &listener,
                        &text);
}

static int try_connect(int family, unsigned port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_port = htons((uint16_t)port),
                              .sin6_addr = in6addr_loopback};
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        return -1;
    int result = family == AF_INET
                     ? connect(fd, (struct sockaddr *)&v4, sizeof(v4))
                     : connect(fd, (struct sockaddr *)&v6, sizeof(v6));
    if (result == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static bool has_ipv6(void)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_addr = in6addr_loopback};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool result = fd >= 0 && bind(fd, (struct sockaddr *)&v6, sizeof(v6)) == 0;
    close(fd);
    return result;
}

START_TEST(a_connection_is_accepted)
{
    int on = 0;
    socklen_t n = sizeof(on);
    ck_assert_int_eq(open_listener("127.0.0.1:0"), 0);
    ck_assert_uint_ne(listener_port(listener), 0);
    int fd = try_connect(AF_INET, listener_port(listener));
    ck_assert_int_ge(fd, 0);
    TURN_UNTIL(loop, count == 1);
    ck_assert_str_eq(peer, "127.0.0.1");
    ck_assert_int_ne(fcntl(accepted[0], F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(accepted[0], F_GETFD) & FD_CLOEXEC, 0);
    ck_assert_int_eq(getsockopt(accepted[0], IPPROTO_TCP, TCP_NODELAY, &on, &n),
                     0);
    ck_assert_int_ne(on, 0);
    on = 0;
    ck_assert_int_eq(getsockopt(accepted[0], SOL_SOCKET, SO_KEEPALIVE, &on, &n),
                     0);
    ck_assert_int_ne(on, 0);
    ck_assert_int_eq(
        getsockopt(accepted[0], IPPROTO_TCP, TCP_KEEPIDLE, &on, &n), 0);
    ck_assert_int_eq(on, 60);
    close(fd);
}
END_TEST

START_TEST(many_connections_are_accepted)
{
    int fds[MANY];
    ck_assert_int_eq(open_listener("127.0.0.1:0"), 0);
    for (int i = 0; i < MANY; i++) {
        fds[i] = try_connect(AF_INET, listener_port(listener));
        ck_assert_int_ge(fds[i], 0);
    }
    TURN_UNTIL(loop, count == MANY);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
}
END_TEST

START_TEST(no_host_means_every_address)
{
    ck_assert_int_eq(open_listener(":0"), 0);
    int v4 = try_connect(AF_INET, listener_port(listener));
    ck_assert_int_ge(v4, 0);
    TURN_UNTIL(loop, count == 1);
    ck_assert_str_eq(peer, "127.0.0.1");
    close(v4);
    if (!has_ipv6())
        return;
    int v6 = try_connect(AF_INET6, listener_port(listener));
    ck_assert_int_ge(v6, 0);
    TURN_UNTIL(loop, count == 2);
    ck_assert_str_eq(peer, "::1");
    close(v6);
}
END_TEST

START_TEST(an_ipv6_address_has_brackets)
{
    if (!has_ipv6())
        return;
    ck_assert_int_eq(open_listener("[::1]:0"), 0);
    int fd = try_connect(AF_INET6, listener_port(listener));
    ck_assert_int_ge(fd, 0);
    TURN_UNTIL(loop, count == 1);
    ck_assert_str_eq(peer, "::1");
    close(fd);
}
END_TEST

static const struct {
    const char *address;
    const char *begin;
} urls[] = {
    {"127.0.0.1:0", "http://127.0.0.1:"}, {":0", "http://localhost:"},
    {"0.0.0.0:0", "http://localhost:"},   {"localhost:0", "http://localhost:"},
    {"[::1]:0", "http://[::1]:"},         {"[::]:0", "http://localhost:"},
};

START_TEST(the_url_can_be_typed)
{
    char port[16];
    if (strchr(urls[_i].address, '[') && !has_ipv6())
        return;
    ck_assert_int_eq(open_listener(urls[_i].address), 0);
    listener_url(listener, &text);
    snprintf(port, sizeof(port), "%u", listener_port(listener));
    ck_assert(str_starts(buf_str(&text), str_z(urls[_i].begin)));
    ck_assert(str_ends(buf_str(&text), str_z(port)));
    ck_assert_uint_eq(text.n, strlen(urls[_i].begin) + strlen(port));
}
END_TEST

static const char *const malformed[] = {
    "",        "3000",     "localhost", "localhost:", "host:http", "host:65536",
    "host:-1", "::1:3000", "host:+80",  "a:b:80",     "host: 80",  "[::1]",
};

START_TEST(malformed_addresses_are_refused)
{
    ck_assert_int_eq(open_listener(malformed[_i]), ERR_SYNTAX);
    ck_assert_ptr_null(listener);
    ck_assert(str_starts(buf_str(&text), STR("cannot listen on \"")));
}
END_TEST

START_TEST(a_host_may_not_be_longer_than_a_name)
{
    char address[400];
    memset(address, 'a', sizeof(address));
    memcpy(address + 300, ":80", sizeof(":80"));
    ck_assert_int_eq(open_listener(address), ERR_SYNTAX);
}
END_TEST

START_TEST(a_port_in_use_is_an_error)
{
    char address[64];
    struct listener *first;
    ck_assert_int_eq(open_listener("127.0.0.1:0"), 0);
    first = listener;
    listener = NULL;
    snprintf(address, sizeof(address), "127.0.0.1:%u", listener_port(first));
    ck_assert_int_eq(open_listener(address), ERR_IO);
    ck_assert_ptr_null(listener);
    ck_assert(str_ends(buf_str(&text), STR("Address already in use")));
    /* And it is free again as soon as the first one is gone. */
    listener_free(first);
    ck_assert_int_eq(open_listener(address), 0);
}
END_TEST

START_TEST(a_listener_may_be_freed_while_accepting)
{
    ck_assert_int_eq(open_listener("127.0.0.1:0"), 0);
    unsigned port = listener_port(listener);
    int a = try_connect(AF_INET, port);
    int b = try_connect(AF_INET, port);
    free_in_callback = true;
    TURN_UNTIL(loop, count == 1);
    settle(loop);
    ck_assert_uint_eq(count, 1);
    close(a);
    close(b);
}
END_TEST

/* The loop must not spin then. */
START_TEST(descriptors_may_run_out)
{
    struct rlimit before, none;
    char byte;
    ck_assert_int_eq(open_listener("127.0.0.1:0"), 0);
    int a = try_connect(AF_INET, listener_port(listener));
    int b = try_connect(AF_INET, listener_port(listener));
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)b; /* the next one would be higher */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);

    int watched = events_added(loop);
    TURN_UNTIL(loop, loop->timers.count == 1);
    /* Not looked at until the timer fires. */
    ck_assert_int_eq(events_added(loop), watched - 1);
    TURN_UNTIL(loop, recv(a, &byte, 1, MSG_DONTWAIT) == 0);
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    int c = try_connect(AF_INET, listener_port(listener));
    TURN_UNTIL(loop, count >= 1);
    ck_assert_uint_eq(loop->timers.count, 0);
    close(a);
    close(b);
    close(c);
}
END_TEST

START_TEST(memory_may_run_out)
{
    int failures = 0;
    int result;
    do {
        buf_clear(&text);
        mem_fail_after(failures);
        result = open_listener("127.0.0.1:0");
        mem_fail_after(-1);
        if (result == 0)
            break;
        ck_assert_int_eq(result, ERR_NOMEM);
        failures++;
    } while (failures < 100);
    ck_assert_int_eq(result, 0);
    ck_assert_int_gt(failures, 0);
}
END_TEST

START_TEST(clients_wait_until_it_is_started)
{
    int watched = events_added(loop);
    ck_assert_int_eq(listener_open(loop, STR("127.0.0.1:0"), false, &events,
                                   &count, &listener, &text),
                     0);
    int a = try_connect(AF_INET, listener_port(listener));
    ck_assert_int_ge(a, 0);
    ck_assert_int_eq(events_added(loop), watched);
    settle(loop);
    ck_assert_uint_eq(count, 0);
    listener_start(listener);
    ck_assert_int_eq(events_added(loop), watched + 1);
    TURN_UNTIL(loop, count == 1);
    ck_assert_uint_eq(loop->timers.count, 0);
    close(a);
}
END_TEST

START_TEST(one_that_was_never_started_may_be_freed)
{
    char byte;
    ck_assert_int_eq(listener_open(loop, STR("127.0.0.1:0"), false, &events,
                                   &count, &listener, &text),
                     0);
    int a = try_connect(AF_INET, listener_port(listener));
    listener_free(listener);
    listener = NULL;
    TURN_UNTIL(loop, recv(a, &byte, 1, MSG_DONTWAIT) < 0 &&
                         (errno == ECONNRESET || errno == ECONNREFUSED));
    ck_assert_uint_eq(count, 0);
    close(a);
}
END_TEST

START_TEST(it_remembers_its_address)
{
    ck_assert_int_eq(open_listener("127.0.0.1:0"), 0);
    ck_assert(str_eq(listener_address(listener), STR("127.0.0.1:0")));
}
END_TEST

/* From one address to all of them on the same port, and nobody is refused. */
START_TEST(a_successor_may_share_the_port)
{
    char address[64];
    ck_assert_int_eq(open_listener("127.0.0.1:0"), 0);
    struct listener *old = listener;
    unsigned port = listener_port(old);
    listener = NULL;
    snprintf(address, sizeof(address), "0.0.0.0:%u", port);
    ck_assert_int_eq(listener_open(loop, str_z(address), true, &events, &count,
                                   &listener, &text),
                     ERR_IO);
    listener_share(old, true);
    ck_assert_int_eq(open_listener(address), ERR_IO);
    ck_assert_int_eq(listener_open(loop, str_z(address), true, &events, &count,
                                   &listener, &text),
                     0);
    listener_share(old, false);
    int a = try_connect(AF_INET, port);
    TURN_UNTIL(loop, count == 1);
    listener_free(old);
    listener_start(listener);
    int b = try_connect(AF_INET, port);
    TURN_UNTIL(loop, count == 2);
    /* The successor does not share what it has. */
    struct listener *third = NULL;
    ck_assert_int_eq(
        listener_new(loop, str_z(address), &events, &count, &third, &text),
        ERR_IO);
    close(a);
    close(b);
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
    listener_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listener");
    TCase *tc = tcase_create("listener");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_connection_is_accepted);
    tcase_add_test(tc, many_connections_are_accepted);
    tcase_add_test(tc, no_host_means_every_address);
    tcase_add_test(tc, an_ipv6_address_has_brackets);
    tcase_add_loop_test(tc, the_url_can_be_typed, 0,
                        sizeof(urls) / sizeof(*urls));
    tcase_add_loop_test(tc, malformed_addresses_are_refused, 0,
                        sizeof(malformed) / sizeof(*malformed));
    tcase_add_test(tc, a_host_may_not_be_longer_than_a_name);
    tcase_add_test(tc, a_port_in_use_is_an_error);
    tcase_add_test(tc, a_listener_may_be_freed_while_accepting);
    tcase_add_test(tc, descriptors_may_run_out);
    tcase_add_test(tc, memory_may_run_out);
    tcase_add_test(tc, clients_wait_until_it_is_started);
    tcase_add_test(tc, one_that_was_never_started_may_be_freed);
    tcase_add_test(tc, it_remembers_its_address);
    tcase_add_test(tc, a_successor_may_share_the_port);
    tcase_add_test(tc, freeing_nothing_is_fine);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
