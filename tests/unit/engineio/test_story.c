/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "engineio/story.h"

static struct story_book *book;

static void start(uint32_t notes, uint32_t stories)
{
    book = story_book_new(notes, stories);
    ck_assert_ptr_nonnull(book);
}

static void finish(void)
{
    story_book_free(book);
    book = NULL;
    ck_assert_int_eq(mem_live(), 0);
}

/* Each in a moment of its own. */
static void put(uint32_t *last, enum story_kind kind, const char *word)
{
    static int64_t now;

    story_put(book, last, ++now, kind, 0, str_z(word));
}

static void expect(const struct story *story, uint32_t i, const char *word)
{
    ck_assert_uint_lt(i, story->count);
    ck_assert_uint_eq(story->notes[i].length, strlen(word));
    ck_assert_mem_eq(story->notes[i].word, word, strlen(word));
}

START_TEST(two_sessions_in_one_ring)
{
    struct story story;
    uint32_t a = 0, b = 0;

    start(8, 0);
    put(&a, STORY_OPENED, "a1");
    put(&b, STORY_OPENED, "b1");
    put(&a, STORY_RECEIVED, "a2");
    story_read(book, a, &story);
    ck_assert_uint_eq(story.count, 2);
    expect(&story, 0, "a1");
    expect(&story, 1, "a2");
    story_read(book, b, &story);
    ck_assert_uint_eq(story.count, 1);
    expect(&story, 0, "b1");
    finish();
}
END_TEST

START_TEST(what_others_have_written_over)
{
    struct story story;
    uint32_t quiet = 0, busy = 0;

    start(4, 0);
    put(&quiet, STORY_OPENED, "q1");
    put(&quiet, STORY_RECEIVED, "q2");
    for (int i = 0; i < 3; i++)
        put(&busy, STORY_RECEIVED, "b");
    story_read(book, quiet, &story);
    ck_assert_uint_eq(story.count, 1);
    expect(&story, 0, "q2");
    put(&busy, STORY_RECEIVED, "b");
    story_read(book, quiet, &story);
    ck_assert_uint_eq(story.count, 0);
    story_read(book, busy, &story);
    ck_assert_uint_eq(story.count, 4);
    expect(&story, 3, "b");
    finish();
}
END_TEST

START_TEST(no_more_than_a_story_holds)
{
    struct story story;
    uint32_t last = 0;

    start(64, 0);
    for (int i = 0; i < STORY_NOTES_MAX; i++)
        story_put(book, &last, i, STORY_RECEIVED, (uint32_t)i, STR(""));
    story_read(book, last, &story);
    ck_assert_uint_eq(story.count, STORY_NOTES_MAX);
    ck_assert_uint_eq(story.skipped, 0);
    ck_assert_int_eq(story.notes[0].time, 0);
    story_put(book, &last, STORY_NOTES_MAX, STORY_RECEIVED, 99, STR(""));
    story_read(book, last, &story);
    ck_assert_uint_eq(story.count, STORY_NOTES_MAX - STORY_OPENING_MAX);
    ck_assert_uint_eq(story.opening, 0);
    ck_assert_uint_eq(story.skipped, STORY_OPENING_MAX + 1);
    ck_assert_int_eq(story.notes[0].time, STORY_OPENING_MAX + 1);
    ck_assert_uint_eq(story.notes[story.count - 1].size, 99);
    finish();
}
END_TEST

/* However much was said since; as long as the ring has it. */
START_TEST(how_it_began)
{
    struct story story;
    uint32_t last = 0;

    start(256, 0);
    put(&last, STORY_OPENED, "polling");
    put(&last, STORY_RECEIVED, "CONNECT");
    put(&last, STORY_JOINED, "a /");
    put(&last, STORY_UPGRADED, "websocket");
    for (int i = 0; i < 100; i++)
        put(&last, STORY_RECEIVED, "word");
    story_read(book, last, &story);
    ck_assert_uint_eq(story.opening, 3);
    ck_assert_uint_eq(story.count, 3 + STORY_NOTES_MAX - STORY_OPENING_MAX);
    ck_assert_uint_eq(story.count + story.skipped, 104);
    expect(&story, 0, "polling");
    expect(&story, 1, "a /");
    expect(&story, 2, "websocket");
    expect(&story, 3, "word");

    /* The oldest are those that count. */
    for (int i = 0; i < 20; i++)
        put(&last, STORY_JOINED, "another");
    for (int i = 0; i < 30; i++)
        put(&last, STORY_SENT, "word");
    story_read(book, last, &story);
    ck_assert_uint_eq(story.count, STORY_NOTES_MAX);
    ck_assert_uint_eq(story.opening, STORY_OPENING_MAX);
    expect(&story, 0, "polling");
    expect(&story, 3, "another");
    expect(&story, STORY_OPENING_MAX, "word");
    finish();
}
END_TEST

