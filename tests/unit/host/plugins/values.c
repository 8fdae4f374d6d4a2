/* SPDX-License-Identifier: MIT */
/* Values that are binary, deep or large: rewritten, in lists, piece by piece.
 * What its calls return goes to the log or into the answer. */
#include <stdio.h>
#include <string.h>

#include <mortise/sockets.h>
#include <mortise/values.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static const mortise_str bytes = {"\x01\x02", 2};
static mortise_reply later;
static mortise_writer kept;

static int is(const mortise_event *event, const char *name)
{
    return strcmp(event->name, name) == 0;
}

/* --- middleware --- */

/* mixed A B: {deep: {a: A, new: bytes}, list: [[B, bytes], B]}, bytes */
static int rewrite_mixed(const mortise_event *event)
{
    char own[] = "\x03\x04\x05";
    mortise_str mine = {own, 3};
    mortise_value a = mortise_arg(event, 0), b = mortise_arg(event, 1);
    mortise_list inner = mortise_list_new(), outer = mortise_list_new();

    mortise_list_add(inner, "v, x", b, mine);
    mortise_list_add(outer, "l, v", inner, b);
    int result = mortise_rewrite(event, "{deep:{a:v, new:x}, list:l}, x", a,
                                 mine, outer, bytes);
    memset(own, 'z', sizeof(own)); /* what was handed over is copied */
    return result;
}

static void on_use(mortise_socket from, const mortise_event *event)
{
    int result = 0;

    if (is(event, "mixed"))
        result = rewrite_mixed(event);
    else if (is(event, "same"))
        result = mortise_rewrite(event, "*", event);
    else if (is(event, "deeper"))
        result = mortise_rewrite(event, "[v]", mortise_arg(event, 0));
    else if (is(event, "added"))
        result = mortise_rewrite(event, "*, x", event, bytes);
    if (result < 0)
        mortise_refuse(event, "not rewritten", "i", result);
}

static void on_back(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "back", "*", event);
    mortise_ack(event, "*", event);
}

/* added OBJECT: what came has to be what it was, and the bytes are last. */
static void on_added(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i, i, v", (int)mortise_type(mortise_arg(event, 0)),
                (int)mortise_type(mortise_arg(event, 1)),
                mortise_get(mortise_arg(event, 0), "num"));
}

/* --- lists with binary --- */

static mortise_list make_list(mortise_value v)
{
    mortise_list inner = mortise_list_new(), outer = mortise_list_new();

    mortise_list_add(inner, "x, {a:[v]}, 'text'", bytes, v);
    mortise_list_add(outer, "l, v, {n:i}", inner, v, 7);
    mortise_list_add(outer, "x, q", bytes); /* a slip: nothing is added */
    mortise_list_add(outer, "l", inner);
    return outer;
}

#define MIXED "{first:x, list:l, last:v}"

static void on_lists(mortise_socket from, const mortise_event *event)
{
    mortise_value v = mortise_arg(event, 0);
    mortise_list list = make_list(v);

    mortise_emit(mortise_in(from, NULL), "listed", MIXED, bytes, list, v);
    mortise_ack(event, MIXED, bytes, list, v);
}

/* ask-lists V: the same as a question; the answers come as `answers`. */
static void on_ask_lists(mortise_socket from, const mortise_event *event)
{
    mortise_value v = mortise_arg(event, 0);
    mortise_list list = make_list(v);

    mortise_emit_ack(from, "answer", 10000, from, "one", MIXED, bytes, list, v);
    mortise_survey(mortise_in(from, NULL), "answers", 10000, from, "all", MIXED,
                   bytes, list, v);
}

static void on_answer(mortise_socket from, const mortise_event *event)
{
    mortise_list list = mortise_list_new();
    mortise_list_add(list, "*", event);
    mortise_emit(mortise_to(event->cookie), "answer", "l", list);
}

static void on_answers(mortise_socket none, const mortise_event *event)
{
    mortise_list list = mortise_list_new();
    for (uint32_t i = 0; i < event->argc; i++)
        mortise_list_add(list, "v", mortise_arg(event, i));
    mortise_emit(mortise_to(event->cookie), "answers", "l", list);
}

/* many N: a list with so many binary values. */
static void on_many(mortise_socket from, const mortise_event *event)
{
    mortise_list list = mortise_list_new();
    int64_t n = mortise_int(mortise_arg(event, 0), 0);
    int added = 0;

    while (n-- > 0)
        added += mortise_list_add(list, "x", bytes) == 0;
    mortise_emit(mortise_to(from), "added", "i, i", added,
                 mortise_emit(mortise_to(from), "many", "l", list));
}

/* --- piece by piece --- */

static void write_rows(mortise_writer out, int64_t n)
{
    mortise_open_object(out, NULL);
    mortise_append(out, "room:s, count:I", "lobby", n);
    mortise_open_array(out, "rows");
    for (int64_t i = 0; i < n; i++)
        if (mortise_append(out, "{id:I, text:s}", i, "some text") < 0)
            break;
}

/* history N: the acknowledgement; everything is left open but the rows. */
static void on_history(mortise_socket from, const mortise_event *event)
{
    mortise_writer out = mortise_begin_ack(event);
    write_rows(out, mortise_int(mortise_arg(event, 0), 0));
    mortise_close(out);
    mortise_append(out, "end:b", 1);
    int result = mortise_end(out);
    if (result < 0)
        mortise_ack(event, "i", result);
}

