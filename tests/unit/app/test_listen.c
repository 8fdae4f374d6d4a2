/* SPDX-License-Identifier: MIT */
/* Listeners come and go, and connections stay. */
#include "app_unit.h"

START_TEST(listeners_come_and_go)
{
    unsigned a = free_port();
    with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", a);
    start(text_1);
    int old = dial(a);
    ck_get(old, HANDSHAKE, "", "200 OK");

    with_port(text_2, "{\"listen\":[\"127.0.0.1:%u\",\"localhost:0\"]}", a);
    change(text_2);
    ck_assert(str_starts(str_z(shown), STR("listening on http://localhost:")));
    unsigned b = shown_port();
    int young = dial(b);
    ck_get(young, HANDSHAKE, "", "200 OK");
    ck_get(old, HANDSHAKE, "", "200 OK");

    /* The same texts are the same listeners, port 0 too. */
    with_port(text_2, "{\"listen\":[\"localhost:0\",\"127.0.0.1:%u\"]}", a);
    change(text_2);
    ck_assert_str_eq(shown, "");
    int third = dial(b);
    ck_get(third, HANDSHAKE, "", "200 OK");

    logged[0] = '\0';
    change("{\"listen\":\"localhost:0\"}");
    ck_assert_str_eq(shown, "");
    ck_assert_ptr_nonnull(strstr(logged, "not listening on 127.0.0.1:"));
    ck_assert_int_eq(dial(a), -1);
    ck_get(old, HANDSHAKE, "", "200 OK");
    ck_get(young, HANDSHAKE, "", "200 OK");
    close(old);
    close(young);
    close(third);
}
END_TEST

START_TEST(from_one_address_to_all)
{
    unsigned port = free_port();
    with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", port);
    start(text_1);
    int old = dial(port);
    ck_get(old, HANDSHAKE, "", "200 OK");
    /* Who has connected, and was not accepted yet, is not sent away. */
    int waiting = dial(port);
    change(with_port(text_2, "{\"listen\":\"0.0.0.0:%u\"}", port));
    int young = dial(port);
    ck_get(old, HANDSHAKE, "", "200 OK");
    ck_get(waiting, HANDSHAKE, "", "200 OK");
    ck_get(young, HANDSHAKE, "", "200 OK");
    change(text_1);
    int last = dial(port);
    ck_get(last, HANDSHAKE, "", "200 OK");
    close(old);
    close(waiting);
    close(young);
    close(last);
}
END_TEST

START_TEST(an_address_in_use)
{
    unsigned mine = free_port(), other = free_port(), free_one = free_port();
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)other),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(listen(fd, 1), 0);
    start(with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", mine));
    snprintf(text_2, sizeof(text_2),
             "{\"listen\":[\"127.0.0.1:%u\",\"127.0.0.1:%u\"],"
             "\"pingInterval\":777}",
             free_one, other);
    refuse(text_2, "Address already in use\n");
    /* And nothing else has changed. */
    ck_assert_int_eq(dial(free_one), -1);
    int client = dial(mine);
    ck_get(client, HANDSHAKE, "", "\"pingInterval\":25000");
    close(client);
    close(fd);
}
END_TEST

START_TEST(what_is_prepared_can_be_given_up)
{
    unsigned mine = free_port(), more = free_port();
    struct app_change *c;
    struct config *after;

    start(with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", mine));
    with_port(text_2, "{\"listen\":\"127.0.0.1:%u\",\"pingInterval\":777}",
              more);
    ck_assert_int_eq(prepare(text_2, &after, &c), 0);
    /* A client may come already; nobody accepts it. */
    int early = dial(more);
    int client = dial(mine);
    ck_get(client, HANDSHAKE, "", "\"pingInterval\":25000");
    app_change_abandon(c);
    config_free(after);
    ck_assert_int_eq(dial(more), -1);
    ck_get(client, HANDSHAKE, "", "\"pingInterval\":25000");
    app_change_abandon(NULL);
    close(early);
    close(client);
}
END_TEST

START_TEST(those_of_the_command_line_stay)
{
    unsigned port = free_port();
    struct app_change *c;

    start(with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", port));
    struct config *after = parse("{\"listen\":\":0\",\"pingInterval\":777}");
    ck_assert_int_eq(app_change_prepare(app, after, true, &c, &why), 0);
    begin_to_look();
    app_change_commit(c);
    end_to_look();
    config = after;
    ck_assert_str_eq(shown, "");
    int client = dial(port);
    ck_get(client, HANDSHAKE, "", "\"pingInterval\":777");
    close(client);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listen");
    TCase *tc = tcase_create("listen");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, listeners_come_and_go);
    tcase_add_test(tc, from_one_address_to_all);
    tcase_add_test(tc, an_address_in_use);
    tcase_add_test(tc, what_is_prepared_can_be_given_up);
    tcase_add_test(tc, those_of_the_command_line_stay);
    return unit_main(suite);
}
