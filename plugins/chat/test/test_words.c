/* SPDX-License-Identifier: MIT */
/* The filter at work: what is said, names of rooms and people, a file that
 * changes. */
#include "test/test_chat.h"

static char words[96];

static void write_words(const char *text)
{
    FILE *file;

    snprintf(words, sizeof(words), "%s/words", folder);
    file = fopen(words, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void start_filter(const char *text, const char *more)
{
    char settings[256];

    make_folder();
    write_words(text);
    snprintf(settings, sizeof(settings), ", filterFile:'%s'%s", words, more);
    serve(settings);
    testkit_skip_log(kit);
}

static void finish_filter(void)
{
    testkit_skip_log(kit);
    unlink(words);
    finish();
}

START_TEST(writes_stars)
{
    start_filter("bad\n", "");
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    testkit_skip(ann);
    int64_t id = say(bob, "wood", "B@d, that is. Badly!");
    testkit_expect(ann, "said", "{text:'***, that is. Badly!', '<more>':true}");
    ASKED(bob, OK, "edit", "{id:I, text:'So bad'}", id);
    testkit_expect(ann, "edited", "{text:'So ***', '<more>':true}");
    ASKED(ann, "{messages:[{text:'So ***', '<more>':true}], '<more>':true}",
          "history", "{room:'wood'}");
    ck_assert_str_eq(
        select_text("SELECT count(*) FROM edits WHERE text LIKE '%b%d,%'"),
        "0");
    finish_filter();
}
END_TEST

START_TEST(refuses)
{
    start_filter("bad\n", ", filter:'refuse'");
    struct testkit_client *ann = enter("Ann", "wood");
    REFUSED(ann, "filtered", "say", "{room:'wood', text:'Bad'}");
    ASKED(ann, OK, "say", "{room:'wood', text:'Good', key:'k'}");
    int64_t id = testkit_got_int(ann, "0.id");
    REFUSED(ann, "filtered", "edit", "{id:I, text:'bad'}", id);
    /* A repeat of what was said before the word was unwanted. */
    write_words("bad\ngood\n");
    testkit_advance(kit, 1000);
    REFUSED(ann, "filtered", "say", "{room:'wood', text:'Good', key:'l'}");
    int asked = ASK(ann, "say", "{room:'wood', text:'Good', key:'k'}");
    testkit_expect_ack(ann, asked, "{ok:true, id:I, '<more>':true}", id);
    finish_filter();
}
END_TEST

START_TEST(looks_at_names)
{
    start_filter("bad\n", "");
    struct testkit_client *ann = enter("Ann", "wood");
    REFUSED(ann, "filtered", "join", "{room:'bad room'}");
    REFUSED(ann, "filtered", "create", "{name:'Bad'}");
    REFUSED(ann, "filtered", "create", "{name:'Good', topic:'b4d'}");
    REFUSED(ann, "filtered", "react", "{id:I, emoji:'BAD'}",
            say(ann, "wood", "Hm"));
    REFUSED(ann, "filtered", "topic", "{room:'wood', topic:'bad'}");
    struct testkit_client *guest = testkit_connect(
        kit, "/chat", .auth = testkit_json(kit, "{user:'guest'}"));
    REFUSED(guest, "filtered", "hello", "{name:'Bad'}");
    ASKED(guest, OK, "hello", "{name:'Good'}");
    /* Rooms that are there stay open. */
    ASKED(ann, OK, "join", "{room:'lake'}");
    write_words("lake\n");
    testkit_advance(kit, 1000);
    ASKED(guest, OK, "join", "{room:'lake'}");
    REFUSED(guest, "filtered", "join", "{room:'the lake'}");
    finish_filter();
}
END_TEST

START_TEST(reads_the_file_again)
{
    start_filter("bad\n", "");
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    testkit_skip(ann);
    write_words("worse\nterrible\n");
    say(bob, "wood", "bad worse");
    testkit_expect(ann, "said", "{text:'*** worse', '<more>':true}");
    testkit_advance(kit, 1000);
    testkit_expect_log(kit, "2 words");
    say(bob, "wood", "bad worse");
    testkit_expect(ann, "said", "{text:'bad *****', '<more>':true}");
    /* One that is wrong is not taken, and complained of once. */
    write_words("ok\n**\n");
    testkit_advance(kit, 1000);
    testkit_expect_log(kit, "line 2 has no word");
    testkit_advance(kit, 5000);
    ck_assert_ptr_null(
        strstr(strstr(testkit_log(kit), "has no word") + 1, "has no word"));
    say(bob, "wood", "worse");
    testkit_expect(ann, "said", "{text:'*****', '<more>':true}");
    unlink(words);
    testkit_advance(kit, 1000);
    say(bob, "wood", "worse");
    testkit_expect(ann, "said", "{text:'*****', '<more>':true}");
    write_words("fine\n");
    testkit_advance(kit, 1000);
    say(bob, "wood", "worse fine");
    testkit_expect(ann, "said", "{text:'worse ****', '<more>':true}");
    finish_filter();
}
END_TEST

START_TEST(is_read_by_a_new_build)
{
    start_filter("bad\n", "");
    struct testkit_client *ann = enter("Ann", "wood");
    testkit_skip(ann);
    write_words("worse\n");
    testkit_reload(kit, PLUGIN, "{database:s, filterFile:s}", database, words);
    testkit_advance(kit, 0);
    say(ann, "wood", "bad worse");
    testkit_expect(ann, "said", "{text:'bad *****', '<more>':true}");
    /* A build without its words is not taken. */
    write_words("*\n");
    testkit_expect_no_reload(kit, PLUGIN, "line 1 has no word",
                             "{database:s, filterFile:s, graceSeconds:7}",
                             database, words);
    say(ann, "wood", "bad worse");
    testkit_expect(ann, "said", "{text:'bad *****', '<more>':true}");
    finish_filter();
}
END_TEST

TESTKIT_MAIN("chat/words", writes_stars, refuses, looks_at_names,
             reads_the_file_again, is_read_by_a_new_build)
