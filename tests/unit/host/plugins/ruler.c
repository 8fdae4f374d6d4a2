/* SPDX-License-Identifier: MIT */
/* Commands: each argument and way of answering once. */
#include <string.h>

#include <mortise/commands.h>
#include <mortise/jobs.h>
#include <mortise/state.h>

#ifndef NAME
#define NAME "ruler"
#endif
#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static mortise_order kept;

static void on_say(mortise_order order, const mortise_ordered *given)
{
    SAY("%s of %u: %.*s", given->name, given->argc, (int)given->input.n,
        given->input.p);
    mortise_command_print(order, "%s\n",
                          mortise_text(mortise_get(given->args, "text"), "?"));
    int first = mortise_command_answer(order, 0, "v", given->args);
    SAY("answer %d %d, print %d", first,
        mortise_command_answer(order, 0, "v", given->args),
        mortise_command_print(order, "more\n"));
}

static void on_fail(mortise_order order, const mortise_ordered *given)
{
    mortise_command_fail(order, "no, %d times\n", 3);
}

static void on_wrong(mortise_order order, const mortise_ordered *given)
{
    SAY("wrong %d %d %d %d %d", mortise_command_answer(order, 126, ""),
        mortise_command_answer(order, -1, ""),
        mortise_command_answer(order, 0, "i, i", 1, 2),
        mortise_command_answer(order, 0, "{"),
        mortise_command_print(order, "\xff"));
    mortise_command_answer(order, 7, "");
}

static void on_keep(mortise_order order, const mortise_ordered *given)
{
    SAY("keep");
    mortise_command_print(order, "kept\n");
    kept = order;
}

static void on_release(mortise_order order, const mortise_ordered *given)
{
    SAY("release %d", mortise_command_answer(kept, 0, "'late'"));
    mortise_command_answer(order, 0, "");
}

static int work(const mortise_work *given)
{
    char *out = (char *)mortise_work_output(given, given->input.n);
    if (!out)
        return MORTISE_ENOMEM;
    for (size_t i = 0; i < given->input.n; i++)
        out[i] = given->input.p[given->input.n - 1 - i];
    return 0;
}

static void on_worked(mortise_job job, const mortise_done *done)
{
    SAY("worked: %d",
        mortise_command_answer(done->cookie, 0, "S", done->output));
}

static void on_turn(mortise_order order, const mortise_ordered *given)
{
    mortise_job_start("turn", given->input, order);
}

static int save(mortise_saving to)
{
    SAY("save %d", mortise_command_answer(kept, 0, ""));
    mortise_save_int(to, "kept", (int64_t)kept);
    return 0;
}

static int restore(uint32_t version, mortise_saved from)
{
    kept = (mortise_order)mortise_saved_int(from, "kept", 0);
    return 0;
}

static const mortise_field say[] = {
    {"text", MORTISE_STRING, .min = 1, .max = 5, .description = "what"},
    {"times", MORTISE_INTEGER, .min = 1, .max = 9},
    {"loud", MORTISE_BOOL, MORTISE_OPTIONAL},
    {"how", MORTISE_STRING, MORTISE_OPTIONAL, .one_of = "so|or so"},
    {"rate", MORTISE_NUMBER, MORTISE_OPTIONAL},
    {"list", MORTISE_ARRAY, MORTISE_OPTIONAL},
    {"any", MORTISE_ANY_VALUE, MORTISE_OPTIONAL},
};
static const mortise_command commands[] = {
    {"say", on_say, "says it", .contract = MORTISE_FIELDS(say),
     .input = "a word"},
    {"fail", on_fail, "fails"},
    {"wrong", on_wrong},
    {"keep", on_keep, "keeps it", .timeout = 500},
    {"release", on_release},
    {"turn", on_turn, "turns it around", .input = "text"},
};
static const mortise_job_kind jobs[] = {{"turn", work, on_worked}};

static const mortise_command bad_name[] = {{"Say", on_say}};
static const mortise_command twice[] = {{"a", on_say}, {"a", on_say}};
static const mortise_command empty[] = {{"a", NULL}};
static const mortise_command lines[] = {{"a", on_say, "two\nlines"}};
static const mortise_command object[] = {
    {"a", on_say, .contract = MORTISE_MEMBERS(say)}};
static const mortise_field bytes[] = {{"b", MORTISE_BINARY}};
static const mortise_command binary[] = {
    {"a", on_say, .contract = MORTISE_FIELDS(bytes)}};
static const mortise_command guarded[] = {
    {"a", on_say, .contract = MORTISE_FIELDS(say, .role = "admin")}};

static int init(mortise_value settings)
{
    const char *wrong = mortise_text(mortise_get(settings, "wrong"), "");

    if (strcmp(wrong, "name") == 0)
        return mortise_commands(bad_name);
    if (strcmp(wrong, "twice") == 0)
        return mortise_commands(twice);
    if (strcmp(wrong, "empty") == 0)
        return mortise_commands(empty);
    if (strcmp(wrong, "lines") == 0)
        return mortise_commands(lines);
    if (strcmp(wrong, "object") == 0)
        return mortise_commands(object);
    if (strcmp(wrong, "binary") == 0)
        return mortise_commands(binary);
    if (strcmp(wrong, "guarded") == 0)
        return mortise_commands(guarded);
    return mortise_jobs(jobs) == 0 ? mortise_commands(commands) : -1;
}

static const mortise_state state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore);

MORTISE_PLUGIN(NAME, "1.0.0", .init = init, .state = &state);
