/* SPDX-License-Identifier: MIT */
/* What is refused, and in which words. */
#include "config_unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json/writer.h"

static const struct {
    const char *text, *want;
} cases[] = {
    /* The text itself. */
    {"", "1:1: the text ends too early"},
    {"{\n \"mode\" \"x\"}",
     "2:9: object key and value must be separated by a colon (':')"},
    {"{} x", "1:4: something follows the value"},
    {"{\"a\":\"\xff\"}", "1:7: this is not UTF-8"},
    {"[]", "1:1: a configuration must be an object, in { and }"},
    {" 1", "1:2: a configuration must be an object, in { and }"},

    /* Keys. */
    {"{\n  \"mode\": \"production\",\n\n  \"pingIntervall\": 1\n}",
     "4:3: unknown key \"pingIntervall\"; did you mean \"pingInterval\"?"},
    {"{\"PINGTIMEOUT\":1}",
     "1:2: unknown key \"PINGTIMEOUT\"; did you mean \"pingTimeout\"?"},
    {"{\"ping_timeout\":1}",
     "1:2: unknown key \"ping_timeout\"; did you mean \"pingTimeout\"?"},
    {"{\"connections\":1}",
     "1:2: unknown key \"connections\"; did you mean \"limits.connections\"?"},
    {"{\"level\":1}",
     "1:2: unknown key \"level\"; did you mean \"log.level\"?"},
    {"{\"somethingElse\":1}", "1:2: unknown key \"somethingElse\""},
    {"{\"\":1}", "1:2: unknown key \"\""},
    {"{\"x\\n\\u001b\\\"\":1}", "1:16: unknown key \"x\\u000a\\u001b\\\"\""},
    {"{\"limits\":{\"jsonDepht\":1}}",
     "1:12: unknown key \"jsonDepht\"; did you mean \"jsonDepth\"?"},
    {"{\"plugins\":[{\"name\":\"a\",\"setings\":{}}]}",
     "1:25: unknown key \"setings\"; did you mean \"settings\"?"},
    {"{\"cors\":{\"origin\":\"*\",\"origins\":[]}}",
     "1:23: unknown key \"origins\"; did you mean \"origin\"?"},
    {"{\"mode\":\"production\",\n\"mode\":\"production\"}",
     "2:1: the key \"mode\" stands here a second time"},
    {"{\"plugins\":[{\"name\":\"a\",\"settings\":{\"b\":1,\"\\u0062\":2}}]}",
     "1:52: the key \"b\" stands here a second time"},

    /* Kinds of values. */
    {"{\"pingTimeout\":\"1\"}",
     "1:16: \"pingTimeout\" must be a whole number from 1 to 86400000, not a "
     "string"},
    {"{\"pingTimeout\":0}",
     "1:16: \"pingTimeout\" must be a whole number from 1 to 86400000, not 0"},
    {"{\"pingTimeout\":86400001}",
     "1:16: \"pingTimeout\" must be a whole number from 1 to 86400000, not "
     "86400001"},
    {"{\"pingTimeout\":1.5}",
     "1:16: \"pingTimeout\" must be a whole number from 1 to 86400000, not "
     "1.5"},
    {"{\"pingTimeout\":1e99}",
     "1:16: \"pingTimeout\" must be a whole number from 1 to 86400000, not "
     "1e99"},
    {"{\"pingTimeout\":null}",
     "1:16: \"pingTimeout\" must be a whole number from 1 to 86400000, not "
     "null"},
    {"{\"pingTimeout\":10000000000000000000000000000000000000000000000000}",
     "1:16: \"pingTimeout\" must be a whole number from 1 to 86400000, not a "
     "number"},
    {"{\"serveClient\":\"yes\"}",
     "1:16: \"serveClient\" must be true or false, not a string"},
    {"{\"serveClient\":[]}",
     "1:16: \"serveClient\" must be true or false, not an array"},
    {"{\"mode\":\"devlopment\"}",
     "1:9: \"mode\" must be \"development\" or \"production\", not "
     "\"devlopment\"; did you mean \"development\"?"},
    {"{\"mode\":true}",
     "1:9: \"mode\" must be \"development\" or \"production\", not true"},
    {"{\"log\":{\"level\":\"loud\"}}",
     "1:17: \"log.level\" must be \"error\", \"warn\", \"info\" or \"debug\", "
     "not \"loud\""},
    {"{\"log\":\"info\"}", "1:8: \"log\" must be an object, not a string"},
    {"{\"limits\":[]}", "1:11: \"limits\" must be an object, not an array"},
    {"{\"limits\":{\"attachments\":65}}",
     "1:26: \"limits.attachments\" must be a whole number from 0 to 64, not "
     "65"},
    {"{\"pluginDir\":{}}", "1:14: \"pluginDir\" must be a path, not an object"},
    {"{\"pluginDir\":\"a\\u0000b\"}",
     "1:14: \"pluginDir\" must be a path, not \"a\\u0000b\""},

    /* Single keys. */
    {"{\"path\":\"rt\"}",
     "1:9: \"path\" must be a path that begins with \"/\" and a name, not "
     "\"rt\""},
    {"{\"path\":\"/\"}",
     "1:9: \"path\" must be a path that begins with \"/\" and a name, not "
     "\"/\""},
    {"{\"path\":\"/a?b\"}",
     "1:9: \"path\" must be a path that begins with \"/\" and a name, not "
     "\"/a?b\""},
    {"{\"parsers\":[]}", "1:12: \"parsers\" must not be empty"},
    {"{\"parsers\":[\"json\",\"msgpak\"]}",
     "1:20: \"parsers\" must be an array of \"json\" and \"msgpack\", not "
     "\"msgpak\""},
    {"{\"transports\":[]}", "1:15: \"transports\" must not be empty"},
    {"{\"transports\":\"polling\"}",
     "1:15: \"transports\" must be an array of \"polling\" and \"websocket\", "
     "not \"polling\""},
    {"{\"transports\":[\"polling\",\"webtransport\"]}",
     "1:26: \"transports\" must be an array of \"polling\" and \"websocket\", "
     "not \"webtransport\""},
    {"{\"listen\":[\":1\",\":2\",\":1\"]}",
     "1:11: \"listen\" has \":1\" twice"},
    {"{\"listen\":[]}", "1:11: \"listen\" must not be empty"},

    /* cors */
    {"{\"cors\":true}", "1:9: \"cors\" must be an object, not true"},
    {"{\"cors\":{}}", "1:9: \"cors.origin\" is missing"},
    {"{\"cors\":{\"origin\":\"*\",\n\"credentials\":true}}",
     "2:15: \"cors.credentials\" cannot go with the origin \"*\": list the "
     "origins that may send cookies"},
    {"{\"cors\":{\"origin\":true,\n\"credentials\":true}}",
     "2:15: \"cors.credentials\" cannot go with the origin true: list the "
     "origins that may send cookies"},
    {"{\"cors\":{\"origin\":[\"https://a.b\",\"null\"],\n"
     "\"credentials\":true}}",
     "2:15: \"cors.credentials\" cannot go with the origin \"null\": list the "
     "origins that may send cookies"},
    {"{\"cors\":{\"origin\":[]}}", "1:19: \"cors.origin\" must not be empty"},
    {"{\"cors\":{\"origin\":\"*\",\"methods\":\"GET,\\r\\nX: y\"}}",
     "1:33: \"cors.methods\" must be a list of methods, not "
     "\"GET,\\u000d\\u000aX: y\""},
    {"{\"cors\":{\"origin\":\"*\",\"methods\":[\"GET\",\"\"]}}",
     "1:40: \"cors.methods\" must be a list of methods, not \"\""},
    {"{\"cors\":{\"origin\":\"*\",\"exposedHeaders\":\"a b\"}}",
     "1:40: \"cors.exposedHeaders\" must be a list of header names, not \"a "
     "b\""},
    {"{\"cors\":{\"origin\":\"*\",\"allowedHeaders\":\"a,,b\"}}",
     "1:40: \"cors.allowedHeaders\" must be a list of header names, not "
     "\"a,,b\""},
    {"{\"cors\":{\"origin\":\"*\",\"maxAge\":-1}}",
     "1:32: \"cors.maxAge\" must be a whole number from 0 to 31536000, not "
     "-1"},

    /* cookie */
    {"{\"cookie\":1}", "1:11: \"cookie\" must be true, false or an object, "
                       "not 1"},
    {"{\"cookie\":{\"path\":true}}",
     "1:19: \"cookie.path\" must be a path that begins with \"/\", or false, "
     "not true"},
    {"{\"cookie\":{\"path\":\"/;x\"}}",
     "1:19: \"cookie.path\" must be a path that begins with \"/\", or false, "
     "not \"/;x\""},
    {"{\"cookie\":{\"name\":\"a b\"}}",
     "1:19: \"cookie.name\" must be the name of a cookie, not \"a b\""},
    {"{\"cookie\":{\"domain\":\"a; b\"}}",
     "1:21: \"cookie.domain\" must be a domain, not \"a; b\""},
    {"{\"cookie\":{\"sameSite\":\"none\"}}",
     "1:11: \"cookie\" would be refused by browsers: with sameSite \"none\" it "
     "must be secure"},
    {"{\"cookie\":{\"partitioned\":true}}",
     "1:11: \"cookie\" would be refused by browsers: with partitioned it must "
     "be secure"},

    /* proxies */
    {"{\"listen\":[\":1\",\":2 proxy_protocol\"]}",
     "1:11: \"listen\" has \":2 proxy_protocol\", where only trusted proxies "
     "may connect: list them in \"trustedProxies\""},
    {"{\"trustedProxies\":[\"10.1.0.0/8\"]}",
     "1:20: \"trustedProxies\" must be a list of addresses like \"192.0.2.1\", "
     "ranges of them like \"10.0.0.0/8\", or \"unix:\", not \"10.1.0.0/8\""},
    {"{\"proxyHeader\":\"forwarded\"}",
     "1:16: \"proxyHeader\" must be \"X-Forwarded-For\" or \"Forwarded\", not "
     "\"forwarded\"; did you mean \"Forwarded\"?"},

    /* plugins */
    {"{\"plugins\":{}}",
     "1:12: \"plugins\" must be an array of objects, not an object"},
    {"{\"plugins\":[\"echo\"]}",
     "1:13: \"plugins\" must be an array of objects, not a string"},
    {"{\"plugins\":[{}]}", "1:13: \"plugins[0].name\" is missing"},
    {"{\"plugins\":[{\"name\":\"a\"},\n{\"name\":\"b\"},{\"name\":\"a\"}]}",
     "2:22: the plugin in line 1 is called \"a\" too"},
    {"{\"plugins\":[{\"name\":\"a\",\"path\":\"\"}]}",
     "1:32: \"plugins[0].path\" must be a path, not \"\""},
    {"{\"plugins\":[{\"name\":\"a\",\"settings\":[]}]}",
     "1:36: \"plugins[0].settings\" must be an object, not an array"},
    {"{\"plugins\":[{\"name\":\"a\",\"state\":\"frehs\"}]}",
     "1:33: \"plugins[0].state\" must be \"require\" or \"fresh\", not "
     "\"frehs\"; did you mean \"fresh\"?"},
    {"{\"plugins\":[{\"name\":\"a\",\"state\":true}]}",
     "1:33: \"plugins[0].state\" must be \"require\" or \"fresh\", not "
     "true"},
    {"{\"plugins\":[{\"name\":\"a\"},{\"name\":\"b\",\"enabled\":0}]}",
     "1:48: \"plugins[1].enabled\" must be true or false, not 0"},

    /* All of them, in the order of their places. */
    {"{\n\"modes\":1,\n\"pingTimeout\":0,\"a\":1,\n\"a\":\"${MORTISE_NO}\"}",
     "2:1: unknown key \"modes\"; did you mean \"mode\"?\n"
     "3:15: \"pingTimeout\" must be a whole number from 1 to 86400000, not "
     "0\n"
     "3:17: unknown key \"a\"\n"
     "4:1: the key \"a\" stands here a second time\n"
     "4:1: unknown key \"a\"\n"
     "4:5: the environment variable MORTISE_NO is not set"},
};

