/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/error.h"
#include "net/ws_offer.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define NAME          "permessage-deflate"
#define ANSWER        "Sec-WebSocket-Extensions: " NAME
#define SERVER_NO     "server_no_context_takeover"
#define CLIENT_NO     "client_no_context_takeover"
#define SERVER_BITS   "server_max_window_bits"
#define CLIENT_BITS   "client_max_window_bits"
#define REFUSED       "refused"
#define NONE          ""

struct row {
    const char *offer;  /* lines, separated by "\n" */
    const char *answer; /* behind the extension's name; REFUSED, NONE */
};

static const struct ws_terms anything;

/* The answer to the lines; the caller frees it. */
static char *answer_to(const char *offer, const struct ws_terms *own)
{
    static struct http_head head;
    struct str rest = str_z(offer);
    struct ws_terms terms;
    struct buf out;

    head.headers[0] = (struct http_header){STR("Host"), STR("x")};
    head.header_count = 1;
    while (rest.p)
        head.headers[head.header_count++] = (struct http_header){
            STR("sec-websocket-EXTENSIONS"), str_cut(&rest, '\n')};
    int result = ws_offer_choose(&head, own, &terms);
    if (result < 0) {
        ck_assert_int_eq(result, ERR_SYNTAX);
        return strdup(REFUSED);
    }
    if (result == 0)
        return strdup(NONE);
    ck_assert_int_eq(result, 1);
    buf_init(&out, 1000);
    ws_terms_write(&terms, &out);
    ck_assert(str_starts(buf_str(&out), STR(ANSWER)));
    ck_assert_mem_eq(out.p + out.n - 2, "\r\n", 2);
    char *text = strndup(out.p + strlen(ANSWER) - strlen(NAME),
                         out.n - 2 - strlen(ANSWER) + strlen(NAME));
    buf_free(&out);
    return text;
}

static void expect(const struct row *row, const struct ws_terms *own)
{
    char *answer = answer_to(row->offer, own);
    ck_assert_msg(strcmp(answer, row->answer) == 0,
                  "\"%s\": \"%s\", not \"%s\"", row->offer, answer,
                  row->answer);
    free(answer);
}

/* Of a server that leaves everything to the client. */
static const struct row rows[] = {
    {"x-webkit-deflate-frame", NONE},
    {"Permessage-Deflate", NONE},
    {"foo; bar=1; bar=2; baz=\"a\\b\", other", NONE},
    {NAME, NAME},
    {"foo, " NAME, NAME},
    {"foo\n" NAME, NAME},
    {NAME " ;\t" CLIENT_BITS, NAME},
    {NAME "; " CLIENT_BITS "=10", NAME "; " CLIENT_BITS "=10"},
    {NAME "; " CLIENT_BITS "=\"10\"", NAME "; " CLIENT_BITS "=10"},
    {NAME "; " CLIENT_BITS "=\"\\1\\0\"", NAME "; " CLIENT_BITS "=10"},
    {NAME "; " SERVER_BITS "=8", NAME "; " SERVER_BITS "=8"},
    {NAME "; " SERVER_BITS "=15", NAME "; " SERVER_BITS "=15"},
    {NAME ";" SERVER_NO ";" CLIENT_NO, NAME "; " SERVER_NO "; " CLIENT_NO},
    /* In the order of the client. */
    {NAME ";" CLIENT_BITS ";" SERVER_BITS "=9;" CLIENT_NO ";" SERVER_NO,
     NAME "; " SERVER_BITS "=9; " CLIENT_NO "; " SERVER_NO},
    /* The first of several counts. */
    {NAME "; " SERVER_BITS "=9, " NAME, NAME "; " SERVER_BITS "=9"},
    {NAME "\n" NAME "; " SERVER_NO, NAME},
    /* What is wrong with any of them is wrong. */
    {NAME ", " NAME "; unknown", REFUSED},
    {NAME "; unknown=1", REFUSED},
    {NAME "; " SERVER_NO "; " SERVER_NO, REFUSED},
    {NAME "; " CLIENT_BITS "; " CLIENT_BITS "=10", REFUSED},
    {NAME "; " SERVER_NO "=1", REFUSED},
    {NAME "; " SERVER_NO "=\"true\"", REFUSED},
    {NAME "; " CLIENT_NO "=0", REFUSED},
    {NAME "; " SERVER_BITS, REFUSED},
    {NAME "; " SERVER_BITS "=7", REFUSED},
    {NAME "; " SERVER_BITS "=16", REFUSED},
    {NAME "; " SERVER_BITS "=010", REFUSED},
    {NAME "; " SERVER_BITS "=0", REFUSED},
    {NAME "; " SERVER_BITS "=-9", REFUSED},
    {NAME "; " SERVER_BITS "=9x", REFUSED},
    {NAME "; " SERVER_BITS "=266", REFUSED},
    {NAME "; " SERVER_BITS "=4294967305", REFUSED},
    {NAME "; " CLIENT_BITS "=7", REFUSED},
    {NAME "; " CLIENT_BITS "=ten", REFUSED},
    {NAME "; Server_No_Context_Takeover", REFUSED},
    /* No header at all. */
    {"", REFUSED},
    {",", REFUSED},
    {";", REFUSED},
    {NAME ",", REFUSED},
    {NAME ";", REFUSED},
    {NAME "; ;" SERVER_NO, REFUSED},
    {NAME " " SERVER_NO, REFUSED},
    {NAME "; " SERVER_BITS "=", REFUSED},
    {NAME "; " SERVER_BITS " =9", REFUSED},
    {NAME "; " SERVER_BITS "= 9", REFUSED},
    {NAME "; " SERVER_BITS "=\"\"", REFUSED},
    {NAME "; " SERVER_BITS "=\"9", REFUSED},
    {NAME "; " SERVER_BITS "=\"9\\", REFUSED},
    {NAME "; " SERVER_BITS "=\"9\\\"", REFUSED},
    {NAME "; " SERVER_BITS "=\"9\"x", REFUSED},
    {NAME "; " SERVER_BITS "=\"9 \"", REFUSED},
    {NAME "; " SERVER_BITS "=9\"", REFUSED},
    {"foo=1, " NAME, REFUSED},
    {"foo; bar=, " NAME, REFUSED},
    {"f\xc3\xb6o, " NAME, REFUSED},
    {NAME "\n", REFUSED},
};

