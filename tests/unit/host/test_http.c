/* SPDX-License-Identifier: MIT */
/* Routes over a real HTTP server: who is asked, and what goes out. */
#include "http_stage.h"

#define WEB "{\"name\":\"web\"}"

#define ck_answer(request, expected)                                           \
    ck_assert_str_eq(web_ask(request)->text, expected)

#define JSON_OK(length)                                                        \
    OK_HEAD "Content-Type: application/json\r\nContent-Length: " length        \
            "\r\n\r\n"
#define TEXT_OK(length)                                                        \
    OK_HEAD                                                                    \
    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " length       \
    "\r\n\r\n"
#define PLAIN(path)                                                            \
    "{\"plain\":\"" path "\",\"method\":\"GET\",\"query\":\"\","               \
    "\"peer\":\"192.0.2.1\"}"
#define POST(path, head, body)                                                 \
    "POST " path " HTTP/1.1\r\n" HOST head "\r\n" body
#define EMPTY(status)          "HTTP/1.1 " status "\r\n" DATE
#define NO_ROUTE(path, length) OK_HEAD "Content-Length: " length "\r\n\r\n" path

START_TEST(finds)
{
    web_start(WEB);
    ck_answer(GET("/users/me"), JSON_OK("66") PLAIN("/users/me"));
    ck_answer(GET("/users/a%20b"),
              JSON_OK("37") "{\"id\":\"a b\",\"other\":null,\"rest\":null}");
    ck_answer(GET("/users/a/b/%63"),
              JSON_OK("36") "{\"id\":null,\"other\":\"a\",\"rest\":\"b/c\"}");
    ck_answer(GET("/users/a%00b"),
              JSON_OK("36") "{\"id\":null,\"other\":null,\"rest\":null}");
    ck_answer(GET("/stra%c3%9Fe"), JSON_OK("69") PLAIN("/stra%c3%9Fe"));
    ck_answer(GET("/files/"), JSON_OK("64") PLAIN("/files/"));
    ck_told("");
    web_stop();
}
END_TEST

START_TEST(passes_on)
{
    web_start(WEB);
    ck_answer(GET("/users/"), NO_ROUTE("/users/", "7"));
    ck_answer(GET("/any/thing"), NO_ROUTE("/any/thing", "10"));
    ck_told("/users/;/any/thing;");
    stage.host->requests.files = NULL;
    ck_answer(GET("/nothing"),
              "HTTP/1.1 404 Not Found\r\n" DATE
              "Content-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
              "Not Found");
    web_stop();
}
END_TEST

START_TEST(methods)
{
    web_start(WEB);
    ck_answer("HEAD /users/me HTTP/1.1\r\n" HOST "\r\n", JSON_OK("67"));
    ck_answer(
        "PUT /users/me HTTP/1.1\r\n" HOST "\r\n",
        EMPTY("405 Method Not Allowed") "Content-Length: 0\r\nAllow: GET, "
                                        "HEAD, DELETE, OPTIONS\r\n\r\n");
    ck_answer("PUT /any/x HTTP/1.1\r\n" HOST "\r\n",
              EMPTY("405 Method Not Allowed") "Content-Length: 0\r\nAllow: "
                                              "POST, OPTIONS\r\n\r\n");
    ck_answer("OPTIONS /body HTTP/1.1\r\n" HOST "\r\n",
              EMPTY("204 No Content") "Allow: POST, OPTIONS\r\n\r\n");
    ck_answer(
        "get /users/me HTTP/1.1\r\n" HOST "\r\n",
        EMPTY("405 Method Not Allowed") "Content-Length: 0\r\nAllow: GET, "
                                        "HEAD, DELETE, OPTIONS\r\n\r\n");
    ck_answer(GET("/body"),
              EMPTY("405 Method Not Allowed") "Content-Length: 0\r\nAllow: "
                                              "POST, OPTIONS\r\n\r\n");
    web_stop();
}
END_TEST