START_TEST(refuses)
{
    bad(cases[_i].text, cases[_i].want);
}
END_TEST

/* Puts each value between two pieces of text. */
static void each(const char *before, const char *behind,
                 const char *const *values, int count, bool right)
{
    for (int i = 0; i < count; i++) {
        char text[2048];
        struct config *c = NULL;
        snprintf(text, sizeof(text), "%s%s%s", before, values[i], behind);
        buf_clear(&errors);
        int r = config_parse("f", str_z(text), &c, &errors);
        ck_assert_msg(r == (right ? 0 : ERR_SYNTAX), "%s: %.*s", text,
                      STR_ARG(buf_str(&errors)));
        config_free(c);
    }
}

START_TEST(listen_shapes)
{
    static const char *const right[] = {
        ":0",
        "localhost:3000",
        "127.0.0.1:65535",
        "[::]:1",
        "[::1]:8080",
        "[fe80::1%eth0]:1",
        "[1:2:3:4:5:6:7:8]:0",
        "my_host-1.example.org:00080",
        "unix:/run/a.sock",
        "unix:./a",
        "unix:80",
    };
    static const char *const wrong[] = {
        "",       "localhost",   "3000",      "localhost:",   ":65536",
        ":-1",    ":+1",         ":1 ",       " :1",          ":100000",
        "::1:80", "a:b:80",      "[::1]",     "[::1]80",      "[::1:80",
        "[]:80",  "[g::1]:80",   "[::1%]:80", "[1.2.3.4]:80", "http://a:80",
        "a/b:80", "h\\u0000:80", "*:80",      "[::1]:",       "[::1\\u0000]:80",
        "h:0x10", "unix:",       "unix:a",    "UNIX:/a",      "unix:/\\u0001",
    };
    each("{\"listen\":\"", "\"}", right, COUNT(right), true);
    each("{\"listen\":\"", "\"}", wrong, COUNT(wrong), false);
}
END_TEST

