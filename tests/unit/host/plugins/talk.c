/* SPDX-License-Identifier: MIT */
/*
 * The plugin that the conversations of test_host.c are held with. What it is
 * told, and what its calls return, it writes to the log, where the test reads
 * it.
 */
#include <stdio.h>
#include <string.h>

#include <mortise/plugin.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

/* What a plugin should not keep, kept. */
static mortise_value old_value;
static mortise_list old_list;

static mortise_socket old_socket;
static mortise_reply reply;
static mortise_timer timer;
static int left; /* how often the timer may still come */

/* What the calls of a handler returned, in their order, as one line. */
static char line[512];

static void did(const char *what, int result)
{
    size_t n = strlen(line);
    snprintf(line + n, sizeof(line) - n, "%s%s %d", n ? ", " : "", what,
             result);
}

static void done(void)
{
    SAY("%s", line);
    line[0] = '\0';
}

static const char *word(const mortise_event *event, uint32_t index)
{
    return mortise_text(mortise_arg(event, index), "");
}

/* --- moments --- */

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    mortise_value auth = mortise_arg(event, 0);
    const char *refuse = mortise_text(mortise_get(auth, "refuse"), "");

    SAY("%s %s argc %u sid %d", event->name, event->name_space, event->argc,
        mortise_sid(from) != NULL);
    if (strcmp(refuse, "data") == 0) {
        did("refuse", mortise_refuse(event, "No entry", "{code:i, why:v}", 42,
                                     mortise_get(auth, "why")));
        did("again", mortise_refuse(event, "Twice", ""));
    } else if (strcmp(refuse, "plain") == 0) {
        did("refuse", mortise_refuse(event, NULL, ""));
    } else if (strcmp(refuse, "two") == 0) {
        did("refuse", mortise_refuse(event, "Two", "s, s", "a", "b"));
    } else if (strcmp(refuse, "latin") == 0) {
        did("refuse", mortise_refuse(event, "f\xfcr", "i", 1));
    } else if (strcmp(refuse, "binary") == 0) {
        mortise_str x = {"x", 1};
        did("refuse", mortise_refuse(event, "Binary", "x", x));
    } else if (strcmp(refuse, "early") == 0) {
        did("emit", mortise_emit(mortise_to(from), "x", ""));
        did("ask", mortise_emit_ack(from, "answered", 10, 1, "x", ""));
        did("join", mortise_join(from, "x"));
        did("disconnect", mortise_disconnect(from, 0));
        did("keep", mortise_ack_later(event) != 0);
    } else if (strcmp(refuse, "close") == 0) {
        did("close", mortise_disconnect(from, 1));
    } else {
        return;
    }
    done();
}

static void on_connect(mortise_socket from, const mortise_event *event)
{
    SAY("%s %s argc %u", event->name, event->name_space, event->argc);
    if (mortise_bool(mortise_get(mortise_arg(event, 0), "greet"), 0))
        mortise_emit(mortise_to(from), "welcome", "{id:s, auth:v}",
                     mortise_sid(from), mortise_arg(event, 0));
    SAY("refuse %d", mortise_refuse(event, "too late", ""));
}

static void on_going(mortise_socket from, const mortise_event *event)
{
    SAY("%s %s %s, in the room %d, sid %d", event->name, event->name_space,
        event->reason, mortise_is_in(from, "room"), mortise_sid(from) != NULL);
    did("emit", mortise_emit(mortise_to(from), "x", ""));
    did("join", mortise_join(from, "x"));
    did("reply", mortise_reply_to(reply, ""));
    done();
}

/* --- events --- */

static void on_echo(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "echo", "*", event);
}

static void on_ack(mortise_socket from, const mortise_event *event)
{
    did("wanted", (int)event->wants_ack);
    did("ack", mortise_ack(event, "*", event));
    did("again", mortise_ack(event, ""));
    did("later", mortise_ack_later(event) != 0);
    done();
}

static void on_slip(mortise_socket from, const mortise_event *event)
{
    did("ack", mortise_ack(event, "s s", "a", "b"));
    did("then", mortise_ack(event, "s", "mended"));
    done();
}

static void on_later(mortise_socket from, const mortise_event *event)
{
    mortise_reply got = mortise_ack_later(event);
    did("kept", got != 0);
    did("again", mortise_ack_later(event) != 0);
    if (got != 0) {
        did("ack", mortise_ack(event, ""));
        reply = got;
    }
    done();
}

static void on_reply(mortise_socket from, const mortise_event *event)
{
    did("slip", mortise_reply_to(reply, "q"));
    did("reply", mortise_reply_to(reply, "s", "late"));
    did("again", mortise_reply_to(reply, ""));
    done();
}

