/* SPDX-License-Identifier: MIT */
/* The filter by itself: what is found, and what is not. */
#include <string.h>

#include <common/test_host.h>

#include "filter/filter.h"

static char wrong[FILTER_WRONG_SIZE];

static struct filter *make(const char *words)
{
    struct filter *filter = filter_new(words, strlen(words), wrong);

    ck_assert_msg(filter != NULL, "%s", wrong);
    return filter;
}

/* Words, with "|" between, and a text that becomes another one. */
static void check(const char *words, const char *text, const char *expected)
{
    char lines[256], *stars = NULL;

    host_start();
    snprintf(lines, sizeof(lines), "%s", words);
    for (char *p = lines; (p = strchr(p, '|'));)
        *p = '\n';
    struct filter *filter = make(lines);
    int found = filter_find(filter, text, &stars);
    ck_assert_int_eq(found, strcmp(text, expected) != 0);
    ck_assert_int_eq(filter_find(filter, text, NULL), found);
    ck_assert_str_eq(found ? stars : text, expected);
    mortise_free(stars);
    filter_free(filter);
    host_finish();
}

START_TEST(finds_whole_words)
{
    check("ass", "an ass!", "an ***!");
    check("ass", "a class of assets", "a class of assets");
    check("ass|cat", "ass,cat", "***,***");
    check("bad", "", "");
    check("bad", "bad", "***");
    check("bad", "bad2 abad", "bad2 abad");
    check("na\xc3\xafve", "NAIVE", "*****");
    /* Not Latin: a word all the same. */
    check("\xe6\x82\xaa", "\xe5\x96\x84\xe6\x82\xaa",
          "\xe5\x96\x84\xe6\x82\xaa");
    check("*\xe6\x82\xaa*", "\xe5\x96\x84\xe6\x82\xaa", "\xe5\x96\x84*");
}
END_TEST

START_TEST(finds_open_ones)
{
    check("ass*", "assets class", "***ets class");
    check("*ass", "assets class", "assets cl***");
    check("*ass*", "assets class passed", "***ets cl*** p***ed");
    /* Of one word in several ways each counts. */
    check("bad|*bad*", "abada", "a***a");
    check("bad|bad*", "bada abad", "***a abad");
}
END_TEST

START_TEST(finds_all_at_once)
{
    check("*he*|*she*|*his*|*hers*", "ushers", "u*****");
    check("*abcd*|*bc*", "xabcex", "xa**ex");
    /* The longer one does not fit, the one that ends it does. */
    check("she|*he*", "ushe", "us**");
    check("*aa*", "aaaa", "****");
}
END_TEST

START_TEST(finds_several_words)
{
    check("go away", "Go   away!", "**   ****!");
    check("  go \t away  ", "go\naway", "**\n****");
    check("go away", "goaway", "goaway");
    check("go away", "go awayer", "go awayer");
}
END_TEST

START_TEST(sees_through_disguises)
{
    check("bad",
          "BAD B\xc3\xa1"
          "d",
          "*** ***");
    check("bad", "\xef\xbd\x82\xef\xbd\x81\xef\xbd\x84",
          "***"); /* full width */
    check("bad",
          "b\xcc\x81"
          "ad",
          "***"); /* an accent by itself */
    check("bad",
          "b\xe2\x80\x8b"
          "a\xc2\xad"
          "d.",
          "***."); /* not to be seen */
    check("bad",
          "\xd0\xb2\xd0\xb0\xd1\x81 b\xd0\xb0"
          "d",
          "\xd0\xb2\xd0\xb0\xd1\x81 ***"); /* a Cyrillic letter */
    check("bad", "\xe2\x93\x91\xe2\x92\xb6\xe2\x93\x93", "***"); /* circles */
    check("bad", "\xf0\x9d\x90\x9b\xf0\x9d\x92\xb6\xf0\x9d\x95\x95",
          "***"); /* of mathematics */
    check("bad", "\xe1\xb8\x83\xe1\xba\xa1\xe1\xb8\x8f", "***");
    check("bad", "b4d b@d", "*** ***");
    check("silly", "$1lly s!lly si11y", "***** ***** *****");
    check("boss", "8055", "****");
    /* Signs that are signs. */
    check("bad", "bad! bad@bad $bad", "***! ***@*** $***");
    check("hi", "h1 h!", "** **");
}
END_TEST

/* The degree ends somewhere. */
START_TEST(lets_others_be)
{
    check("bad", "b.a.d b a d baad", "b.a.d b a d baad");
    check("h0e", "hoe h0e", "hoe ***"); /* to be listed in letters */
    check("1488", "1488 iabb", "**** iabb");
}
END_TEST