START_TEST(origin_shapes)
{
    static const char *const right[] = {
        "\"*\"",
        "true",
        "\"null\"",
        "\"http://localhost:5173\"",
        "[\"https://a.example\",\"app://x\"]",
        "\"https://*.a.example\"",
        "\"https://*.a.example:*\"",
        "[\"http://localhost:*\",\"http://[::1]:*\"]",
    };
    static const char *const wrong[] = {
        "\"\"",
        "false",
        "null",
        "1",
        "{}",
        "[\"*\"]",
        "[1]",
        "\"example.org\"",
        "\"http://\"",
        "\"://a\"",
        "\"http://a/\"",
        "\"http://a/b\"",
        "\"http://*\"",
        "\"http://*:80\"",
        "\"http://*.\"",
        "\"http://*.:*\"",
        "\"http://:*\"",
        "\"http://*..a\"",
        "\"http://*a.b\"",
        "\"http://a.*.b\"",
        "\"http://*.*.a\"",
        "\"http://a:1*\"",
        "\"*://a\"",
        "\"http://a,http://b\"",
        "\"http://a b\"",
        "\"http://a\\r\\nX: y\"",
        "\"http://\xc3\xa9\"",
    };
    each("{\"cors\":{\"origin\":", "}}", right, COUNT(right), true);
    each("{\"cors\":{\"origin\":", "}}", wrong, COUNT(wrong), false);
}
END_TEST

