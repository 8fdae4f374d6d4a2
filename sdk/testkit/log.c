/* SPDX-License-Identifier: MIT */
/* The log of a test's server. */
#include <string.h>

#include "internal.h"

#define AT ((struct kit_place){file, line})

static void on_log(void *user, enum log_level level, const char *text)
{
    struct testkit *kit = user;
    size_t size = strlen(text) + 1;
    struct kit_line *line = kit_realloc(NULL, sizeof(*line) + size);

    line->level = level;
    line->expected = false;
    memcpy(line->text, text, size);
    TAILQ_INSERT_TAIL(&kit->log, line, link);
    kit->lines++;
}

void testkit_expect_log_at(const char *file, int line, struct testkit *kit,
                           const char *part)
{
    struct kit_line *each;

    TAILQ_FOREACH(each, &kit->log, link)
    if (!each->expected && strstr(each->text, part)) {
        each->expected = true;
        return;
    }
    kit_fail(AT, "no line of the log has \"%s\" in it:\n%s", part,
             testkit_log(kit));
}

void testkit_skip_log(struct testkit *kit)
{
    struct kit_line *each;

    TAILQ_FOREACH(each, &kit->log, link)
    each->expected = true;
}

const char *testkit_log(struct testkit *kit)
{
    buf_clear(&kit->shown);
    kit_log_print(&kit->shown, kit, false);
    buf_append_char(&kit->shown, '\0');
    return kit->shown.error == 0 ? kit->shown.p : "";
}

void kit_log_begin(struct testkit *kit)
{
    log_set_sink(on_log, kit);
    log_set_level(LOG_LEVEL_DEBUG);
}

void kit_log_end(struct testkit *kit)
{
    struct kit_line *each;

    log_set_sink(NULL, NULL);
    while ((each = TAILQ_FIRST(&kit->log))) {
        TAILQ_REMOVE(&kit->log, each, link);
        free(each);
    }
}
