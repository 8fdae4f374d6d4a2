/* SPDX-License-Identifier: MIT */
#include "config_unit.h"

#include <stdio.h>
#include <unistd.h>

START_TEST(defaults)
{
    struct config *c = good("{}");
    ck_str(c->file, "dir/file.json");
    ck_assert_int_eq(c->mode, CONFIG_PRODUCTION);
    ck_assert_uint_eq(c->listen.count, 1);
    ck_str(c->listen.items[0], "localhost:3000");
    ck_assert_uint_eq(c->plugin_dir.n, 0);
    ck_assert_uint_eq(c->run_dir.n, 0);
    ck_assert_int_eq(c->drain_timeout, 10000);
    ck_assert_int_eq(c->log_level, LOG_LEVEL_INFO);
    ck_assert_int_eq(c->log_format, LOG_FORMAT_TEXT);
    ck_assert_uint_eq(c->web.root.n, 0);
    ck_assert_int_eq(c->web.max_age, 0);
    ck_str(c->path, "/socket.io");
    ck_assert_int_eq(c->ping_interval, 25000);
    ck_assert_int_eq(c->ping_timeout, 20000);
    ck_assert_int_eq(c->upgrade_timeout, 10000);
    ck_assert_int_eq(c->connect_timeout, 45000);
    ck_assert_int_eq(c->max_http_buffer_size, 1000000);
    ck_assert(c->polling && c->websocket);
    ck_assert(c->json && !c->msgpack);
    ck_assert_int_eq(c->http_compression, 1024);
    ck_assert(c->allow_upgrades && c->serve_client && !c->allow_eio3);
    ck_assert_uint_eq(c->client_dir.n, 0);
    ck_assert(!c->cors.enabled && !c->cors.any && !c->cors.reflect);
    ck_assert_int_eq(c->cors.max_age, -1);
    ck_assert_int_eq(c->limits.connections, 65536);
    ck_assert_int_eq(c->limits.header_size, 16384);
    ck_assert_int_eq(c->limits.header_timeout, 10000);
    ck_assert_int_eq(c->limits.body_timeout, 30000);
    ck_assert_int_eq(c->limits.keep_alive_timeout, 60000);
    ck_assert_int_eq(c->limits.send_buffer, 16777216);
    ck_assert_int_eq(c->limits.packets_per_payload, 10000);
    ck_assert_int_eq(c->limits.attachments, 10);
    ck_assert_int_eq(c->limits.json_depth, 64);
    ck_assert_int_eq(c->limits.connections_per_address, 1000);
    ck_assert_int_eq(c->limits.handshakes_per_second, 100);
    ck_assert_int_eq(c->limits.rooms_per_socket, 1000);
    ck_assert_int_eq(c->limits.acks_per_socket, 1000);
    ck_assert_int_eq(c->limits.namespaces_per_client, 100);
    ck_assert_int_eq(c->limits.send_buffer_low, 65536);
    ck_assert_int_eq(c->limits.send_packets, 50000);
    ck_assert_int_eq(c->limits.send_packets_low, 1000);
    ck_assert_int_eq(c->limits.ack_timeout, 30000);
    ck_assert_int_eq(c->limits.data_per_socket, 65536);
    ck_assert(c->notices);
    ck_assert(c->reload.canary);
    ck_assert_int_eq(c->reload.timeout, 2000);
    ck_assert_int_eq(c->reload.generations, 64);
    ck_assert_uint_eq(c->plugin_count, 0);
    ck_assert_ptr_nonnull(c->root);
    config_free(c);
    config_free(NULL);
}
END_TEST