START_TEST(plugin_name_shapes)
{
    static const char *const right[] = {
        "a",
        "a1",
        "a-b_c",
        "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01",
    };
    static const char *const wrong[] = {
        "",
        "A",
        "1a",
        "-a",
        "_a",
        "a.b",
        "a/b",
        "a b",
        "\xc3\xa9",
        "a\\u0000",
        "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz012",
    };
    each("{\"plugins\":[{\"name\":\"", "\"}]}", right, COUNT(right), true);
    each("{\"plugins\":[{\"name\":\"", "\"}]}", wrong, COUNT(wrong), false);
}
END_TEST

START_TEST(namespace_shapes)
{
    static char longest[257], longer[258];
    memset(longest, '/', sizeof(longest) - 1);
    memset(longer, '/', sizeof(longer) - 1);
    const char *const right[] = {"/", "/a", "/a/b c", "/\xc3\xa9", longest};
    const char *const wrong[] = {"", "a", "/a,b", "/a?b", "/a\\n", longer};
    each("{\"plugins\":[{\"name\":\"a\",\"namespace\":\"", "\"}]}", right,
         COUNT(right), true);
    each("{\"plugins\":[{\"name\":\"a\",\"namespace\":\"", "\"}]}", wrong,
         COUNT(wrong), false);
}
END_TEST