START_TEST(reads_lines)
{
    host_start();
    struct filter *filter = make("# words\r\n\r\n bad \r\nworse\nbad\n#bad");
    ck_assert_uint_eq(filter_words(filter), 2);
    ck_assert_int_eq(filter_find(filter, "# words", NULL), 0);
    ck_assert_int_eq(filter_find(filter, "worse", NULL), 1);
    filter_free(filter);
    filter = make("");
    ck_assert_int_eq(filter_find(filter, "bad", NULL), 0);
    filter_free(filter);
    host_finish();
}
END_TEST

static void refuse(const char *text, size_t n, const char *expected)
{
    ck_assert_ptr_null(filter_new(text, n, wrong));
    ck_assert_str_eq(wrong, expected);
}

START_TEST(has_bounds)
{
    char word[FILTER_WORD_MAX + 2];
    size_t size = FILTER_FILE_MAX + 2, n = 0;
    char *many = calloc(1, size);

    host_start();
    memset(word, 'a', sizeof(word));
    word[FILTER_WORD_MAX + 1] = '\0';
    refuse(word, strlen(word), "line 1 has too long a word");
    word[FILTER_WORD_MAX] = '\0';
    filter_free(make(word));
    refuse("a\n**", 4, "line 2 has no word");
    refuse("a\n\xe2\x80\x8b", 5, "line 2 has no word");
    refuse("a\0b", 3, "is not text");
    memset(many, 'a', size - 1);
    refuse(many, size - 1, "is too large");
    for (int i = 0; i <= FILTER_WORDS_MAX; i++)
        n += (size_t)snprintf(many + n, size - n, "word%d\n", i);
    refuse(many, n, "line 10001 has one word too many");
    many[strlen(many) - strlen("word10000\n")] = '\0';
    struct filter *filter = make(many);
    ck_assert_uint_eq(filter_words(filter), FILTER_WORDS_MAX);
    ck_assert_int_eq(filter_find(filter, "say word9999 now", NULL), 1);
    ck_assert_int_eq(filter_find(filter, "say word10000 now", NULL), 0);
    filter_free(filter);
    host_finish();
    free(many);
}
END_TEST

/* Texts that are worst for it, and no UTF-8 at all. */
START_TEST(takes_any_text)
{
    enum { N = 16000 };
    char *text = malloc(N + 1), *stars = NULL;
    unsigned seed = 1;

    host_start();
    struct filter *filter =
        make("*aaaaaaaaaaaaaaaaaaaaaaab*\n*aaaaaaaaaab*\n*aac*\n*\xc3\xa9*");
    memset(text, 'a', N);
    text[N] = '\0';
    ck_assert_int_eq(filter_find(filter, text, NULL), 0);
    text[N - 1] = 'b';
    ck_assert_int_eq(filter_find(filter, text, &stars), 1);
    ck_assert_uint_eq(strlen(stars), N);
    ck_assert_str_eq(stars + N - 25, "a************************");
    mortise_free(stars);
    for (int round = 0; round < 200; round++) {
        int found;
        for (int i = 0; i < 200; i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = (char)(1 + (seed >> 16) % 255);
        }
        text[200] = '\0';
        stars = NULL;
        found = filter_find(filter, text, &stars);
        ck_assert_int_eq(found, stars != NULL);
        if (stars)
            ck_assert_uint_le(strlen(stars), 200);
        mortise_free(stars);
    }
    filter_free(filter);
    host_finish();
    free(text);
}
END_TEST

START_TEST(says_when_memory_is_short)
{
    char *stars = NULL;
    int n;

    host_start();
    for (n = 1;; n++) {
        allocations = 0;
        fails_at = n;
        struct filter *filter = filter_new("bad\nworse", 9, wrong);
        filter_free(filter);
        if (filter)
            break;
        ck_assert_ptr_nonnull(strstr(wrong, "finds memory short"));
    }
    ck_assert_int_ge(n, 5);
    fails_at = 0;
    struct filter *filter = make("bad");
    for (int i = 1; i <= 3; i++) {
        allocations = 0;
        fails_at = i;
        ck_assert_int_eq(filter_find(filter, "bad", &stars), MORTISE_ENOMEM);
        ck_assert_ptr_null(stars);
    }
    filter_free(filter);
    host_finish();
}
END_TEST

TESTKIT_MAIN("chat/filter", finds_whole_words, finds_open_ones,
             finds_all_at_once, finds_several_words, sees_through_disguises,
             lets_others_be, reads_lines, has_bounds, takes_any_text,
             says_when_memory_is_short)