START_TEST(facts)
{
    web_start(WEB);
    ck_answer(GET("/facts"),
              TEXT_OK("34") "(none) (none) (none) (none) (none)");
    ck_answer("GET /facts?q=1&q=a+b HTTP/1.1\r\n" HOST
              "X-Head: yes\r\nCookie: a=1; b=two\r\n\r\n",
              TEXT_OK("25") "a b yes two (none) (none)");
    ck_answer(POST("/facts",
                   "Content-Type: application/x-www-form-urlencoded; "
                   "charset=utf-8\r\nContent-Length: 9\r\n",
                   "e=1&f=%41"),
              TEXT_OK("29") "(none) (none) (none) A (none)");
    ck_answer(POST("/facts",
                   "Content-Type: text/plain\r\n"
                   "Content-Length: 3\r\n",
                   "f=1"),
              TEXT_OK("34") "(none) (none) (none) (none) (none)");
    web_stop();
}
END_TEST

#define CREATED(length)                                                        \
    "HTTP/1.1 201 Created\r\n" DATE                                            \
    "Content-Type: text/plain\r\nContent-Length: " length "\r\n\r\n"
#define AFTERWARDS "web#1: again -4 -4 -4 0\n"

START_TEST(bodies)
{
    web_start(WEB);
    ck_answer(POST("/body", "Content-Length: 7\r\n", "{\"n\":5}"),
              CREATED("7") "{\"n\":5}");
    stage_expect("web#1: 0 5, /body, {\"n\":5}, then 0\n" AFTERWARDS);
    ck_answer(POST("/body", "Transfer-Encoding: chunked\r\n",
                   "2\r\n{}\r\n2\r\n}}\r\n0\r\n\r\n"),
              CREATED("4") "{}}}");
    stage_expect("web#1: 0 -1, /body, {}}}, then 0\n" AFTERWARDS);
    ck_answer(POST("/body", "", ""), CREATED("0"));
    stage_expect("web#1: 0 -1, /body, , then 0\n" AFTERWARDS);
    struct answer *a = web_ask(
        POST("/body", "Content-Length: 21\r\n", "123456789012345678901"));
    ck_assert(str_starts(str_z(a->text), STR("HTTP/1.1 413 ")));
    ck_assert(a->closed);
    stage_expect("");
    web_stop();
}
END_TEST

