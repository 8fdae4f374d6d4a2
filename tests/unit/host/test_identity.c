/* SPDX-License-Identifier: MIT */
/* Who somebody is: sockets, requests, expiry, being thrown out. */
#include "http_stage.h"

#define WHO "{\"name\":\"who\"}"

static uint32_t known(void)
{
    return stage.host->identities.sockets.count;
}

/* Joins as this user; packets seen. */
static struct eio_session *join_as(const char *auth)
{
    char text[256];
    snprintf(text, sizeof(text), "0{\"user\":\"%s\"}", auth);
    struct eio_session *a = stage_open(text);
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_forget();
    return a;
}

START_TEST(from_the_beginning)
{
    ck_assert_int_eq(stage_try(WHO), 0);
    ck_assert(str_starts(str_z(stage.journal), STR("who#1: staged -9 -9\n")));
    stage_forget();
    struct eio_session *a = stage_open("0{\"user\":\"ann\"}");
    stage_expect("who#1: connecting 0, ann\nwho#1: connect ann\n");
    fake_skip(a);
    fake_text(a, "2[\"tell\",\"ann\"]");
    fake_expect(a, "42[\"told\",\"ann\"]");
    stage_expect("who#1: told 1 of 1, others 0\n");
    fake_end(a, EIO_TRANSPORT_CLOSE);
    stage_expect("who#1: disconnect ann\n");
    ck_assert_uint_eq(known(), 0);
    ck_assert_uint_eq(stage.host->identities.users.count, 0);
    stage_stop();
}
END_TEST

/* Those who never join leave nothing behind. */
START_TEST(refused)
{
    stage_start(WHO);
    stage_open("0{\"user\":\"ann\",\"refuse\":1}");
    ck_assert_uint_eq(known(), 0);
    stage_stop();
}
END_TEST

START_TEST(later_and_again)
{
    stage_start(WHO);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"sign\",{\"user\":\"ann\",\"roles\":[\"x\",\"admin\"],"
                 "\"lasts\":60000}]");
    stage_expect("who#1: sign 0, ann, admin 1, expires 1\n");
    fake_text(a, "2[\"sign\",{\"user\":\"bob\"}]");
    stage_expect("who#1: sign 0, bob, admin 0, expires 0\n");
    fake_text(a, "2[\"tell\",\"ann\"]");
    stage_expect("who#1: told 0 of 0, others 1\n");
    fake_text(a, "2[\"sign\",{\"user\":\"bob\",\"roles\":[\"admin\"]}]");
    stage_expect("who#1: sign 0, bob, admin 1, expires 0\n");
    fake_text(a, "2[\"tell\",\"bob\"]");
    stage_expect("who#1: told 1 of 1, others 0\n");
    fake_text(a, "2[\"sign\"]");
    stage_expect("who#1: sign 0, (none), admin 0, expires 0\n");
    fake_text(a, "2[\"tell\",\"bob\"]");
    stage_expect("who#1: told 0 of 0, others 1\n");
    ck_assert_int_eq(timers_wait(&stage.timers), -1);
    stage_stop();
}
END_TEST

START_TEST(wrong)
{
    static const struct {
        const char *who, *why;
    } bad[] = {
        {"{}", "its user is missing, too long or not UTF-8"},
        {"{\"user\":\"\"}", "its user is missing, too long or not UTF-8"},
        {"{\"user\":\"a\",\"lasts\":-1}", "it has expired already"},
        {"{\"user\":\"a\",\"flags\":2}", "it has flags that are none"},
        {"{\"user\":\"a\",\"roles\":[\"\"]}",
         "one of its roles is missing, too long or not UTF-8"},
    };
    char text[512];

    stage_start(WHO);
    struct eio_session *a = join_as("ann");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(text, sizeof(text), "2[\"sign\",%s]", bad[i].who);
        fake_text(a, text);
        snprintf(text, sizeof(text),
                 "who#1: mortise_identify: %s\n"
                 "who#1: sign -2, ann, admin 0, expires 0\n",
                 bad[i].why);
        stage_expect(text);
    }
    snprintf(text, sizeof(text), "2[\"sign\",{\"user\":\"%0201d\"}]", 0);
    fake_text(a, text);
    stage_expect("who#1: mortise_identify: its user is missing, too long or "
                 "not UTF-8\n"
                 "who#1: sign -2, ann, admin 0, expires 0\n");
    fake_text(a, "2[\"stale\"]");
    stage_expect("who#1: mortise_identify: its size has to be "
                 "sizeof(mortise_identity)\n"
                 "who#1: stale -4 -2 -4 0 0\n");
    /* No user is not everybody. */
    fake_text(a, "2[\"tell\",null]");
    stage_expect("who#1: told 0 of 0, others 1\n");
    stage_stop();
}
END_TEST

/* Limits of the stage: 3 rooms a socket. */
START_TEST(too_many_rooms)
{
    stage_start(WHO);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"join\",\"a\"]");
    fake_text(a, "2[\"join\",\"b\"]");
    fake_text(a, "2[\"join\",\"c\"]");
    stage_forget();
    fake_text(a, "2[\"sign\",{\"user\":\"ann\",\"lasts\":1000}]");
    stage_expect("who#1: mortise_identify: a limit was reached\n"
                 "who#1: sign -3, (none), admin 0, expires 0\n");
    ck_assert_uint_eq(stage.host->identities.users.count, 0);
    ck_assert_int_eq(timers_wait(&stage.timers), -1);
    stage_stop();
}
END_TEST