START_TEST(everything)
{
    struct config *c = good(
        "// every key\n"
        "{\"mode\":\"development\",\"listen\":[\"127.0.0.1:0\",\":80\","
        "\"[::1]:65535\",\"[fe80::1%eth0]:1\",\"a-b.example:443\"],"
        "\"pluginDir\":\"plugins\",\"runDir\":\"/run/x\",\"drainTimeout\":0,"
        "\"log\":{\"level\":\"debug\",\"format\":\"json\"},"
        "\"static\":{\"root\":\"../web\",\"maxAge\":3600},"
        "\"path\":\"/rt/\",\"pingInterval\":1e3,\"pingTimeout\":200,"
        "\"upgradeTimeout\":3,\"connectTimeout\":4.0,"
        "\"maxHttpBufferSize\":5,\"transports\":[\"websocket\"],"
        "\"parsers\":[\"msgpack\"],"
        "\"allowUpgrades\":false,\"serveClient\":false,\"allowEIO3\":true,"
        "\"notices\":false,\"clientDir\":\"c\",\"limits\":{\"connections\":1,"
        "\"headerSize\":2048,\"headerTimeout\":3,\"bodyTimeout\":4,"
        "\"keepAliveTimeout\":5,\"sendBuffer\":40960,"
        "\"packetsPerPayload\":7,\"attachments\":0,\"jsonDepth\":9,"
        "\"roomsPerSocket\":10,\"acksPerSocket\":11,"
        "\"sendBufferLow\":12,\"dataPerSocket\":13,"
        "\"namespacesPerClient\":16},\"reload\":{"
        "\"canary\":false,\"timeout\":14,\"generations\":15}}");
    ck_assert_int_eq(c->mode, CONFIG_DEVELOPMENT);
    ck_assert_uint_eq(c->listen.count, 5);
    ck_str(c->listen.items[3], "[fe80::1%eth0]:1");
    ck_str(c->plugin_dir, "dir/plugins");
    ck_str(c->run_dir, "/run/x");
    ck_assert_int_eq(c->drain_timeout, 0);
    ck_assert_int_eq(c->log_level, LOG_LEVEL_DEBUG);
    ck_assert_int_eq(c->log_format, LOG_FORMAT_JSON);
    ck_str(c->web.root, "dir/../web");
    ck_assert_int_eq(c->web.max_age, 3600);
    ck_str(c->path, "/rt");
    ck_assert_int_eq(c->ping_interval, 1000);
    ck_assert_int_eq(c->ping_timeout, 200);
    ck_assert_int_eq(c->upgrade_timeout, 3);
    ck_assert_int_eq(c->connect_timeout, 4);
    ck_assert_int_eq(c->max_http_buffer_size, 5);
    ck_assert(!c->polling && c->websocket);
    ck_assert(!c->json && c->msgpack);
    ck_assert(!c->allow_upgrades && !c->serve_client && c->allow_eio3);
    ck_str(c->client_dir, "dir/c");
    ck_assert_int_eq(c->limits.connections, 1);
    ck_assert_int_eq(c->limits.header_size, 2048);
    ck_assert_int_eq(c->limits.header_timeout, 3);
    ck_assert_int_eq(c->limits.body_timeout, 4);
    ck_assert_int_eq(c->limits.keep_alive_timeout, 5);
    ck_assert_int_eq(c->limits.send_buffer, 40960);
    ck_assert_int_eq(c->limits.packets_per_payload, 7);
    ck_assert_int_eq(c->limits.attachments, 0);
    ck_assert_int_eq(c->limits.json_depth, 9);
    ck_assert_int_eq(c->limits.rooms_per_socket, 10);
    ck_assert_int_eq(c->limits.acks_per_socket, 11);
    ck_assert_int_eq(c->limits.send_buffer_low, 12);
    ck_assert_int_eq(c->limits.data_per_socket, 13);
    ck_assert_int_eq(c->limits.namespaces_per_client, 16);
    ck_assert(!c->notices);
    ck_assert(!c->reload.canary);
    ck_assert_int_eq(c->reload.timeout, 14);
    ck_assert_int_eq(c->reload.generations, 15);
    config_free(c);
}
END_TEST

START_TEST(sections_in_part)
{
    struct config *c = good("{\"limits\":{\"jsonDepth\":5},\"static\":{}}");
    ck_assert_int_eq(c->limits.json_depth, 5);
    ck_assert_int_eq(c->limits.connections, 65536);
    ck_assert_int_eq(c->web.max_age, 0);
    config_free(c);
}
END_TEST

START_TEST(paths_without_a_folder)
{
    struct config *c = NULL;
    struct str text = STR("{\"pluginDir\":\"x/y\",\"runDir\":\"\"}");
    ck_assert_int_eq(config_parse("file.json", text, &c, &errors), 0);
    ck_str(c->plugin_dir, "x/y");
    ck_str(c->run_dir, "");
    config_free(c);
    ck_assert_int_eq(config_parse("/file.json", text, &c, &errors), 0);
    ck_str(c->plugin_dir, "/x/y");
    config_free(c);
}
END_TEST