START_TEST(variables)
{
    setenv("MORTISE_A", "one", 1);
    setenv("MORTISE_B", "", 1);
    setenv("MORTISE_C", "${MORTISE_A}", 1);
    setenv("MORTISE_D", "\xff", 1);
    static const char *const texts[][2] = {
        {"${MORTISE_A}", "one"},
        {"a${MORTISE_A}b", "aoneb"},
        {"${MORTISE_A}${MORTISE_A}${MORTISE_B}", "oneone"},
        {"x${MORTISE_B}", "x"},
        {"$${MORTISE_A}", "${MORTISE_A}"},
        {"$$${MORTISE_A}", "$${MORTISE_A}"},
        {"$MORTISE_A $ $$ {} }", "$MORTISE_A $ $$ {} }"},
        {"\\u0024{MORTISE_A}", "one"},
        {"${MORTISE_C}", "${MORTISE_A}"}, /* once is enough */
    };
    for (int i = 0; i < COUNT(texts); i++) {
        char text[200];
        snprintf(text, sizeof(text), "{\"runDir\":\"/%s\"}", texts[i][0]);
        struct config *c = good(text);
        ck_assert_int_eq(c->run_dir.p[0], '/');
        ck_str(str_of(c->run_dir.p + 1, c->run_dir.n - 1), texts[i][1]);
        config_free(c);
    }
    static const char *const broken[][2] = {
        {"${MORTISE_NO}", "the environment variable MORTISE_NO is not set"},
        {"${MORTISE_D}", "the environment variable MORTISE_D is not UTF-8"},
        {"${}", "\"\" is not the name of an environment variable; write $${ "
                "for a plain ${"},
        {"${a b}", "\"a b\" is not the name of an environment variable; write "
                   "$${ for a plain ${"},
        {"${1}", "\"1\" is not the name of an environment variable; write $${ "
                 "for a plain ${"},
        {"${A", "a ${ without its }; write $${ for a plain ${"},
    };
    for (int i = 0; i < COUNT(broken); i++) {
        char text[200], want[200];
        snprintf(text, sizeof(text), "{\"runDir\":\"/%s\"}", broken[i][0]);
        snprintf(want, sizeof(want), "1:11: %s", broken[i][1]);
        bad(text, want);
    }
    bad("{\"listen\":\"${MORTISE_A}\",\n\"runDir\":\"${A}${B}\"}",
        "1:11: \"listen\" must be one or more of HOST:PORT, [IPV6]:PORT or "
        ":PORT, the port from 0 to 65535, unix:PATH with a \"/\" in it, "
        "systemd or systemd:NAME, not \"one\"\n"
        "2:10: the environment variable A is not set\n"
        "2:10: the environment variable B is not set");
}
END_TEST