static void on_ask(mortise_socket from, const mortise_event *event)
{
    did("ask",
        mortise_emit_ack(from, "answered", 1000, 77, "question", "i", 1));
    done();
}

static void on_ask_wrong(mortise_socket from, const mortise_event *event)
{
    did("nobody", mortise_emit_ack(from, "nobody", 9, 1, "x", ""));
    did("no name", mortise_emit_ack(from, NULL, 9, 1, "x", ""));
    did("reserved", mortise_emit_ack(from, "answered", 9, 1, "connect", ""));
    did("format", mortise_emit_ack(from, "answered", 9, 1, "x", "]"));
    did("gone", mortise_emit_ack(0, "answered", 9, 1, "x", ""));
    done();
}

static void on_answered(mortise_socket from, const mortise_event *event)
{
    SAY("%s %s status %d cookie %d argc %u: %s, sid %d", event->name,
        event->name_space, event->status, (int)event->cookie, event->argc,
        word(event, 0), mortise_sid(from) != NULL);
    if (strcmp(word(event, 0), "back") == 0)
        mortise_emit(mortise_to(from), "answer", "*", event);
}

static void on_keep(mortise_socket from, const mortise_event *event)
{
    old_value = mortise_arg(event, 0);
    old_list = mortise_list_new();
    old_socket = from;
    did("list", mortise_list_add(old_list, "i", 1));
    did("type", (int)mortise_type(old_value));
    done();
}

static void on_use(mortise_socket from, const mortise_event *event)
{
    mortise_str bytes;
    mortise_target to = mortise_to(from);

    did("type", (int)mortise_type(old_value));
    did("text", mortise_text(old_value, NULL) != NULL);
    did("at", mortise_at(old_value, 0) != NULL);
    did("get", mortise_get(old_value, "k") != NULL);
    did("key", mortise_key_at(old_value, 0) != NULL);
    did("count", (int)mortise_count(old_value));
    did("bytes", mortise_bytes(old_value, &bytes));
    did("int", (int)mortise_int(old_value, -1));
    done();
    did("v", mortise_emit(to, "x", "v", old_value));
    did("l", mortise_emit(to, "x", "l", old_list));
    did("*", mortise_emit(to, "x", "*", (const mortise_event *)&to));
    did("add", mortise_list_add(old_list, "i", 1));
    done();
}

static void on_use_socket(mortise_socket from, const mortise_event *event)
{
    did("emit", mortise_emit(mortise_to(old_socket), "x", ""));
    did("in", mortise_emit(mortise_in(old_socket, "room"), "x", ""));
    did("join", mortise_join(old_socket, "room"));
    did("leave", mortise_leave(old_socket, "room"));
    did("is in", mortise_is_in(old_socket, "room"));
    did("disconnect", mortise_disconnect(old_socket, 1));
    did("sid", mortise_sid(old_socket) != NULL);
    did("url", mortise_handshake(old_socket, MORTISE_URL, NULL) != NULL);
    did("ask", mortise_emit_ack(old_socket, "answered", 1, 1, "x", ""));
    /* Whom nobody is left out for. */
    did("skip", mortise_emit(mortise_all("/", NULL), "still here", ""));
    done();
}

static void on_kick(mortise_socket from, const mortise_event *event)
{
    int close = (int)mortise_int(mortise_arg(event, 0), 0);
    did("disconnect", mortise_disconnect(from, close));
    did("again", mortise_disconnect(from, close));
    did("join", mortise_join(from, "late"));
    did("emit", mortise_emit(mortise_to(from), "x", ""));
    did("ack", mortise_ack(event, ""));
    done();
}

static void on_join(mortise_socket from, const mortise_event *event)
{
    const char *room = word(event, 0);
    did("join", mortise_join(from, room));
    did("no name", mortise_join(from, NULL));
    did("inside", mortise_room_size(NULL, room));
    done();
}

static void on_leave(mortise_socket from, const mortise_event *event)
{
    const char *room = word(event, 0);
    did("leave", mortise_leave(from, room));
    did("inside", mortise_room_size("/", room));
    done();
}

static void on_tell(mortise_socket from, const mortise_event *event)
{
    const char *room = word(event, 0);
    did("in", mortise_emit(mortise_in(from, room), "in", ""));
    did("others", mortise_emit(mortise_broadcast(from, room), "others", ""));
    did("all",
        mortise_emit(mortise_volatile(mortise_all("/", NULL)), "all", ""));
    did("except", mortise_emit(mortise_except(mortise_in(from, NULL), room),
                               "except", ""));
    did("own", mortise_emit(mortise_in(from, mortise_sid(from)), "own", ""));
    done();
}

