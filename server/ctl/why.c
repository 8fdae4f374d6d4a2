/* SPDX-License-Identifier: MIT */
#include "ctl/why.h"

#include <inttypes.h>
#include <time.h>

#include "ctl/print.h"
#include "ctl/table.h"

/* "12:04:05.123" */
static void print_clock(int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    char text[16];

    if (localtime_r(&seconds, &tm) &&
        strftime(text, sizeof(text), "%H:%M:%S", &tm) > 0)
        printf("  %s.%03d", text, (int)(ms % 1000));
    else
        printf("  ?");
}

static void print_note(const struct json *note)
{
    const struct json *about = json_get(note, STR("about"));
    struct str what = STR("?"), name = STR("");
    int64_t time = 0, size = 0, more = 0;

    json_int(json_get(note, STR("time")), &time);
    json_int(json_get(note, STR("size")), &size);
    json_int(json_get(note, STR("more")), &more);
    json_string(json_get(note, STR("what")), &what);
    json_string(about, &name);
    print_clock(time);
    printf("  %-18.*s", STR_ARG(what));
    if (size > 0)
        printf(" %7" PRId64, size);
    else if (name.n > 0)
        printf("        ");
    if (name.n > 0) {
        putchar(' ');
        putchar(' ');
        ctl_print(stdout, name);
    }
    if (more > 0)
        printf(", and %" PRId64 " more", more);
    putchar('\n');
}

static void print_story(const struct json *story)
{
    const struct json *notes = json_get(story, STR("notes"));
    struct str sid = STR("?"), address = STR(""), transport = STR("?");
    int64_t skipped = 0, opening = 0;
    char opened[CTL_CELL_MAX];
    bool over = false;

    json_string(json_get(story, STR("sid")), &sid);
    json_string(json_get(story, STR("address")), &address);
    json_bool(json_get(story, STR("over")), &over);
    ctl_cell(opened, json_get(story, STR("opened")), CTL_TIME);
    ctl_print(stdout, sid);
    printf("...  from ");
    ctl_print(stdout, address);
    json_string(json_get(story, STR("transport")), &transport);
    json_int(json_get(story, STR("skipped")), &skipped);
    json_int(json_get(story, STR("skippedBehind")), &opening);
    printf(", over %.*s, since %s%s\n", STR_ARG(transport), opened,
           over ? "; it is over" : "");
    for (const struct json *n = notes ? notes->child : NULL; n; n = n->next) {
        if (opening-- == 0 && skipped > 0)
            printf("  ...           %" PRId64 " more\n", skipped);
        print_note(n);
    }
}

static void ask_why(const struct ctl_request *r, struct ctl_question *q)
{
    ctl_question_add(q, "sid", ctl_word(r, 1));
}

static bool print_why(const struct json *answer)
{
    const struct json *list = json_get(answer, STR("connections"));

    if (!list || list->type != JSON_ARRAY)
        return false;
    for (const struct json *each = list->child; each; each = each->next) {
        if (each != list->child)
            putchar('\n');
        print_story(each);
    }
    return true;
}

const struct ctl_own ctl_why = {
    .name = "why",
    .help =
        "  why SID            what happened to a connection, also to one that "
        "is\n"
        "                     over; the beginning of an id is enough\n",
    .words_min = 2,
    .words_max = 2,
    .method = "GET",
    .target = "/why",
    .ask = ask_why,
    .print = print_why,
};