START_TEST(a_word_that_is_too_long)
{
    char longer[STORY_WORD_MAX + 9];
    struct story story;
    uint32_t last = 0;

    start(4, 0);
    memset(longer, 'x', sizeof(longer));
    story_put(book, &last, 0, STORY_RECEIVED, 1,
              str_of(longer, sizeof(longer)));
    story_read(book, last, &story);
    ck_assert_uint_eq(story.notes[0].length, STORY_WORD_MAX);
    ck_assert_mem_eq(story.notes[0].word, longer, STORY_WORD_MAX);
    finish();
}
END_TEST

START_TEST(messages_of_one_moment_are_counted)
{
    struct story story;
    uint32_t last = 0;

    start(64, 0);
    for (int i = 0; i < STORY_TURN_MAX + 3; i++)
        story_put(book, &last, 7, i % 2 ? STORY_SENT : STORY_RECEIVED, 1,
                  STR("m"));
    story_put(book, &last, 7, STORY_NOTICE, 0, STR("told"));
    story_put(book, &last, 8, STORY_SENT, 1, STR("next"));
    story_read(book, last, &story);
    ck_assert_uint_eq(story.count, STORY_TURN_MAX + 2);
    ck_assert_uint_eq(story.notes[STORY_TURN_MAX - 1].more, 3);
    expect(&story, STORY_TURN_MAX, "told");
    ck_assert_uint_eq(story.notes[STORY_TURN_MAX].more, 0);
    expect(&story, STORY_TURN_MAX + 1, "next");
    finish();
}
END_TEST

START_TEST(the_oldest_story_makes_room)
{
    start(4, 2);
    for (char c = 'a'; c <= 'c'; c++)
        memset(story_new(book)->sid, c, RANDOM_SID_LENGTH);
    ck_assert_int_eq(story_at(book, 0)->sid[0], 'c');
    ck_assert_int_eq(story_at(book, 1)->sid[0], 'b');
    ck_assert_ptr_null(story_at(book, 2));
    finish();
    start(4, 0);
    ck_assert_ptr_null(story_new(book));
    ck_assert_ptr_null(story_at(book, 0));
    finish();
}
END_TEST

START_TEST(how_ids_begin)
{
    struct story story = {.sid = "abcdefghijklmnopqr"};
    uint32_t last = 0;

    start(4, 0);
    put(&last, STORY_RECEIVED, "word");
    put(&last, STORY_JOINED, "socket /chat");
    story_read(book, last, &story);
    ck_assert(story_is_of(&story, STR("abcd")));
    ck_assert(story_is_of(&story, STR("sock")));
    ck_assert(story_is_of(&story, STR("socket")));
    ck_assert(!story_is_of(&story, STR("bcd")));
    ck_assert(!story_is_of(&story, STR("word"))); /* no id */
    ck_assert(!story_is_of(&story, STR("")));
    finish();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("story");
    TCase *tc = tcase_create("story");
    tcase_add_test(tc, two_sessions_in_one_ring);
    tcase_add_test(tc, what_others_have_written_over);
    tcase_add_test(tc, no_more_than_a_story_holds);
    tcase_add_test(tc, how_it_began);
    tcase_add_test(tc, a_word_that_is_too_long);
    tcase_add_test(tc, messages_of_one_moment_are_counted);
    tcase_add_test(tc, the_oldest_story_makes_room);
    tcase_add_test(tc, how_ids_begin);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