START_TEST(paths_of_sockets_and_logs)
{
    struct config *c = NULL;
    struct str text = STR("{\"listen\":[\"a:1\",\"unix:./b\"],"
                          "\"control\":\"c\",\"log\":{\"file\":\"d\"}}");
    ck_assert_int_eq(config_parse("/x/file.json", text, &c, &errors), 0);
    ck_str(c->listen.items[0], "a:1");
    ck_str(c->listen.items[1], "unix:/x/./b");
    ck_str(c->control, "/x/c");
    ck_str(c->log_file, "/x/d");
    config_free(c);
    c = good("{}");
    ck_str(c->control, "");
    ck_str(c->log_file, "");
    config_free(c);
}
END_TEST

START_TEST(cors)
{
    struct config *c = good("{\"cors\":{\"origin\":\"*\"}}");
    ck_assert(c->cors.enabled && c->cors.any && !c->cors.fixed);
    ck_assert(!c->cors.credentials && !c->cors.reflect);
    ck_str(c->cors.methods, "GET,HEAD,PUT,PATCH,POST,DELETE");
    ck_assert_uint_eq(c->cors.allowed_headers.n, 0);
    ck_assert_uint_eq(c->cors.exposed_headers.n, 0);
    ck_assert_int_eq(c->cors.max_age, -1);
    config_free(c);

    c = good("{\"mode\":\"development\","
             "\"cors\":{\"origin\":true,\"credentials\":true}}");
    ck_assert(c->cors.reflect && c->cors.credentials && !c->cors.any);
    config_free(c);

    c = good("{\"cors\":{\"origin\":\"https://a.example\",\"maxAge\":600,"
             "\"methods\":[\"GET\",\"POST, PUT\"],"
             "\"allowedHeaders\":\"x-one, X-Two\",\"exposedHeaders\":[\"E\"]"
             "}}");
    ck_assert(c->cors.fixed && !c->cors.any);
    ck_assert_uint_eq(c->cors.origins.count, 1);
    ck_str(c->cors.origins.items[0], "https://a.example");
    ck_str(c->cors.methods, "GET,POST,PUT");
    ck_str(c->cors.allowed_headers, "x-one,X-Two");
    ck_str(c->cors.exposed_headers, "E");
    ck_assert_int_eq(c->cors.max_age, 600);
    config_free(c);

    c = good("{\"cors\":{\"origin\":[\"http://a:1\",\"null\"]}}");
    ck_assert(c->cors.enabled && !c->cors.fixed);
    ck_assert_uint_eq(c->cors.origins.count, 2);
    ck_str(c->cors.origins.items[1], "null");
    ck_assert_int_eq(c->cors.preflight_status, 204);
    config_free(c);

    /* A pattern is no value that could be sent as it is. */
    c = good("{\"cors\":{\"origin\":\"https://*.a.example\","
             "\"optionsSuccessStatus\":200}}");
    ck_assert(c->cors.enabled && !c->cors.fixed && !c->cors.any);
    ck_assert_int_eq(c->cors.preflight_status, 200);
    config_free(c);
}
END_TEST

static const struct {
    const char *text, *name, *attributes;
} cookies[] = {
    {"true", "io", "; Path=/; HttpOnly; SameSite=Lax"},
    {"{}", "io", "; Path=/; HttpOnly; SameSite=Lax"},
    {"{\"name\":\"woot\",\"path\":false,\"httpOnly\":false}", "woot",
     "; SameSite=Lax"},
    {"{\"path\":\"/a\",\"sameSite\":\"strict\",\"maxAge\":0}", "io",
     "; Max-Age=0; Path=/a; HttpOnly; SameSite=Strict"},
    {"{\"sameSite\":\"none\",\"secure\":true,\"partitioned\":true,"
     "\"domain\":\"example.org\",\"maxAge\":86400}",
     "io",
     "; Max-Age=86400; Domain=example.org; Path=/; HttpOnly; Secure; "
     "Partitioned; SameSite=None"},
};

START_TEST(cookie)
{
    char text[256];

    snprintf(text, sizeof(text), "{\"cookie\":%s}", cookies[_i].text);
    struct config *c = good(text);
    ck_assert(c->cookie.enabled);
    ck_str(c->cookie.name, cookies[_i].name);
    ck_str(c->cookie.attributes, cookies[_i].attributes);
    config_free(c);
    c = good("{\"cookie\":false}");
    ck_assert(!c->cookie.enabled);
    config_free(c);
}
END_TEST