/* tell N: to everybody; another event goes out while it is being written. */
static void on_tell(mortise_socket from, const mortise_event *event)
{
    mortise_writer out = mortise_begin_emit(mortise_in(from, NULL), "told");
    write_rows(out, mortise_int(mortise_arg(event, 0), 0));
    mortise_emit(mortise_to(from), "before", "");
    mortise_close(out);
    mortise_close(out);
    mortise_open_array(out, NULL);
    mortise_append(out, "x, *", bytes, event);
    mortise_ack(event, "i", mortise_end(out));
}

static void on_later(mortise_socket from, const mortise_event *event)
{
    later = mortise_ack_later(event);
}

/* What the calls of a handler returned, in their order, as one line. */
static char line[400];

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

/* now N */
static void on_now(mortise_socket from, const mortise_event *event)
{
    mortise_writer out = mortise_begin_reply(later);
    write_rows(out, mortise_int(mortise_arg(event, 0), 0));
    did("now", mortise_end(out));
    did("again", mortise_end(mortise_begin_reply(later)));
    done();
}

static void ended(mortise_writer out)
{
    did("end", mortise_end(out));
    done();
}

static void on_wrong(mortise_socket from, const mortise_event *event)
{
    mortise_target to = mortise_to(from);
    mortise_writer w = mortise_begin_emit(to, "connect");
    did("reserved", mortise_append(w, "i", 1));
    ended(w);
    did("gone", mortise_end(mortise_begin_emit(mortise_to(0), "x")));
    did("no ack", mortise_end(mortise_begin_ack(event)));
    done();
    w = mortise_begin_emit(to, "x");
    did("key", mortise_open_array(w, "key"));
    ended(w);
    w = mortise_begin_emit(to, "x");
    mortise_open_object(w, NULL);
    did("no key", mortise_open_object(w, NULL));
    ended(w);
    w = mortise_begin_emit(to, "x");
    did("close", mortise_close(w));
    ended(w);
    w = mortise_begin_emit(to, "x");
    mortise_open_object(w, NULL);
    did("value", mortise_append(w, "i", 1));
    did("then", mortise_append(w, "a:i", 1));
    ended(w);
    w = mortise_begin_emit(to, "x");
    int depth = 0;
    while (mortise_open_array(w, NULL) == 0)
        depth++;
    did("depth", depth);
    ended(w);
    did("over", mortise_append(w, ""));
    did("over", mortise_end(w));
    did("none", mortise_end(NULL));
    done();
    kept = mortise_begin_emit(to, "x");
}

static void on_kept(mortise_socket from, const mortise_event *event)
{
    SAY("kept %d", mortise_append(kept, "i", 1));
}

/* --- reading --- */

/* sums [NUMBER...] {KEY: NUMBER...} NUMBER...: each read in several ways. */
static void on_sums(mortise_socket from, const mortise_event *event)
{
    mortise_value list = mortise_arg(event, 0), object = mortise_arg(event, 1);
    int64_t by_index = 0, by_next = 0, of_members = 0, of_args = 0, keys = 0;

    for (uint32_t i = 0; i < mortise_count(list); i++)
        by_index += mortise_int(mortise_at(list, i), 0);
    MORTISE_EACH(v, list)
    by_next += mortise_int(v, 0);
    for (uint32_t i = 0; i < mortise_count(object); i++) {
        of_members += mortise_int(mortise_at(object, i), 0);
        keys += strlen(mortise_key_at(object, i));
    }
    MORTISE_EACH(v, object)
    keys -= strlen(mortise_key(v));
    for (uint32_t i = 2; i < event->argc; i++)
        of_args += mortise_int(mortise_arg(event, i), 0);
    mortise_ack(event, "I, I, I, I, I, b", by_index, by_next, of_members, keys,
                of_args,
                !mortise_next(mortise_at(list, mortise_count(list) - 1)) &&
                    !mortise_key(mortise_first(list)) &&
                    !mortise_at(list, mortise_count(list)));
}

/* nested [[NUMBER...]...]: by index, one within the other. */
static void on_nested(mortise_socket from, const mortise_event *event)
{
    mortise_value rows = mortise_arg(event, 0);
    int64_t sum = 0;

    for (uint32_t i = 0; i < mortise_count(rows); i++)
        for (uint32_t j = 0; j < mortise_count(mortise_at(rows, i)); j++)
            sum += mortise_int(mortise_at(mortise_at(rows, i), j), 0);
    for (uint32_t i = mortise_count(rows); i-- > 0;)
        sum += mortise_int(mortise_at(mortise_at(rows, i), 0), 0);
    mortise_ack(event, "I", sum);
}

/* Whatever is sent is seen with its bytes. */
static void on_outgoing(mortise_socket to, const mortise_event *event)
{
    mortise_value v = mortise_arg(event, 0);
    mortise_str found = {"", 0};

    if (is(event, "listed") &&
        mortise_bytes(mortise_get(v, "first"), &found) == 0)
        SAY("out: first of %d", (int)found.n);
}

static const mortise_handler handlers[] = {
    {MORTISE_USE, on_use}, {MORTISE_OUTGOING, on_outgoing},
    {"mixed", on_back},    {"same", on_back},
    {"deeper", on_back},   {"added", on_added},
    {"lists", on_lists},   {"ask-lists", on_ask_lists},
    {"many", on_many},     {"history", on_history},
    {"tell", on_tell},     {"later", on_later},
    {"now", on_now},       {"wrong", on_wrong},
    {"kept", on_kept},     {"sums", on_sums},
    {"nested", on_nested},
};

static const mortise_handler acks[] = {
    {"answer", on_answer},
    {"answers", on_answers},
};

MORTISE_PLUGIN("values", "1.0.0", .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks));