START_TEST(expires)
{
    stage_start(WHO);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "2[\"sign\",{\"user\":\"ann\",\"lasts\":60000}]");
    fake_text(b, "2[\"sign\",{\"user\":\"ann\",\"lasts\":60000,\"flags\":1}]");
    stage_forget();
    stage_advance(59000);
    stage_expect("");
    stage_advance(2000);
    stage_expect("who#1: disconnect ann\n");
    fake_expect(a, "41");
    fake_expect_nothing(b);
    fake_text(b, "2[\"tell\",\"ann\"]");
    stage_expect("who#1: told 0 of 0, others 1\n");
    ck_assert_uint_eq(known(), 0);
    stage_stop();
}
END_TEST

START_TEST(revoked)
{
    stage_start(WHO);
    struct eio_session *a = join_as("ann"), *b = join_as("ann");
    struct eio_session *c = join_as("bob");
    fake_text(c, "2[\"revoke\",\"nobody\"]");
    stage_expect("who#1: revoke 0 0, left 0\n");
    fake_text(c, "2[\"revoke\",\"ann\"]");
    stage_expect("who#1: revoke 2 0, left 0\n"
                 "who#1: disconnect ann\nwho#1: disconnect ann\n");
    ck_assert(fake_is_closing(a) && fake_is_closing(b));
    ck_assert(fake_is_open(c) && !fake_is_closing(c));
    ck_assert_uint_eq(known(), 1);
    fake_text(c, "2[\"revoke\",\"bob\"]");
    stage_expect("who#1: revoke 1 0, left 0\nwho#1: disconnect bob\n");
    stage_stop();
}
END_TEST

#define ME(more) "GET /me" more " HTTP/1.1\r\n" HOST "X-User: ann\r\n\r\n"
#define JSON(length, text)                                                     \
    OK_HEAD "Content-Type: application/json\r\nContent-Length: " length        \
            "\r\n\r\n" text
#define NOBODY JSON("42", "{\"user\":null,\"writer\":false,\"admin\":false}")

START_TEST(requests)
{
    web_start(WHO);
    ck_assert_str_eq(
        web_ask(ME(""))->text,
        JSON("42", "{\"user\":\"ann\",\"writer\":true,\"admin\":false}"));
    ck_assert_str_eq(web_ask(ME("?twice=1"))->text, NOBODY);
    ck_assert_str_eq(web_ask(GET("/me"))->text, NOBODY);
    /* Revoked while it waits. */
    struct eio_session *a = stage_join();
    int fd = connect_client();
    send_text(fd, ME("?hold=1"));
    ck_open(receive(fd), "");
    fake_text(a, "2[\"revoke\",\"ann\"]");
    fake_text(a, "2[\"release\"]");
    ck_open(receive(fd), NOBODY);
    close(fd);
    web_stop();
}
END_TEST

START_TEST(permissions)
{
    static const struct {
        const char *held, *asked;
        bool has;
    } rows[] = {
        {"chat.mute", "chat.mute", true},
        {"chat.mute", "chat.mute.all", false},
        {"chat.*", "chat.mute", true},
        {"chat.*", "chat.mute.all", true},
        {"chat.*", "chat", false},
        {"chat.*", "chatter.mute", false},
        {"chat.*", "chat.*", true},
        {"chat*", "chat.mute", false},
        {"*", "chat.mute", true},
        {"*", "chat.*", true},
        {"*", "guest", false},
        {"chat.*x", "chat.mute", false},
        {"*.mute", "chat.mute", false},
        {"admin", "chat.mute", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *roles[] = {"first", rows[i].held};
        mortise_identity who = {.size = sizeof(who),
                                .user = "ann",
                                .roles = roles,
                                .role_count = 2};
        struct identity *identity;
        ck_assert_int_eq(identity_new(&who, &identity), 0);
        ck_assert_msg(identity_has_role(identity, rows[i].asked) == rows[i].has,
                      "%s, %s", rows[i].held, rows[i].asked);
        identity_free(identity);
    }
}
END_TEST

START_TEST(no_memory)
{
    static const char *const words[] = {
        "2[\"sign\",{\"user\":\"ann\",\"roles\":[\"admin\"],\"lasts\":99}]",
        "2[\"sign\",{\"user\":\"bob\",\"lasts\":99}]", "2[\"tell\",\"bob\"]",
        "2[\"sign\"]"};
    for (long n = 0; n < 40; n++) {
        stage_start(WHO);
        struct eio_session *a = stage_join();
        mem_fail_after(n);
        for (size_t i = 0; i < 4; i++)
            fake_text(a, words[i]);
        mem_fail_after(-1);
        stage_stop();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("identity");
    TCase *tcase = tcase_create("identity");
    tcase_add_test(tcase, from_the_beginning);
    tcase_add_test(tcase, refused);
    tcase_add_test(tcase, later_and_again);
    tcase_add_test(tcase, wrong);
    tcase_add_test(tcase, too_many_rooms);
    tcase_add_test(tcase, expires);
    tcase_add_test(tcase, revoked);
    tcase_add_test(tcase, requests);
    tcase_add_test(tcase, permissions);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