START_TEST(http_compression)
{
    struct config *c = good("{\"httpCompression\":false}");
    ck_assert_int_eq(c->http_compression, 0);
    config_free(c);
    c = good("{\"httpCompression\":{\"threshold\":77}}");
    ck_assert_int_eq(c->http_compression, 77);
    config_free(c);
    c = good("{\"httpCompression\":{}}");
    ck_assert_int_eq(c->http_compression, 1024);
    config_free(c);
    bad("{\"httpCompression\":1}",
        "1:20: \"httpCompression\" must be true, false or an object, not 1");
}
END_TEST

START_TEST(deflate)
{
    struct config *c = good("{}");
    ck_assert(!c->deflate.enabled);
    config_free(c);
    c = good("{\"perMessageDeflate\":true}");
    ck_assert(c->deflate.enabled && !c->deflate.server_no_takeover &&
              !c->deflate.client_no_takeover);
    ck_assert_int_eq(c->deflate.threshold, 1024);
    ck_assert_int_eq(c->deflate.server_bits, 0);
    ck_assert_int_eq(c->deflate.client_bits, 0);
    ck_assert_int_eq(c->deflate.level, 1);
    ck_assert_int_eq(c->deflate.memory_level, 8);
    ck_assert_int_eq(c->deflate.memory, 64 << 20);
    config_free(c);
    c = good("{\"perMessageDeflate\":{\"serverNoContextTakeover\":true,"
             "\"clientNoContextTakeover\":true,\"serverMaxWindowBits\":9,"
             "\"clientMaxWindowBits\":10,\"threshold\":0,\"level\":9,"
             "\"memLevel\":1,\"memory\":0}}");
    ck_assert(c->deflate.enabled && c->deflate.server_no_takeover &&
              c->deflate.client_no_takeover);
    ck_assert_int_eq(c->deflate.threshold, 0);
    ck_assert_int_eq(c->deflate.server_bits, 9);
    ck_assert_int_eq(c->deflate.client_bits, 10);
    ck_assert_int_eq(c->deflate.level, 9);
    ck_assert_int_eq(c->deflate.memory_level, 1);
    ck_assert_int_eq(c->deflate.memory, 0);
    config_free(c);
    bad("{\"perMessageDeflate\":1}",
        "1:22: \"perMessageDeflate\" must be true, false or an object, not 1");
    bad("{\"perMessageDeflate\":{\"serverMaxWindowBits\":7}}",
        "1:45: \"perMessageDeflate.serverMaxWindowBits\" must be a whole "
        "number from 8 to 15, not 7");
}
END_TEST

START_TEST(proxies)
{
    struct config *c = good("{}");
    ck_assert_uint_eq(c->trusted_proxies.count, 0);
    ck_assert_int_eq(c->proxy_header, PROXY_X_FORWARDED_FOR);
    config_free(c);

    c = good("{\"listen\":[\":80\",\":81 proxy_protocol\","
             "\"unix:x/y proxy_protocol\"],\"proxyHeader\":\"Forwarded\","
             "\"trustedProxies\":[\"10.0.0.0/8\",\"::1\",\"unix:\"]}");
    ck_str(c->listen.items[1], ":81 proxy_protocol");
    ck_str(c->listen.items[2], "unix:dir/x/y proxy_protocol");
    ck_assert_int_eq(c->proxy_header, PROXY_FORWARDED);
    ck_assert_uint_eq(c->trusted_proxies.count, 3);
    ck_assert_uint_eq(c->trusted_proxies.items[0].bits, 104);
    ck_assert(c->trusted_proxies.items[2].first.is_unix);
    config_free(c);

    c = good("{\"trustedProxies\":\"127.0.0.1\"}");
    ck_assert_uint_eq(c->trusted_proxies.count, 1);
    config_free(c);
}
END_TEST

