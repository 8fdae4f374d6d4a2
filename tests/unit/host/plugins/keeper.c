/* SPDX-License-Identifier: MIT */
/* Saves what its setting "save" says, and says what it has read. */
#include <math.h>
#include <string.h>

#include <mortise/state.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static char what[32];
static int64_t depth;
static char big[(8 << 20) + 1];
static mortise_saving old_writer;
static mortise_saved old_reader;

/* --- saving --- */

static void save_kinds(mortise_saving to)
{
    mortise_str bytes = {"a\0b", 3}, none = {NULL, 0};

    mortise_save_int(to, "least", INT64_MIN);
    mortise_save_int(to, "most", INT64_MAX);
    mortise_save_number(to, "number", -0.1);
    mortise_save_number(to, "infinite", HUGE_VAL);
    mortise_save_text(to, "text",
                      "Gr\xc3\xbc\xc3\x9f"
                      "e");
    mortise_save_text(to, "empty", "");
    mortise_save_text(to, "null", NULL);
    mortise_save_bytes(to, "bytes", bytes);
    mortise_save_bytes(to, "no bytes", none);
    for (int i = 0; i < 3; i++) {
        mortise_save_open(to, "item");
        mortise_save_int(to, "id", i);
        for (int k = 0; k < i; k++) {
            mortise_save_open(to, "part");
            mortise_save_int(to, "id", 10 * i + k);
            mortise_save_close(to);
        }
        mortise_save_close(to);
    }
    mortise_save_int(to, "again", 1);
    mortise_save_int(to, "again", 2);
}

static void save_deep(mortise_saving to)
{
    for (int64_t i = 0; i < depth; i++)
        mortise_save_open(to, "d");
    mortise_save_int(to, "bottom", 1);
    for (int64_t i = 0; i < depth; i++)
        mortise_save_close(to);
}

static void save_big(mortise_saving to)
{
    memset(big, 'x', sizeof(big) - 1);
    for (int64_t i = 0; i < depth; i++)
        if (mortise_save_text(to, "big", big) != 0)
            break;
}

static void save_wrong(mortise_saving to)
{
    static char key[257];
    memset(key, 'k', sizeof(key) - 1);

    if (strcmp(what, "empty key") == 0)
        mortise_save_int(to, "", 1);
    else if (strcmp(what, "no key") == 0)
        mortise_save_int(to, NULL, 1);
    else if (strcmp(what, "long key") == 0)
        mortise_save_int(to, key, 1);
    else if (strcmp(what, "longest key") == 0)
        mortise_save_int(to, key + 1, 1);
    else if (strcmp(what, "open") == 0)
        mortise_save_open(to, "a");
    else if (strcmp(what, "closed") == 0)
        mortise_save_close(to);
    else if (strcmp(what, "short") == 0)
        mortise_save_(to, "a", MORTISE_STATE_INT, "1234567", 7);
    else if (strcmp(what, "unended") == 0)
        mortise_save_(to, "a", MORTISE_STATE_TEXT, "abc", 3);
    else if (strcmp(what, "kind") == 0)
        mortise_save_(to, "a", 99, "abc", 3);
    else if (strcmp(what, "null") == 0)
        mortise_save_(to, "a", MORTISE_STATE_BYTES, NULL, 3);
    else if (strcmp(what, "other") == 0)
        mortise_save_int(to + 1, "a", 1);
}

static int save(mortise_saving to)
{
    old_writer = to;
    if (strcmp(what, "kinds") == 0)
        save_kinds(to);
    else if (strcmp(what, "deep") == 0)
        save_deep(to);
    else if (strcmp(what, "big") == 0)
        save_big(to);
    else
        save_wrong(to);
    /* After the first mistake nothing else counts. */
    SAY("then %d", mortise_save_int(to, "then", 1));
    return 0;
}

/* --- restoring --- */

static void read_items(mortise_saved from)
{
    mortise_saved item, part;

    while ((item = mortise_saved_next(from, "item")) != 0) {
        SAY("item %d", (int)mortise_saved_int(item, "id", -1));
        while ((part = mortise_saved_next(item, "part")) != 0)
            SAY("part %d", (int)mortise_saved_int(part, "id", -1));
    }
}

static int restore(uint32_t version, mortise_saved from)
{
    mortise_str bytes = {NULL, 99};

    old_reader = from;
    SAY("version %u: %d %d, %g %d, %s [%s] %s", version,
        mortise_saved_int(from, "least", 0) == INT64_MIN,
        mortise_saved_int(from, "most", 0) == INT64_MAX,
        mortise_saved_number(from, "number", 7),
        isinf(mortise_saved_number(from, "infinite", 7)) != 0,
        mortise_saved_text(from, "text", "-"),
        mortise_saved_text(from, "empty", "-"),
        mortise_saved_text(from, "null", "otherwise"));
    int result = mortise_saved_bytes(from, "bytes", &bytes);
    SAY("bytes %d: %d of %d", result, (int)bytes.n,
        bytes.n == 3 && memcmp(bytes.p, "a\0b", 3) == 0);
    result = mortise_saved_bytes(from, "no bytes", &bytes);
    SAY("no bytes %d: %d", result, (int)bytes.n);
    read_items(from);
    read_items(from);
    int first = (int)mortise_saved_int(from, "again", 0);
    int second = (int)mortise_saved_int(from, "again", 0);
    int third = (int)mortise_saved_int(from, "again", 0);
    SAY("again %d %d %d", first, second, third);
    SAY("other kinds %d %g %s %d, none %d %s %d",
        (int)mortise_saved_int(from, "text", 3),
        mortise_saved_number(from, "least", 4),
        mortise_saved_text(from, "bytes", "five"),
        mortise_saved_bytes(from, "item", &bytes),
        (int)mortise_saved_int(from, "none", 6),
        mortise_saved_text(from, NULL, "seven"),
        mortise_saved_next(from, "text") != 0);
    SAY("nobody's %d %d %d", (int)mortise_saved_int(0, "most", 1),
        (int)mortise_saved_int(from + 1000, "most", 2),
        mortise_saved_next(0, "item") != 0);
    SAY("writer %d", mortise_save_int(old_writer, "a", 1));
    return 0;
}

/* --- beyond their time --- */

static void on_use(mortise_socket from, const mortise_event *event)
{
    SAY("use %d %d %d", mortise_save_int(old_writer, "a", 1),
        (int)mortise_saved_int(old_reader, "most", 5),
        mortise_saved_next(old_reader, "item") != 0);
}

static const mortise_state state =
    MORTISE_STATE(.version = 7, .save = save, .restore = restore);

static int init(mortise_value settings)
{
    strncpy(what, mortise_text(mortise_get(settings, "save"), ""),
            sizeof(what) - 1);
    depth = mortise_int(mortise_get(settings, "depth"), 0);
    return 0;
}

static const mortise_handler handlers[] = {{"use", on_use}};

MORTISE_PLUGIN("keeper", "1.0.0", .init = init, .state = &state,
               .handlers = MORTISE_TABLE(handlers));