START_TEST(headers)
{
    web_start(WEB);
    ck_answer(GET("/headers"),
              "HTTP/1.1 303 See Other\r\n" DATE
              "Content-Length: 0\r\nX-A: one\r\n"
              "Set-Cookie: sid=1; Path=/; Max-Age=60; HttpOnly; "
              "SameSite=Lax\r\n"
              "Set-Cookie: s=; Path=/; Max-Age=0; HttpOnly; Secure; "
              "SameSite=None\r\n"
              "Location: /elsewhere?a=b\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(stage.journal, "web#1: headers 0 -2 -2 -2\n"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "web#1: cookies 0 -2 0\n"));
    ck_assert_ptr_nonnull(
        strstr(stage.journal, "web#1: answers -2 -2 -2 -7 -2\n"));
    web_stop();
}
END_TEST

START_TEST(later)
{
    web_start(WEB);
    int fd = connect_client();
    send_text(fd, GET("/keep/me") GET("/users/me"));
    ck_open(receive(fd), "");
    ck_answer(GET("/release"), JSON_OK("10") "{\"kept\":0}");
    ck_open(receive(fd), TEXT_OK("2") "me" JSON_OK("66") PLAIN("/users/me"));
    /* Answered once only. */
    ck_answer(GET("/release"), JSON_OK("11") "{\"kept\":-4}");
    stage_advance(10000);
    ck_open(receive(fd), "");
    close(fd);
    web_stop();
}
END_TEST

START_TEST(client_gone)
{
    web_start(WEB);
    int fd = connect_client();
    send_text(fd, GET("/keep/me"));
    ck_open(receive(fd), "");
    close(fd);
    settle();
    ck_answer(GET("/release"), JSON_OK("11") "{\"kept\":-4}");
    stage_advance(10000);
    stage_expect("");
    web_stop();
}
END_TEST

START_TEST(deadline)
{
    web_start(WEB);
    int fd = connect_client();
    send_text(fd, GET("/keep/me"));
    ck_open(receive(fd), "");
    stage_advance(4999);
    ck_open(receive(fd), "");
    stage_advance(1);
    ck_open(receive(fd),
            "HTTP/1.1 503 Service Unavailable\r\n" DATE
            "Content-Type: text/plain\r\nContent-Length: 19\r\n\r\n"
            "Service Unavailable");
    stage_expect("web#1: GET /keep/:name was not answered in time\n");
    ck_answer(GET("/release"), JSON_OK("11") "{\"kept\":-4}");
    close(fd);
    web_stop();
}
END_TEST

START_TEST(dropped)
{
    web_start(WEB);
    int fd = connect_client();
    send_text(fd, GET("/keep/me"));
    ck_open(receive(fd), "");
    requests_drop(stage.host, stage.host->slots[0]);
    ck_assert(str_starts(str_z(receive(fd)->text), STR("HTTP/1.1 503 ")));
    /* And one that is still there when the server goes. */
    send_text(fd, GET("/keep/me"));
    ck_open(receive(fd), "");
    web_stop();
    close(fd);
}
END_TEST

START_TEST(before)
{
    web_start(WEB);
    ck_answer(GET("/users/me?stop=1"),
              "HTTP/1.1 401 Unauthorized\r\n" DATE
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 7\r\n\r\nstopped");
    ck_assert(str_starts(str_z(web_ask(GET("/files/x?stop=1"))->text),
                         STR("HTTP/1.1 200")));
    web_stop();
}
END_TEST

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

START_TEST(origins)
{
    struct str listed = STR("http://friend");
    struct cors_options cors = {.enabled = true,
                                .origins = &listed,
                                .origin_count = 1,
                                .methods = STR("GET,POST"),
                                .max_age = -1};
    web_start(WEB);
    ck_assert(str_starts(
        str_z(web_ask(POST("/body", "Origin: http://foe\r\n", ""))->text),
        STR("HTTP/1.1 403 ")));
    stage_expect("a page of http://foe was refused: \"cors\" of the "
                 "configuration does not allow its origin\n");
    requests_foreign(NULL, STR(HUNDRED HUNDRED));
    requests_foreign(NULL, STR(HUNDRED HUNDRED "x"));
    stage_expect("a page of " HUNDRED HUNDRED " was refused: \"cors\" of the "
                 "configuration does not allow its origin\n"
                 "a page of " HUNDRED HUNDRED "... was refused: \"cors\" of "
                 "the configuration does not allow its origin\n");
    ck_assert(str_starts(
        str_z(web_ask(POST("/body", "Origin: http://a\r\n", ""))->text),
        STR("HTTP/1.1 201 ")));
    stage.host->requests.cors = &cors;
    struct answer *a = web_ask(POST("/body", "Origin: http://friend\r\n", ""));
    ck_assert(str_starts(str_z(a->text), STR("HTTP/1.1 201 ")));
    ck_assert_ptr_nonnull(
        strstr(a->text, "Access-Control-Allow-Origin: http://friend\r\n"));
    a = web_ask("OPTIONS /body HTTP/1.1\r\n" HOST "Origin: http://friend\r\n"
                "Access-Control-Request-Method: POST\r\n\r\n");
    ck_assert(str_starts(str_z(a->text), STR("HTTP/1.1 204 ")));
    ck_assert_ptr_nonnull(
        strstr(a->text, "Access-Control-Allow-Methods: GET,POST\r\n"));
    a = web_ask("GET /users/me HTTP/1.1\r\n" HOST "Origin: http://foe\r\n\r\n");
    ck_assert(str_starts(str_z(a->text), STR("HTTP/1.1 200 ")));
    ck_assert_ptr_null(strstr(a->text, "http://foe"));
    web_stop();
}
END_TEST

/* The classic pattern: a route tells the sockets. */
START_TEST(tells_sockets)
{
    web_start(WEB ",{\"name\":\"talk\"}");
    struct eio_session *a = stage_join();
    ck_answer(POST("/tell", "Content-Length: 7\r\n", "{\"n\":5}"),
              JSON_OK("10") "{\"told\":1}");
    fake_expect(a, "42[\"told\",{\"n\":5}]");
    web_stop();
}
END_TEST

/* Engine.IO's place: asks whether it may. */
static void ask_allow(void *user, struct http_exchange *x)
{
    struct buf text;
    buf_init(&text, 1000);
    bool allowed = requests_allow(stage.host, x, false, &text);
    buf_append_z(&text, allowed ? "(yes)" : "(no)");
    respond_text(x, buf_str(&text));
    buf_free(&text);
}

START_TEST(allow)
{
    static const struct http_handler asking = {.request = ask_allow};
    web_start("{\"name\":\"porter\"}");
    ck_assert_int_eq(http_server_mount(server, STR("/engine/"), &asking, NULL),
                     0);
    ck_answer(GET("/engine/?token=good"), NO_ROUTE("(yes)", "5"));
    stage_expect("porter#1: also GET good\n");
    ck_answer(GET("/engine/"), NO_ROUTE("(no)", "4"));
    stage_expect(""); /* the second row is not asked any more */
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"revoke\",\"x\"]");
    ck_answer(GET("/engine/?token=x"), NO_ROUTE("\"x\" is over(no)", "15"));
    ck_assert_ptr_nonnull(
        strstr(stage.journal, "porter#1: -2 -2 -2 -2 0 -2\n"));
    for (long n = 0; n < 20; n++) {
        int fd = connect_client();
        mem_fail_after(n);
        send_text(fd, GET("/engine/?token=good"));
        receive(fd);
        mem_fail_after(-1);
        close(fd);
        ck_assert_uint_eq(stage.host->requests.ids.count, 0);
        stage_forget();
    }
    web_stop();
}
END_TEST

static void refused(const char *plugins, int error, const char *why)
{
    ck_assert_int_eq(stage_try(plugins), error);
    ck_assert_msg(str_ends(buf_str(&stage.why), str_z(why)), "%.*s",
                  STR_ARG(buf_str(&stage.why)));
    stage_stop();
}

START_TEST(wrong_rows)
{
    refused("{\"name\":\"web\",\"settings\":{\"wrong\":\"path\"}}", ERR_DENIED,
            ": plugin \"web\": mortise_http_routes: no/slash: the path of a "
            "route begins with \"/\"\n");
    refused("{\"name\":\"web\",\"settings\":{\"wrong\":\"again\"}}", ERR_DENIED,
            ": plugin \"web\": mortise_http_routes: it was called before\n");
    refused("{\"name\":\"web\",\"settings\":{\"wrong\":\"method\"}}",
            ERR_DENIED,
            ": plugin \"web\": mortise_http_routes: /: this is no method\n");
    refused("{\"name\":\"web\",\"settings\":{\"wrong\":\"twice\"}}", ERR_EXIST,
            "plugin \"web\" has two routes for GET /a/:c\n");
    refused("{\"name\":\"web\",\"settings\":{\"wrong\":\"below\"}}",
            ERR_RESERVED,
            "plugin \"web\": the route GET /socket.io/x would lie below "
            "/socket.io, which is that of Socket.IO\n");
    refused(WEB ",{\"name\":\"web2\"}", ERR_EXIST,
            "plugins \"web\" and \"web2\" both have a route GET "
            "/users/:name\n");
}
END_TEST

START_TEST(once)
{
    ck_assert_int_eq(stage_try(WEB), 0);
    stage_expect("web#1: version 1.0.0, 0 handlers\n");
    stage_stop();
    ck_assert_int_eq(stage_try("{\"name\":\"porter\"}"), 0);
    stage_expect("porter#1: version 1.0.0, 1 handler\n");
    stage_stop();
}
END_TEST

/* Every allocation fails once: an answer, or the end of the connection. */
START_TEST(no_memory)
{
    web_start(WEB);
    ck_answer(GET("/headers"), web_ask(GET("/headers"))->text);
    for (long n = 0; n < 60; n++) {
        int fd = connect_client();
        mem_fail_after(n);
        send_text(fd, POST("/body", "Content-Length: 7\r\n", "{\"n\":5}")
                          GET("/headers"));
        receive(fd);
        mem_fail_after(-1);
        close(fd);
        settle();
        ck_assert_uint_eq(stage.host->requests.ids.count, 0);
        stage_forget();
    }
    web_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http");
    TCase *tcase = tcase_create("http");
    tcase_add_test(tcase, finds);
    tcase_add_test(tcase, passes_on);
    tcase_add_test(tcase, methods);
    tcase_add_test(tcase, facts);
    tcase_add_test(tcase, bodies);
    tcase_add_test(tcase, headers);
    tcase_add_test(tcase, later);
    tcase_add_test(tcase, client_gone);
    tcase_add_test(tcase, deadline);
    tcase_add_test(tcase, dropped);
    tcase_add_test(tcase, before);
    tcase_add_test(tcase, origins);
    tcase_add_test(tcase, tells_sockets);
    tcase_add_test(tcase, allow);
    tcase_add_test(tcase, wrong_rows);
    tcase_add_test(tcase, once);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