START_TEST(plugins)
{
    struct config *c =
        good("{\"plugins\":[\n"
             " {\"name\":\"a\"},\n"
             " {\"name\":\"b-2_x\",\"path\":\"sub/b.so\",\"namespace\":"
             "\"/n\",\"enabled\":false,\"settings\":{\"k\":[1]}},\n"
             " {\"name\":\"c\",\"path\":\"c.so\",\"state\":\"fresh\"},\n"
             " {\"name\":\"d\",\"path\":\"/d.so\",\"state\":\"require\"}]}");
    ck_assert_uint_eq(c->plugin_count, 4);
    ck_str(c->plugins[0].name, "a");
    ck_assert_uint_eq(c->plugins[0].path.n, 0);
    ck_str(c->plugins[0].name_space, "/");
    ck_assert(c->plugins[0].enabled);
    ck_assert_ptr_null(c->plugins[0].settings);
    ck_assert_uint_eq(c->plugins[0].line, 2);
    ck_assert_uint_eq(c->plugins[0].column, 2);
    ck_str(c->plugins[1].name, "b-2_x");
    ck_str(c->plugins[1].path, "dir/sub/b.so");
    ck_str(c->plugins[1].name_space, "/n");
    ck_assert(!c->plugins[1].enabled);
    ck_assert_int_eq(c->plugins[1].settings->type, JSON_OBJECT);
    ck_assert_uint_eq(c->plugins[1].line, 3);
    ck_str(c->plugins[2].path, "c.so");
    ck_assert(!c->plugins[1].fresh_state && c->plugins[2].fresh_state);
    ck_assert(!c->plugins[3].fresh_state);
    ck_str(c->plugins[3].path, "/d.so");

    struct buf place;
    buf_init(&place, 100);
    config_place(c, json_get(c->plugins[1].settings, STR("k")), &place);
    ck_str(buf_str(&place), "dir/file.json:3:85");
    buf_free(&place);
    config_free(c);
    config_free(good("{\"plugins\":[]}"));
}
END_TEST