/* A file with these bytes. */
static const char *file_of(const void *bytes, size_t n)
{
    static char path[64];
    FILE *file;

    snprintf(path, sizeof(path), "/tmp/mortise-secret-%d", (int)getpid());
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

static void each_file(const char *text, const char *want)
{
    char json[200];

    snprintf(json, sizeof(json), "{\"runDir\":\"/<${file:%s}>\"}",
             file_of(text, strlen(text)));
    struct config *c = good(json);
    ck_str(c->run_dir, want);
    config_free(c);
}

static void bad_file(const void *bytes, size_t n, const char *why)
{
    const char *path = file_of(bytes, n);
    char json[200], want[200];

    snprintf(json, sizeof(json), "{\"runDir\":\"/${file:%s}\"}", path);
    snprintf(want, sizeof(want), "1:11: the file \"%s\" cannot be read: %s",
             path, why);
    bad(json, want);
}

START_TEST(files)
{
    static char many[65537];

    each_file("secret", "/<secret>");
    each_file("secret\n", "/<secret>");
    each_file("secret\r\n", "/<secret>");
    each_file("", "/<>");
    each_file("${HOME} \"\xc3\xa4\\", "/<${HOME} \"\xc3\xa4\\>");
    bad_file("\xff", 1, "it is no text in UTF-8");
    bad_file("a\0b", 3, "it is no text in UTF-8");
    memset(many, 'a', sizeof(many));
    bad_file(many, sizeof(many), "it has more than 64 KiB");
    unlink(file_of("", 0));
    bad("{\"runDir\":\"/${file:/tmp/mortise-none/x}\"}",
        "1:11: the file \"/tmp/mortise-none/x\" cannot be read: No such file "
        "or "
        "directory");
    bad("{\"runDir\":\"/${file:/tmp}\"}",
        "1:11: the file \"/tmp\" cannot be read: Invalid argument");
    bad("{\"runDir\":\"/${file:}\"}",
        "1:11: \"file:\" is not the name of an environment variable; write $${ "
        "for a plain ${");
}
END_TEST

/* Beside the file of the configuration, wherever that is read from. */
START_TEST(files_beside_it)
{
    char folder[] = "/tmp/mortise-config-XXXXXX", path[64], secret[64];
    struct config *c = NULL;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/a.json", folder);
    snprintf(secret, sizeof(secret), "%s/b", folder);
    ck_assert_int_eq(rename(file_of("x", 1), secret), 0);
    buf_clear(&errors);
    ck_assert_int_eq(
        config_parse(path, STR("{\"runDir\":\"/${file:b}\"}"), &c, &errors), 0);
    ck_str(c->run_dir, "/x");
    config_free(c);
    unlink(secret);
    rmdir(folder);
}
END_TEST

START_TEST(variables_in_settings)
{
    setenv("MORTISE_A", "o\"ne", 1);
    struct config *c =
        good("{\"plugins\":[{\"name\":\"a\",\"settings\":{ \"deep\": "
             "[1,{\"k\":\"<${MORTISE_A}>\"}] , \"other\":[ 2 ]}}]}");
    const struct json *settings = c->plugins[0].settings;
    const struct json *k =
        json_get(json_at(json_get(settings, STR("deep")), 1), STR("k"));
    struct buf out;
    struct json_writer w;

    ck_str(k->text, "<o\"ne>");
    buf_init(&out, 1000);
    json_writer_init(&w, &out);
    json_put_value(&w, settings);
    ck_str(buf_str(&out), "{\"deep\":[1,{\"k\":\"<o\\\"ne>\"}],\"other\":[2]}");
    buf_clear(&out);
    config_place(c, k, &out);
    ck_str(buf_str(&out), "dir/file.json:1:54");
    buf_free(&out);
    config_free(c);
}
END_TEST

START_TEST(long_names_are_cut)
{
    char text[400] = "{\"", want[300];
    size_t n = 2;
    for (int i = 0; i < 50; i++, n += 2)
        memcpy(text + n, "\xc3\xa9", 2);
    memcpy(text + n, "x\":1}", 6);
    snprintf(want, sizeof(want), "1:2: unknown key \"%.64s...\"", text + 2);
    bad(text, want);
    /* One byte further on the cut would be inside a character. */
    text[2] = 'x';
    memmove(text + 3, text + 4, n + 3);
    snprintf(want, sizeof(want), "1:2: unknown key \"%.63s...\"", text + 2);
    bad(text, want);
}
END_TEST

START_TEST(complaints_have_an_end)
{
    static char text[20000];
    size_t n = (size_t)snprintf(text, sizeof(text), "{\"a0\":0");
    for (int i = 1; i < 250; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, ",\n\"a%d\":0", i);
    snprintf(text + n, sizeof(text) - n, "}");
    struct config *c = NULL;
    ck_assert_int_eq(config_parse("f", str_z(text), &c, &errors), ERR_SYNTAX);
    unsigned lines = 0;
    for (size_t i = 0; i < errors.n; i++)
        lines += errors.p[i] == '\n';
    ck_assert_uint_eq(lines, 101);
    ck_assert(str_ends(buf_str(&errors), STR("\nf: and 150 more\n")));
    ck_assert(str_starts(buf_str(&errors), STR("f:1:2: unknown key \"a0\"")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("complaints");
    TCase *tc = tcase_create("complaints");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, refuses, 0, COUNT(cases));
    tcase_add_test(tc, listen_shapes);
    tcase_add_test(tc, origin_shapes);
    tcase_add_test(tc, plugin_name_shapes);
    tcase_add_test(tc, namespace_shapes);
    tcase_add_test(tc, variables);
    tcase_add_test(tc, files);
    tcase_add_test(tc, files_beside_it);
    tcase_add_test(tc, variables_in_settings);
    tcase_add_test(tc, long_names_are_cut);
    tcase_add_test(tc, complaints_have_an_end);
    return unit_main(suite);
}