static void on_tell_wrong(mortise_socket from, const mortise_event *event)
{
    mortise_target crowded = mortise_in(from, "a"), to = mortise_to(from);
    for (int i = 0; i < MORTISE_TARGET_ROOMS + 1; i++)
        crowded = mortise_except(crowded, "b");
    did("crowded", mortise_emit(crowded, "x", ""));
    did("nobody", mortise_emit(mortise_to(0), "x", ""));
    did("nowhere", mortise_emit(mortise_all("/none", NULL), "x", ""));
    did("reserved", mortise_emit(to, "disconnect", ""));
    did("no name", mortise_emit(to, NULL, ""));
    did("latin", mortise_emit(to, "\xfc", ""));
    did("format", mortise_emit(to, "x", "{a:s, b:q}", "text", 1));
    did("size nowhere", mortise_room_size("/none", "a"));
    did("no room", mortise_room_size("/", NULL));
    done();
}

static void on_list(mortise_socket from, const mortise_event *event)
{
    mortise_list inner = mortise_list_new(), outer = mortise_list_new();
    mortise_str x = {"x", 1};

    did("add", mortise_list_add(inner, "s, *", "a", event));
    did("list", mortise_list_add(outer, "l, {n:i}", inner, 1));
    did("slip", mortise_list_add(outer, "i, i i", 1, 2, 3));
    did("itself", mortise_list_add(outer, "i, l", 1, outer));
    did("binary", mortise_list_add(outer, "s, x", "b", x));
    did("no list", mortise_list_add(NULL, ""));
    done();
    mortise_emit(mortise_to(from), "list", "l, l", outer, mortise_list_new());
}

static const char *or_none(const char *text)
{
    return text ? text : "(none)";
}

static void on_handshake(mortise_socket from, const mortise_event *event)
{
    SAY("%s %s", or_none(mortise_handshake(from, MORTISE_ADDRESS, NULL)),
        or_none(mortise_handshake(from, MORTISE_URL, NULL)));
    SAY("%s %s %s", or_none(mortise_handshake(from, MORTISE_HEADER, "Origin")),
        or_none(mortise_handshake(from, MORTISE_HEADER, "cookie")),
        or_none(mortise_handshake(from, MORTISE_HEADER, NULL)));
    SAY("%s [%s] %s %s %s",
        or_none(mortise_handshake(from, MORTISE_QUERY, "room")),
        or_none(mortise_handshake(from, MORTISE_QUERY, "empty")),
        or_none(mortise_handshake(from, MORTISE_QUERY, "nul")),
        or_none(mortise_handshake(from, MORTISE_QUERY, "none")),
        or_none(mortise_handshake(from, 99, "room")));
}

static void on_values(mortise_socket from, const mortise_event *event)
{
    mortise_value v = mortise_arg(event, 0), nothing = mortise_arg(event, 9);
    mortise_str bytes = {"", 0};

    SAY("types %u %u %u, count %u, keys %s %s %s", mortise_type(v),
        mortise_type(mortise_get(v, "list")), mortise_type(nothing),
        mortise_count(v), or_none(mortise_key_at(v, 0)),
        or_none(mortise_key_at(v, 99)),
        or_none(mortise_key_at(mortise_get(v, "list"), 0)));
    SAY("int %d %d %d, number %g %g, bool %d %d",
        (int)mortise_int(mortise_get(v, "int"), -1),
        (int)mortise_int(mortise_get(v, "real"), -1),
        (int)mortise_int(nothing, -1),
        mortise_number(mortise_get(v, "real"), -1), mortise_number(v, -1),
        mortise_bool(mortise_get(v, "yes"), 0), mortise_bool(nothing, -1));
    did("bytes", mortise_bytes(mortise_get(v, "bin"), &bytes));
    did("type", (int)mortise_type(mortise_get(v, "bin")));
    did("of", (int)bytes.n);
    did("list", mortise_bytes(mortise_get(v, "list"), &bytes));
    did("no key", mortise_get(v, NULL) != NULL);
    done();
    SAY("nul %s, member %s, element %s",
        mortise_text(mortise_get(v, "nul"), "(cut)"),
        mortise_text(mortise_at(v, 0), "-"),
        mortise_text(mortise_at(mortise_get(v, "list"), 1), "-"));
}

static void on_long(mortise_socket from, const mortise_event *event)
{
    static char text[10000];
    memset(text, 'a', sizeof(text) - 1);
    mortise_log(MORTISE_WARN, "%s", text);
    mortise_log(99, "no such level");
    mortise_log(MORTISE_INFO, "two\nlines, %s", mortise_now() > 0 ? "on" : "-");
}

/* --- timers --- */

static void on_after(mortise_socket from, const mortise_event *event)
{
    left = (int)mortise_int(mortise_arg(event, 2), 1);
    timer = mortise_after("tick", mortise_int(mortise_arg(event, 0), 0),
                          mortise_int(mortise_arg(event, 1), 0), 5);
    SAY("timer %d", timer != 0);
}

