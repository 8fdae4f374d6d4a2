/* SPDX-License-Identifier: MIT */
/* Routes of every kind; what they are told, and what their calls return, is
 * in their answers and in the log. */
#include <stdio.h>
#include <string.h>

#include <mortise/http.h>

static mortise_request kept;

static const char *or_none(const char *text)
{
    return text ? text : "(none)";
}

/* What calls returned, in a line. */
static void say_all(const char *what, const int *results, int count)
{
    char line[128];
    int n = 0;
    for (int i = 0; i < count; i++)
        n += snprintf(line + n, sizeof(line) - (size_t)n, " %d", results[i]);
    mortise_log(MORTISE_INFO, "%s%s", what, line);
}

/* Says who was asked, and for what. */
static void on_plain(mortise_request request, const mortise_http *http)
{
    mortise_http_json(request, 200, "{plain:s, method:s, query:s, peer:s}",
                      http->path, http->method, http->query, http->peer);
}

static void on_user(mortise_request request, const mortise_http *http)
{
    mortise_http_json(request, 200, "{id:s, other:s, rest:s}",
                      mortise_http_param(request, "id"),
                      mortise_http_param(request, "other"),
                      mortise_http_param(request, "*"));
}

static void on_facts(mortise_request request, const mortise_http *http)
{
    char text[512];
    snprintf(text, sizeof(text), "%s %s %s %s %s",
             or_none(mortise_http_query(request, "q")),
             or_none(mortise_http_header(request, "x-head")),
             or_none(mortise_http_cookie(request, "b")),
             or_none(mortise_http_form(request, "f")),
             or_none(mortise_http_text(request, 99, "q")));
    mortise_http_say(request, 200, text);
}

/* Everything it was given is still there behind the answer. */
static void on_body(mortise_request request, const mortise_http *http)
{
    mortise_value json = mortise_http_body_json(request);
    mortise_str body = mortise_http_body(request);
    int first = mortise_http_answer(request, 201, "text/plain", http->body);

    mortise_log(MORTISE_INFO, "%d %d, %s, %.*s, then %d", first,
                (int)mortise_int(mortise_get(json, "n"), -1), http->path,
                (int)body.n, body.p, (int)mortise_http_body(request).n);
    const int again[] = {
        mortise_http_say(request, 200, ""),
        mortise_http_set_header(request, "a", "b"),
        mortise_http_set_cookie(request, "a", "b", 1, 0),
        mortise_http_query(request, "q") != NULL,
    };
    say_all("again", again, 4);
}

static void on_headers(mortise_request request, const mortise_http *http)
{
    const int headers[] = {
        mortise_http_set_header(request, "X-A", "one"),
        mortise_http_set_header(request, "X-A", "two\r\nX-B: three"),
        mortise_http_set_header(request, "X A", "two"),
        mortise_http_set_header(request, "content-length", "5"),
    };
    const int cookies[] = {
        mortise_http_set_cookie(request, "sid", "1", 60, 0),
        mortise_http_set_cookie(request, "sid", "1; Domain=x", -1, 0),
        mortise_http_set_cookie(request, "s", "", 0, MORTISE_COOKIE_ANY_SITE),
    };
    const int answers[] = {
        mortise_http_say(request, 199, ""),
        mortise_http_say(request, 600, ""),
        mortise_http_answer(request, 200, "a\r\nb", http->body),
        mortise_http_json(request, 200, "i, i", 1, 2),
        mortise_http_refuse(request, "no"),
    };
    say_all("headers", headers, 4);
    say_all("cookies", cookies, 3);
    say_all("answers", answers, 5);
    mortise_http_redirect(request, 303, "/elsewhere?a=b");
}

static void on_keep(mortise_request request, const mortise_http *http)
{
    kept = request;
}

static void on_release(mortise_request request, const mortise_http *http)
{
    mortise_http_json(
        request, 200, "{kept:i}",
        mortise_http_say(kept, 200, or_none(mortise_http_param(kept, "name"))));
}

static void on_before(mortise_request request, const mortise_http *http)
{
    if (mortise_http_query(request, "stop"))
        mortise_http_say(request, 401, "stopped");
}

static void on_tell(mortise_request request, const mortise_http *http)
{
    mortise_http_json(request, 200, "{told:i}",
                      mortise_emit(mortise_all("/", NULL), "told", "v",
                                   mortise_http_body_json(request)));
}

static const mortise_route routes[] = {
    {"GET", "/files/*", on_plain},
    {"GET", "/users/:id", on_user},
    {"GET", "/users/me", on_plain},
    {"GET", "/users/:other/*", on_user},
    {"DELETE", "/users/:id", on_user},
    {"GET",
     "/stra\xc3\x9f"
     "e",
     on_plain},
    {"GET", "/facts", on_facts},
    {"POST", "/facts", on_facts},
    {"POST", "/body", on_body, .body_max = 20},
    {"GET", "/headers", on_headers},
    {"GET", "/keep/:name", on_keep, .timeout = 5000},
    {"GET", "/release", on_release},
    {"POST", "/any/*", on_plain},
    {"POST", "/tell", on_tell},
    {MORTISE_HTTP_BEFORE, "/users/*", on_before},
};

static const mortise_route bad_path[] = {{"GET", "no/slash", on_plain}};
static const mortise_route bad_method[] = {{"G T", "/", on_plain}};
static const mortise_route twice[] = {{"GET", "/a/:b", on_plain},
                                      {"GET", "/a/:c", on_plain}};
static const mortise_route below[] = {{"GET", "/socket.io/x", on_plain}};

static int init(mortise_value settings)
{
    const char *wrong = mortise_text(mortise_get(settings, "wrong"), "");
    if (strcmp(wrong, "path") == 0)
        return mortise_http_routes(bad_path);
    if (strcmp(wrong, "method") == 0)
        return mortise_http_routes(bad_method);
    if (strcmp(wrong, "twice") == 0)
        return mortise_http_routes(twice);
    if (strcmp(wrong, "below") == 0)
        return mortise_http_routes(below);
    int error = mortise_http_routes(routes);
    if (strcmp(wrong, "again") == 0)
        mortise_http_routes(routes); /* nobody looks at what it says */
    return error;
}

MORTISE_PLUGIN("web", "1.0.0", .init = init);
