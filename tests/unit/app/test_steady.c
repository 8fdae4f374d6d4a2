/* SPDX-License-Identifier: MIT */
/* In the steady state a message asks the system for no memory. */
#include "app_unit.h"

#define CLIENTS 20
/* In flight on each connection, where it is not one. */
#define MANY   16
#define WARM   20
#define ROUNDS 100

static int clients[CLIENTS];

/* Of one more client, on long-polling: where it polls, and where it posts. */
static int poller, poster;
static char session[64]; /* the query that names it */

static char got[65536]; /* by await() */

/* A frame as clients send it; the mask is all zeros, so this is its text. */
static void send_frame(int fd, bool binary, const char *text, size_t n)
{
    char frame[4096] = {binary ? '\x82' : '\x81'};
    size_t at = 2;

    if (n < 126) {
        frame[1] = (char)(0x80 | n);
    } else {
        frame[1] = (char)0xfe;
        frame[at++] = (char)(n >> 8);
        frame[at++] = (char)n;
    }
    at += 4;
    ck_assert_uint_le(at + n, sizeof(frame));
    memcpy(frame + at, text, n);
    ck_assert_int_eq(send(fd, frame, at + n, MSG_NOSIGNAL), (ssize_t)(at + n));
}

static void send_text(int fd, const char *text)
{
    send_frame(fd, false, text, strlen(text));
}

/* Turns until this has come so many times. */
static void await(int fd, const char *what, int times)
{
    size_t n = 0;
    int seen = 0;

    while (seen < times) {
        ssize_t more = recv(fd, got + n, sizeof(got) - 1 - n, 0);
        if (more < 0)
            loop_turn(loop, 10);
        ck_assert_msg(more != 0, "the connection is gone");
        n += more > 0 ? (size_t)more : 0;
        seen = 0;
        const char *at = got, *end = got + n;
        while ((at = memmem(at, (size_t)(end - at), what, strlen(what)))) {
            at += strlen(what);
            seen++;
        }
    }
    ck_assert_int_eq(seen, times);
    got[n] = '\0';
}

static void join(int fd)
{
    static const char upgrade[] =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: h\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n";

    ck_assert_int_gt(send(fd, upgrade, sizeof(upgrade) - 1, MSG_NOSIGNAL), 0);
    await(fd, "\"sid\"", 1);
    send_text(fd, "40");
    await(fd, "40{\"sid\"", 1);
    send_text(fd, "420[\"join\",\"bench\"]");
    await(fd, "430[", 1);
}

static void request(int fd, const char *method, const char *body)
{
    char text[1024];
    int n = snprintf(text, sizeof(text),
                     "%s /socket.io/?EIO=4&transport=polling%s HTTP/1.1\r\n"
                     "Host: h\r\nContent-Length: %zu\r\n\r\n%s",
                     method, session, strlen(body), body);
    ck_assert_int_eq(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
}

/* What is said in a POST, and what it brings to the poll that waits for it. */
static void post(const char *packet, const char *brought)
{
    request(poller, "GET", "");
    request(poster, "POST", packet);
    await(poster, "\r\n\r\nok", 1);
    await(poller, brought, 1);
}

static void join_polling(unsigned port)
{
    poller = dial(port);
    poster = dial(port);
    session[0] = '\0';
    request(poller, "GET", "");
    await(poller, "\"sid\":\"", 1);
    snprintf(session, sizeof(session), "&sid=%.20s",
             strstr(got, "\"sid\":\"") + 7);
    post("40", "40{\"sid\"");
}

static void begin(void)
{
    char text[1000];
    unsigned port = free_port();

    set_up();
    snprintf(text, sizeof(text),
             "{\"listen\":\"127.0.0.1:%u\",\"mode\":\"development\","
             "\"pluginDir\":\"" ECHO_DIR "\",\"runDir\":\"%s\","
             "\"perMessageDeflate\":false,"
             "\"plugins\":[{\"name\":\"echo\",\"namespace\":\"/\"}]}",
             port, top);
    start(text);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = dial(port);
        join(clients[i]);
    }
    join_polling(port);
}

static void end(void)
{
    for (int i = 0; i < CLIENTS; i++)
        close(clients[i]);
    close(poller);
    close(poster);
    tear_down();
}

static void expect_no_memory(void (*round)(void))
{
    for (int i = 0; i < WARM; i++)
        round();
    uint64_t asked = mem_asked();
    for (int i = 0; i < ROUNDS; i++)
        round();
    ck_assert_uint_eq(mem_asked(), asked);
}

static void echo(void)
{
    send_text(clients[0], "42[\"message\",\"hello\"]");
    await(clients[0], "[\"message-back\",\"hello\"]", 1);
}

static void echo_of_much(void)
{
    char text[2048];
    int n = snprintf(text, sizeof(text), "42[\"message\",\"%01500d\"]", 0);
    send_frame(clients[0], false, text, (size_t)n);
    await(clients[0], "000\"]", 1);
}

static void many_echoes(void)
{
    for (int i = 0; i < MANY; i++)
        send_text(clients[0], "42[\"message\",{\"a\":[1,2.5,null]}]");
    await(clients[0], "[\"message-back\",{\"a\":[1,2.5,null]}]", MANY);
}

static void acknowledgement(void)
{
    send_text(clients[0], "427[\"message-with-ack\",\"hello\"]");
    await(clients[0], "437[\"hello\"]", 1);
}

static void bytes(void)
{
    send_text(clients[0],
              "451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
    send_frame(clients[0], true, "some bytes", 10);
    await(clients[0], "some bytes", 1);
}

static void broadcast(void)
{
    send_text(clients[0], "42[\"broadcast\",\"hello\"]");
    for (int i = 0; i < CLIENTS; i++)
        await(clients[i], "[\"broadcast-back\",\"hello\"]", 1);
}

static void many_broadcasts(void)
{
    for (int i = 0; i < MANY; i++)
        send_text(clients[i], "42[\"broadcast\",\"hello\"]");
    for (int i = 0; i < CLIENTS; i++)
        await(clients[i], "[\"broadcast-back\",\"hello\"]", MANY);
}

static void polled_echo(void)
{
    post("42[\"message\",\"hello\"]", "[\"message-back\",\"hello\"]");
}

static void (*const all_rounds[])(void) = {
    echo,  echo_of_much, many_echoes,     acknowledgement,
    bytes, broadcast,    many_broadcasts, polled_echo,
};

START_TEST(a_message_needs_no_memory)
{
    expect_no_memory(all_rounds[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app/steady");
    TCase *tests = tcase_create("steady");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, a_message_needs_no_memory, 0,
                        sizeof(all_rounds) / sizeof(all_rounds[0]));
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