static void on_tick(mortise_socket from, const mortise_event *event)
{
    SAY("%s %s cookie %d, from %d, left %d", event->name, event->name_space,
        (int)event->cookie, from != 0, --left);
    mortise_emit(mortise_all(NULL, NULL), "tick", "i", left);
    if (left == 0) {
        did("cancel", mortise_cancel(timer));
        did("again", mortise_cancel(timer));
        done();
    }
}

/* Cancels itself in its first period and begins anew with another. */
static void on_again(mortise_socket from, const mortise_event *event)
{
    SAY("%s cookie %d, cancel %d", event->name, (int)event->cookie,
        mortise_cancel(timer));
    if (event->cookie > 0)
        timer = mortise_after("again", 10, 1000, event->cookie - 1);
}

static void on_start_again(mortise_socket from, const mortise_event *event)
{
    timer = mortise_after("again", 10, 1000, 2);
}

static void on_kicker(mortise_socket from, const mortise_event *event)
{
    did("disconnect", mortise_disconnect(old_socket, 0));
    did("then", mortise_emit(mortise_to(old_socket), "x", ""));
    done();
}

static void on_kick_later(mortise_socket from, const mortise_event *event)
{
    old_socket = from;
    mortise_after("kicker", 10, 0, 0);
}

static void on_after_wrong(mortise_socket from, const mortise_event *event)
{
    did("nobody", mortise_after("nobody", 1, 0, 0) != 0);
    did("no name", mortise_after(NULL, 1, 0, 0) != 0);
    did("negative", mortise_after("tick", -1, 0, 0) != 0);
    did("every", mortise_after("tick", 1, -1, 0) != 0);
    did("too long", mortise_after("tick", INT64_MAX, 0, 0) != 0);
    did("cancel", mortise_cancel(0));
    done();
}

/* --- beginning and end --- */

static int init(mortise_value settings)
{
    mortise_list list = mortise_list_new();

    SAY("init, settings of type %u", mortise_type(settings));
    did("emit", mortise_emit(mortise_all("/", NULL), "x", ""));
    did("ask", mortise_emit_ack(1, "answered", 1, 1, "x", ""));
    did("reply", mortise_reply_to(1, ""));
    did("join", mortise_join(1, "x"));
    did("leave", mortise_leave(1, "x"));
    did("disconnect", mortise_disconnect(1, 1));
    did("size", mortise_room_size("/", "x"));
    did("is in", mortise_is_in(1, "x"));
    did("sid", mortise_sid(1) != NULL);
    did("list", mortise_list_add(list, "v", settings));
    done();
    old_value = mortise_get(settings, "kept");
    if (mortise_bool(mortise_get(settings, "timer"), 0)) {
        left = 1;
        timer = mortise_after("tick", 50, 0, 9);
    }
    return (int)mortise_int(mortise_get(settings, "returns"), 0);
}

static void fini(void)
{
    SAY("fini");
    did("timer", mortise_after("tick", 1, 1, 0) != 0);
    did("emit", mortise_emit(mortise_all("/", NULL), "x", ""));
    done();
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting, NULL},
    {MORTISE_CONNECT, on_connect, NULL},
    {MORTISE_DISCONNECTING, on_going, NULL},
    {MORTISE_DISCONNECT, on_going, NULL},
    {"echo", on_echo, NULL},
    {"echo", on_echo, "/other"},
    {"ack", on_ack, NULL},
    {"slip", on_slip, NULL},
    {"later", on_later, NULL},
    {"reply", on_reply, NULL},
    {"ask", on_ask, NULL},
    {"ask wrong", on_ask_wrong, NULL},
    {"keep", on_keep, NULL},
    {"use", on_use, NULL},
    {"use socket", on_use_socket, NULL},
    {"kick", on_kick, NULL},
    {"join", on_join, NULL},
    {"leave", on_leave, NULL},
    {"tell", on_tell, NULL},
    {"tell wrong", on_tell_wrong, NULL},
    {"list", on_list, NULL},
    {"handshake", on_handshake, NULL},
    {"values", on_values, NULL},
    {"long", on_long, NULL},
    {"after", on_after, NULL},
    {"after wrong", on_after_wrong, NULL},
    {"start again", on_start_again, NULL},
    {"kick later", on_kick_later, NULL},
};

static const mortise_handler timers[] = {
    {"tick", on_tick, NULL},
    {"again", on_again, NULL},
    {"kicker", on_kicker, NULL},
};

static const mortise_handler acks[] = {{"answered", on_answered, NULL}};

MORTISE_PLUGIN("talk", "1.2.3", .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks),
               .description = "Says what it is told.");
