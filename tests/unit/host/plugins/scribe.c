/* SPDX-License-Identifier: MIT */
/* Writes lines with fields, right and wrong ones, also in the work of a job. */
#include <string.h>

#include <mortise/jobs.h>
#include <mortise/log.h>

static mortise_value kept;

static void on_kinds(mortise_socket from, const mortise_event *event)
{
    mortise_str part = {"partly", 4};
    mortise_list list = mortise_list_new();

    mortise_list_add(list, "1, 'two'");
    int result = mortise_log_with(
        MORTISE_INFO, "kinds",
        " {s:s, none:s, i:i, big:I, d:d, b:b, v:v, l:l, S:S, o:{a:[*]}, "
        "n:-1.5e3, 'a key':true, quoted:'it is'}",
        "ann", NULL, -1, (int64_t)1 << 53, 0.1, 1, mortise_arg(event, 0), list,
        part, event);
    mortise_ack(event, "i", result);
}

static void on_names(mortise_socket from, const mortise_event *event)
{
    mortise_log_with(MORTISE_WARN, "names",
                     "{time:i, level:i, text:i, plugin:i, generation:i}", 1, 2,
                     3, 4, 5);
    mortise_log_with(MORTISE_ERROR, "none", "");
    mortise_log_with(MORTISE_DEBUG, "empty", "{ }");
    mortise_log_with(7, NULL, NULL);
}

static void on_wrong(mortise_socket from, const mortise_event *event)
{
    mortise_str binary = {"x", 1};
    const int results[] = {
        mortise_log_with(MORTISE_INFO, "open", "{a:i", 1),
        mortise_log_with(MORTISE_INFO, "no object", "i", 1),
        mortise_log_with(MORTISE_INFO, "given", "v", mortise_arg(event, 0)),
        mortise_log_with(MORTISE_INFO, "two", "{}, 1"),
        mortise_log_with(MORTISE_INFO, "binary", "{x:x}", binary),
        mortise_log_with(MORTISE_INFO, "bytes", "{s:s}", "\xff"),
    };
    mortise_ack(event, "i, i, i, i, i, i", results[0], results[1], results[2],
                results[3], results[4], results[5]);
}

/* A field of so many bytes, its quotes and key not counted. */
static void on_long(mortise_socket from, const mortise_event *event)
{
    static char text[4096];
    size_t n = (size_t)mortise_int(mortise_arg(event, 0), 0);
    const char *unit = mortise_text(mortise_arg(event, 1), "");
    size_t size = strlen(unit);

    text[0] = '\0';
    for (size_t at = 0; at + size <= n; at += size)
        memcpy(text + at, unit, size + 1);
    mortise_ack(event, "i",
                mortise_log_with(MORTISE_INFO, "long", "{a:s}", text));
}

/* What a client says, as text and in a field. */
static void on_say(mortise_socket from, const mortise_event *event)
{
    mortise_value said = mortise_arg(event, 0);
    const char *text = mortise_text(said, NULL);

    mortise_log(MORTISE_INFO, "%s", text ? text : "nothing");
    mortise_log_with(MORTISE_INFO, text, "{said:v}", said);
    mortise_ack(event, "");
}

/* Of bytes: what no client can say as a string. */
static void on_bytes(mortise_socket from, const mortise_event *event)
{
    char text[4096];
    mortise_str bytes = {"", 0};

    mortise_bytes(mortise_arg(event, 0), &bytes);
    if (bytes.n > sizeof(text) - 1)
        bytes.n = sizeof(text) - 1;
    memcpy(text, bytes.p, bytes.n);
    text[bytes.n] = '\0';
    mortise_log(MORTISE_INFO, "%s", text);
    mortise_ack(event, "i",
                mortise_log_with(MORTISE_INFO, text, "{bytes:s}", text));
}

/* --- in a job --- */

static int work(const mortise_work *given)
{
    int32_t *output =
        (int32_t *)mortise_work_output(given, 2 * sizeof(*output));

    if (!output)
        return MORTISE_ENOMEM;
    output[0] = mortise_log_with(MORTISE_INFO, "worked", "{input:S, at:[1, i]}",
                                 given->input, 2);
    output[1] = mortise_log_with(MORTISE_INFO, "kept", "{v:v}", kept);
    return 0;
}

static void done(mortise_job job, const mortise_done *told)
{
    int32_t results[2] = {0, 0};

    if (told->status == 0)
        memcpy(results, told->output.p, sizeof(results));
    mortise_reply_to(told->cookie, "i, i", (int)results[0], (int)results[1]);
}

static const mortise_job_kind jobs[] = {{"note", work, done}};

static void on_job(mortise_socket from, const mortise_event *event)
{
    kept = mortise_arg(event, 0);
    mortise_str input = {"abc", 3};
    mortise_job_start("note", input, mortise_ack_later(event));
}

static const mortise_handler handlers[] = {
    {"kinds", on_kinds}, {"names", on_names}, {"wrong", on_wrong},
    {"long", on_long},   {"say", on_say},     {"bytes", on_bytes},
    {"job", on_job},
};

static int init(mortise_value settings)
{
    return mortise_jobs(jobs);
}

MORTISE_PLUGIN("scribe", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