START_TEST(a_server_that_takes_what_it_gets)
{
    expect(&rows[_i], &anything);
}
END_TEST

START_TEST(a_server_that_keeps_nothing)
{
    static const struct ws_terms own = {
        .values = {[WS_SERVER_NO_TAKEOVER] = WS_BARE,
                   [WS_CLIENT_NO_TAKEOVER] = WS_BARE}};
    static const struct row some[] = {
        {NAME, NAME "; " SERVER_NO "; " CLIENT_NO},
        {NAME "; " CLIENT_NO, NAME "; " CLIENT_NO "; " SERVER_NO},
        {NAME "; " SERVER_BITS "=12; " CLIENT_BITS,
         NAME "; " SERVER_BITS "=12; " SERVER_NO "; " CLIENT_NO},
    };
    for (size_t i = 0; i < LENGTH(some); i++)
        expect(&some[i], &own);
}
END_TEST

START_TEST(a_server_with_small_windows)
{
    static const struct ws_terms own = {
        .values = {[WS_SERVER_BITS] = 10, [WS_CLIENT_BITS] = 11}};
    static const struct row some[] = {
        /* Its window is its own affair, that of the client is not. */
        {NAME, REFUSED},
        {NAME "; " CLIENT_BITS,
         NAME "; " CLIENT_BITS "=11; " SERVER_BITS "=10"},
        {NAME "; " CLIENT_BITS "=15",
         NAME "; " CLIENT_BITS "=11; " SERVER_BITS "=10"},
        {NAME "; " CLIENT_BITS "=11",
         NAME "; " CLIENT_BITS "=11; " SERVER_BITS "=10"},
        {NAME "; " CLIENT_BITS "=10", REFUSED},
        {NAME "; " CLIENT_BITS "; " SERVER_BITS "=12",
         NAME "; " CLIENT_BITS "=11; " SERVER_BITS "=10"},
        {NAME "; " CLIENT_BITS "; " SERVER_BITS "=9", REFUSED},
        {NAME "; " CLIENT_BITS "; " SERVER_BITS "=9, " NAME ", " NAME
              "; " CLIENT_BITS,
         NAME "; " CLIENT_BITS "=11; " SERVER_BITS "=10"},
    };
    for (size_t i = 0; i < LENGTH(some); i++)
        expect(&some[i], &own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net/ws_offer");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, a_server_that_takes_what_it_gets, 0, LENGTH(rows));
    tcase_add_test(all, a_server_that_keeps_nothing);
    tcase_add_test(all, a_server_with_small_windows);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