START_TEST(loads_files)
{
    char path[] = "/tmp/mortise-config-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    struct config *c = NULL;
    static const char text[] = "{\"pingTimeout\":7} // end";
    ck_assert_int_eq(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    ck_assert_int_eq(config_load(path, &c, &errors), 0);
    ck_assert_int_eq(c->ping_timeout, 7);
    ck_str(c->text, text);
    config_free(c);
    c = NULL;

    ck_assert_int_eq(ftruncate(fd, (1 << 20) + 1), 0);
    ck_assert_int_eq(config_load(path, &c, &errors), ERR_SYNTAX);
    ck_assert_ptr_nonnull(strstr(errors.p, "at most 1048576 bytes"));
    ck_assert_ptr_null(c);
    buf_clear(&errors);
    close(fd);
    unlink(path);
    ck_assert_int_eq(config_load("/nonexistent/x.json", &c, &errors), ERR_IO);
    ck_str(buf_str(&errors),
           "/nonexistent/x.json: No such file or directory\n");
    buf_clear(&errors);
    ck_assert_int_eq(config_load("/", &c, &errors), ERR_IO);
    ck_str(buf_str(&errors), "/: Is a directory\n");
    ck_assert_ptr_null(c);
}
END_TEST

/* The configurations that come with the server. */
static struct config *load_shipped(const char *name)
{
    char path[1024];
    struct config *c = NULL;
    snprintf(path, sizeof(path), "%s/config/%s", getenv("MORTISE_SOURCE"),
             name);
    int r = config_load(path, &c, &errors);
    ck_assert_msg(r == 0, "%.*s", STR_ARG(buf_str(&errors)));
    return c;
}

START_TEST(shipped_files)
{
    struct config *c = load_shipped("mortise.json");
    ck_assert_int_eq(c->mode, CONFIG_DEVELOPMENT);
    ck_str(c->listen.items[0], "localhost:3000");
    ck_assert(str_ends(c->web.root, STR("/config/../web/dist")));
    ck_assert_uint_ge(c->plugin_count, 2);
    config_free(c);

    c = load_shipped("echo.json");
    ck_str(c->listen.items[0], "localhost:3000");
    ck_assert_uint_eq(c->plugin_count, 1);
    ck_str(c->plugins[0].name, "echo");
    ck_str(c->plugins[0].name_space, "/");
    ck_assert(!c->cors.enabled);
    config_free(c);

    c = load_shipped("conformance.json");
    ck_assert_uint_eq(c->plugin_count, 1);
    ck_assert_int_eq(c->ping_interval, 300);
    ck_assert_int_eq(c->ping_timeout, 200);
    ck_assert_int_eq(c->connect_timeout, 1000);
    ck_assert(c->cors.any);
    config_free(c);
}
END_TEST

START_TEST(out_of_memory)
{
    static const char right[] =
        "{\"listen\":[\"a:1\",\"b:${MORTISE_PORT}\",\"unix:a/b\"],"
        "\"pluginDir\":\"x\","
        "\"cors\":{\"origin\":[\"http://a\"],\"methods\":\"GET,PUT\"},"
        "\"plugins\":[{\"name\":\"a\",\"path\":\"b/c\",\"settings\":{}}]}";
    static const char wrong[] =
        "{\"lisden\":1,\"listen\":2,\"mode\":\"x\",\"a\":\"${NOPE}\",\"a\":1,"
        "\"plugins\":[{\"name\":\"a\"},{\"name\":\"a\"},{\"x\":1}]}";
    const char *const texts[] = {right, wrong};

    setenv("MORTISE_PORT", "80", 1);
    for (int i = 0; i < 2; i++) {
        long n = 0;
        int r;
        do {
            struct config *c = NULL;
            buf_free(&errors);
            mem_fail_after(n++);
            r = config_parse("dir/file.json", str_z(texts[i]), &c, &errors);
            mem_fail_after(-1);
            ck_assert(r == ERR_NOMEM || r == (i ? ERR_SYNTAX : 0));
            ck_assert((r == 0) == (c != NULL));
            config_free(c);
            /* The list of complaints is the caller's and may have failed. */
            if (r == ERR_SYNTAX && errors.error)
                r = ERR_NOMEM;
        } while (r == ERR_NOMEM);
        ck_assert_int_ge(n, 10);
    }
}
END_TEST

START_TEST(out_of_memory_loading)
{
    char path[1024];
    int r;
    long n = 0;
    snprintf(path, sizeof(path), "%s/config/mortise.json",
             getenv("MORTISE_SOURCE"));
    do {
        struct config *c = NULL;
        mem_fail_after(n++);
        r = config_load(path, &c, &errors);
        mem_fail_after(-1);
        ck_assert((r == 0) == (c != NULL));
        config_free(c);
    } while (r == ERR_NOMEM);
    ck_assert_int_eq(r, 0);
}
END_TEST

START_TEST(describes_every_key)
{
    static const char *const lines[] = {
        "| `mode` | \"development\" or \"production\" | `\"production\"` | "
        "with a reload | ",
        "| `path` | a path that begins with \"/\" and a name | "
        "`\"/socket.io\"` | after a restart | ",
        "| `log.level` | \"error\", \"warn\", \"info\" or \"debug\" | "
        "`\"info\"` | with a reload | ",
        "| `pingInterval` | a whole number from 1 to 86400000 | `25000` | "
        "for new connections | ",
        "| `static.root` | a path |  | with a reload | ",
        "| `cors` | ",
        "| `cors.origin` | ",
        "| `limits.acksPerSocket` | a whole number from 1 to 1000000 | ",
        "| `plugins[].name` | ",
        "| `plugins[].settings` | an object |  | with a reload | ",
    };
    struct buf out;
    buf_init(&out, 1 << 16);
    config_describe(&out);
    ck_assert_int_eq(out.error, 0);
    buf_append_char(&out, '\0');
    for (int i = 0; i < COUNT(lines); i++)
        ck_assert_msg(strstr(out.p, lines[i]), "%s", lines[i]);
    /* Every line has the five columns. */
    unsigned count = 0;
    for (struct str rest = {out.p, out.n - 2}; rest.p; count++) {
        struct str line = str_cut(&rest, '\n');
        unsigned bars = 0;
        for (size_t i = 0; i < line.n; i++)
            bars += line.p[i] == '|';
        ck_assert_msg(bars == 6, "%.*s", STR_ARG(line));
    }
    ck_assert_uint_eq(count, 113);
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config");
    TCase *tc = tcase_create("config");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, defaults);
    tcase_add_test(tc, everything);
    tcase_add_test(tc, sections_in_part);
    tcase_add_test(tc, paths_without_a_folder);
    tcase_add_test(tc, paths_of_sockets_and_logs);
    tcase_add_test(tc, cors);
    tcase_add_loop_test(tc, cookie, 0, COUNT(cookies));
    tcase_add_test(tc, proxies);
    tcase_add_test(tc, http_compression);
    tcase_add_test(tc, deflate);
    tcase_add_test(tc, plugins);
    tcase_add_test(tc, loads_files);
    tcase_add_test(tc, shipped_files);
    tcase_add_test(tc, out_of_memory);
    tcase_add_test(tc, out_of_memory_loading);
    tcase_add_test(tc, describes_every_key);
    return unit_main(suite);
}
