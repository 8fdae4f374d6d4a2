/* SPDX-License-Identifier: MIT */
/*
 * What is JSON and what is not, to the reader of packets. The names are those
 * of the cases of JSONTestSuite, whose meanings they share: y_ has to be taken,
 * n_ refused, and of i_ the standard leaves it open, so what we do stands
 * beside it. The texts are our own. yajl has to agree with all of it.
 */
#include "json_unit.h"

#include "json/readers.h"
#include "json/scan.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *name, *text;
    size_t n;
    bool takes;
} cases[] = {
    {"y_array_arraysWithSpaces", TEXT("[ [ ]  ]"), true},
    {"y_array_empty", TEXT("[]"), true},
    {"y_array_empty-string", TEXT("[\"\"]"), true},
    {"y_array_ending_with_newline", TEXT("[\"end\"]\n"), true},
    {"y_array_false", TEXT("[false]"), true},
    {"y_array_heterogeneous", TEXT("[null,2,\"3\",{}]"), true},
    {"y_array_null", TEXT("[null]"), true},
    {"y_array_with_1_and_newline", TEXT("[7\n]"), true},
    {"y_array_with_leading_space", TEXT(" [7]"), true},
    {"y_array_with_several_null", TEXT("[7,null,null,null,8]"), true},
    {"y_array_with_trailing_space", TEXT("[7] "), true},
    {"y_number", TEXT("[12e34]"), true},
    {"y_number_0e+1", TEXT("[0e+5]"), true},
    {"y_number_0e1", TEXT("[0e5]"), true},
    {"y_number_after_space", TEXT("[ 9]"), true},
    {"y_number_double_close_to_zero",
     TEXT("[-0.00000000000000000000000000000000000000000000000000000000003]"),
     true},
    {"y_number_int_with_exp", TEXT("[30e2]"), true},
    {"y_number_minus_zero", TEXT("[-0]"), true},
    {"y_number_negative_int", TEXT("[-321]"), true},
    {"y_number_negative_one", TEXT("[-1]"), true},
    {"y_number_negative_zero", TEXT("[-0.0]"), true},
    {"y_number_real_capital_e", TEXT("[2E33]"), true},
    {"y_number_real_capital_e_neg_exp", TEXT("[2E-3]"), true},
    {"y_number_real_capital_e_pos_exp", TEXT("[2E+3]"), true},
    {"y_number_real_exponent", TEXT("[321.654e78]"), true},
    {"y_number_real_fraction_exponent", TEXT("[321.654e-78]"), true},
    {"y_number_real_pos_exponent", TEXT("[2e+3]"), true},
    {"y_number_simple_int", TEXT("[321]"), true},
    {"y_number_simple_real", TEXT("[321.654]"), true},
    {"y_object", TEXT("{\"this\":\"that\",\"n\":\"m\"}"), true},
    {"y_object_basic", TEXT("{\"this\":\"that\"}"), true},
    {"y_object_duplicated_key", TEXT("{\"k\":\"a\",\"k\":\"b\"}"), true},
    {"y_object_duplicated_key_and_value", TEXT("{\"k\":1,\"k\":1}"), true},
    {"y_object_empty", TEXT("{}"), true},
    {"y_object_empty_key", TEXT("{\"\":1}"), true},
    {"y_object_escaped_null_in_key", TEXT("{\"a\\u0000b\":1}"), true},
    {"y_object_extreme_numbers", TEXT("{\"low\":-2.5e+30,\"high\":2.5e+30}"),
     true},
    {"y_object_long_strings",
     TEXT("{\"a\":[{\"id\":\"mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm\"}],"
          "\"id\":\"mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm\"}"),
     true},
    {"y_object_simple", TEXT("{\"k\":[]}"), true},
    {"y_object_string_unicode", TEXT("{\"t\":\"\\u041c\\u0438\\u0440\"}"),
     true},
    {"y_object_with_newlines", TEXT("{\n\"k\": \"v\"\n}"), true},
    {"y_string_1_2_3_bytes_UTF-8_sequences",
     TEXT("[\"\\u0061\\u00fc\\u2764\"]"), true},
    {"y_string_accepted_surrogate_pair", TEXT("[\"\\ud83d\\ude00\"]"), true},
    {"y_string_accepted_surrogate_pairs",
     TEXT("[\"\\uD83D\\uDE00\\ud83c\\udf0d\"]"), true},
    {"y_string_allowed_escapes", TEXT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
     true},
    {"y_string_backslash_and_u_escaped_zero", TEXT("[\"\\\\u0000\"]"), true},
    {"y_string_backslash_doublequotes", TEXT("[\"\\\"\"]"), true},
    {"y_string_comments", TEXT("[\"a/*b*/c/*d//e\"]"), true},
    {"y_string_double_escape_a", TEXT("[\"\\\\a\"]"), true},
    {"y_string_double_escape_n", TEXT("[\"\\\\n\"]"), true},
    {"y_string_escaped_control_character", TEXT("[\"\\u0011\"]"), true},
    {"y_string_escaped_noncharacter", TEXT("[\"\\uffff\"]"), true},
    {"y_string_in_array", TEXT("[\"text\"]"), true},
    {"y_string_in_array_with_leading_space", TEXT("[ \"text\"]"), true},
    {"y_string_last_surrogates_1_and_2", TEXT("[\"\\udbff\\udfff\"]"), true},
    {"y_string_nbsp_uescaped", TEXT("[\"a\\u00a0b\"]"), true},
    {"y_string_nonCharacterInUTF-8_U+10FFFF", TEXT("[\"\xf4\x8f\xbf\xbf\"]"),
     true},
    {"y_string_nonCharacterInUTF-8_U+FFFF", TEXT("[\"\xef\xbf\xbf\"]"), true},
    {"y_string_null_escape", TEXT("[\"\\u0000\"]"), true},
    {"y_string_one-byte-utf-8", TEXT("[\"\\u002b\"]"), true},
    {"y_string_pi", TEXT("[\"\xcf\x80\"]"), true},
    {"y_string_simple_ascii", TEXT("[\"plain \"]"), true},
    {"y_string_space", TEXT("\" \""), true},
    {"y_string_surrogates_U+1D11E", TEXT("[\"\\uD834\\udd1e\"]"), true},
    {"y_string_three-byte-utf-8", TEXT("[\"\\u0829\"]"), true},
    {"y_string_u+2028_line_sep", TEXT("[\"\xe2\x80\xa8\"]"), true},
    {"y_string_u+2029_par_sep", TEXT("[\"\xe2\x80\xa9\"]"), true},
    {"y_string_unescaped_char_delete", TEXT("[\"\x7f\"]"), true},
    {"y_string_unicode_U+1FFFE_nonchar", TEXT("[\"\\uD83F\\uDFFE\"]"), true},
    {"y_string_unicodeEscapedBackslash", TEXT("[\"\\u005c\"]"), true},
    {"y_string_utf8", TEXT("[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]"), true},
    {"y_structure_lonely_false", TEXT("false"), true},
    {"y_structure_lonely_int", TEXT("17"), true},
    {"y_structure_lonely_negative_real", TEXT("-0.5"), true},
    {"y_structure_lonely_null", TEXT("null"), true},
    {"y_structure_lonely_string", TEXT("\"text\""), true},
    {"y_structure_lonely_true", TEXT("true"), true},
    {"y_structure_string_empty", TEXT("\"\""), true},
    {"y_structure_trailing_newline", TEXT("[\"x\"]\n"), true},
    {"y_structure_whitespace_array", TEXT(" [\t\r\n] "), true},

    {"n_array_1_true_without_comma", TEXT("[1 true]"), false},
    {"n_array_a_invalid_utf8", TEXT("[x\xe5]"), false},
    {"n_array_colon_instead_of_comma", TEXT("[\"\":2]"), false},
    {"n_array_comma_after_close", TEXT("[\"\"],"), false},
    {"n_array_comma_and_number", TEXT("[,2]"), false},
    {"n_array_double_comma", TEXT("[2,,3]"), false},
    {"n_array_double_extra_comma", TEXT("[\"y\",,]"), false},
    {"n_array_extra_close", TEXT("[\"y\"]]"), false},
    {"n_array_extra_comma", TEXT("[\"\",]"), false},
    {"n_array_incomplete", TEXT("[\"y\""), false},
    {"n_array_incomplete_invalid_value", TEXT("[y"), false},
    {"n_array_inner_array_no_comma", TEXT("[4[5]]"), false},
    {"n_array_invalid_utf8", TEXT("[\xff]"), false},
    {"n_array_items_separated_by_semicolon", TEXT("[3;4]"), false},
    {"n_array_just_comma", TEXT("[,]"), false},
    {"n_array_just_minus", TEXT("[-]"), false},
    {"n_array_missing_value", TEXT("[ , \"\"]"), false},
    {"n_array_newlines_unclosed", TEXT("[\"b\",\n7\n,2,"), false},
    {"n_array_number_and_comma", TEXT("[2,]"), false},
    {"n_array_number_and_several_commas", TEXT("[2,,]"), false},
    {"n_array_spaces_vertical_tab_formfeed", TEXT("[\"\x0b\x61\"\\f]"), false},
    {"n_array_vertical_tab_as_space", TEXT("[\x0b]"), false},
    {"n_array_formfeed_as_space", TEXT("\x0c[]"), false},
    {"n_array_star_inside", TEXT("[*]"), false},
    {"n_array_unclosed", TEXT("[\"\""), false},
    {"n_array_unclosed_trailing_comma", TEXT("[7,"), false},
    {"n_array_unclosed_with_new_lines", TEXT("[7,\n2\n,3"), false},
    {"n_array_unclosed_with_object_inside", TEXT("[{}"), false},
    {"n_incomplete_false", TEXT("[fals]"), false},
    {"n_incomplete_null", TEXT("[nul]"), false},
    {"n_incomplete_true", TEXT("[tru]"), false},
    {"n_multidigit_number_then_00", TEXT("987\0"), false},
    {"n_number_++", TEXT("[++987]"), false},
    {"n_number_+1", TEXT("[+2]"), false},
    {"n_number_+Inf", TEXT("[+Inf]"), false},
    {"n_number_-01", TEXT("[-02]"), false},
    {"n_number_-1.0.", TEXT("[-3.0.]"), false},
    {"n_number_-2.", TEXT("[-3.]"), false},
    {"n_number_-NaN", TEXT("[-NaN]"), false},
    {"n_number_.-1", TEXT("[.-2]"), false},
    {"n_number_.2e-3", TEXT("[.3e-2]"), false},
    {"n_number_0.1.2", TEXT("[0.2.3]"), false},
    {"n_number_0.3e", TEXT("[0.2e]"), false},
    {"n_number_0.3e+", TEXT("[0.2e+]"), false},
    {"n_number_0.e1", TEXT("[0.e2]"), false},
    {"n_number_0_capital_E", TEXT("[0E]"), false},
    {"n_number_0_capital_E+", TEXT("[0E+]"), false},
    {"n_number_0e", TEXT("[0e]"), false},
    {"n_number_0e+", TEXT("[0e+]"), false},
    {"n_number_1.0e", TEXT("[2.0e]"), false},
    {"n_number_1.0e+", TEXT("[2.0e+]"), false},
    {"n_number_1.0e-", TEXT("[2.0e-]"), false},
    {"n_number_1_000", TEXT("[2 000.0]"), false},
    {"n_number_1eE2", TEXT("[2eE3]"), false},
    {"n_number_2.e+3", TEXT("[3.e+2]"), false},
    {"n_number_2.e-3", TEXT("[3.e-2]"), false},
    {"n_number_2.e3", TEXT("[3.e2]"), false},
    {"n_number_9.e+", TEXT("[8.e+]"), false},
    {"n_number_expression", TEXT("[2+3]"), false},
    {"n_number_hex_1_digit", TEXT("[0x2]"), false},
    {"n_number_hex_2_digits", TEXT("[0x24]"), false},
    {"n_number_Inf", TEXT("[Inf]"), false},
    {"n_number_infinity", TEXT("[Infinity]"), false},
    {"n_number_invalid+-", TEXT("[0e+-2]"), false},
    {"n_number_invalid-negative-real", TEXT("[-321.654abc]"), false},
    {"n_number_invalid-utf-8-in-bigger-int", TEXT("[321\xe5]"), false},
    {"n_number_invalid-utf-8-in-exponent", TEXT("[2e2\xe5]"), false},
    {"n_number_invalid-utf-8-in-int", TEXT("[0\xe5]"), false},
    {"n_number_minus_infinity", TEXT("[-Infinity]"), false},
    {"n_number_minus_sign_with_trailing_garbage", TEXT("[-x]"), false},
    {"n_number_minus_space_1", TEXT("[- 2]"), false},
    {"n_number_NaN", TEXT("[NaN]"), false},
    {"n_number_neg_int_starting_with_zero", TEXT("[-034]"), false},
    {"n_number_neg_real_without_int_part", TEXT("[-.321]"), false},
    {"n_number_neg_with_garbage_at_end", TEXT("[-2x]"), false},
    {"n_number_real_garbage_after_e", TEXT("[2eb]"), false},
    {"n_number_real_with_invalid_utf8_after_e", TEXT("[2e\xe5]"), false},
    {"n_number_real_without_fractional_part", TEXT("[2.]"), false},
    {"n_number_starting_with_dot", TEXT("[.321]"), false},
    {"n_number_U+FF11_fullwidth_digit_one", TEXT("[\xef\xbc\x91]"), false},
    {"n_number_with_alpha", TEXT("[1.2b-3]"), false},
    {"n_number_with_alpha_char", TEXT("[1.8011670033376514H-3]"), false},
    {"n_number_with_leading_zero", TEXT("[034]"), false},
    {"n_object_bad_value", TEXT("[\"y\", truth]"), false},
    {"n_object_bracket_key", TEXT("{[: \"y\"}\n"), false},
    {"n_object_comma_instead_of_colon", TEXT("{\"y\", null}"), false},
    {"n_object_double_colon", TEXT("{\"y\"::\"c\"}"), false},
    {"n_object_emoji", TEXT("{\xf0\x9f\x98\x80}"), false},
    {"n_object_garbage_at_end", TEXT("{\"b\":\"b\" 321}"), false},
    {"n_object_key_with_single_quotes", TEXT("{key: 'value'}"), false},
    {"n_object_lone_continuation_byte_in_key_and_trailing_comma",
     TEXT("{\"\xb9\":\"0\",}"), false},
    {"n_object_missing_colon", TEXT("{\"b\" c}"), false},
    {"n_object_missing_key", TEXT("{:\"c\"}"), false},
    {"n_object_missing_semicolon", TEXT("{\"b\" \"c\"}"), false},
    {"n_object_missing_value", TEXT("{\"b\":"), false},
    {"n_object_no-colon", TEXT("{\"b\""), false},
    {"n_object_non_string_key", TEXT("{2:2}"), false},
    {"n_object_non_string_key_but_huge_number_instead", TEXT("{8E8:1}"), false},
    {"n_object_repeated_null_null", TEXT("{null:null,null:null}"), false},
    {"n_object_several_trailing_commas", TEXT("{\"id\":0,,,}"), false},
    {"n_object_single_quote", TEXT("{'b':0}"), false},
    {"n_object_trailing_comma", TEXT("{\"id\":0,}"), false},
    {"n_object_trailing_comment", TEXT("{\"b\":\"c\"}/**/"), false},
    {"n_object_trailing_comment_slash_open", TEXT("{\"b\":\"c\"}//"), false},
    {"n_object_two_commas_in_a_row", TEXT("{\"b\":\"c\",,\"d\":\"e\"}"), false},
    {"n_object_unquoted_key", TEXT("{b: \"c\"}"), false},
    {"n_object_unterminated-value", TEXT("{\"b\":\"b"), false},
    {"n_object_with_single_string", TEXT("{\"k\":\"v\",\"b\"}"), false},
    {"n_object_with_trailing_garbage", TEXT("{\"b\":\"c\"}#"), false},
    {"n_single_space", TEXT(" "), false},
    {"n_string_1_surrogate_then_escape", TEXT("[\"\\uD800\\\"]"), false},
    {"n_string_1_surrogate_then_escape_u", TEXT("[\"\\uD800\\u\"]"), false},
    {"n_string_1_surrogate_then_escape_u1", TEXT("[\"\\uD800\\u2\"]"), false},
    {"n_string_1_surrogate_then_escape_u1x", TEXT("[\"\\uD800\\u2x\"]"), false},
    {"n_string_accentuated_char_no_quotes", TEXT("[\xc3\xa9]"), false},
    {"n_string_backslash_00", TEXT("[\"\\\0\"]"), false},
    {"n_string_escape_x", TEXT("[\"\\x11\"]"), false},
    {"n_string_escaped_backslash_bad", TEXT("[\"\\\\\\\"]"), false},
    {"n_string_escaped_ctrl_char_tab", TEXT("[\"\\\t\"]"), false},
    {"n_string_escaped_emoji", TEXT("[\"\\\xf0\x9f\x98\x80\"]"), false},
    {"n_string_incomplete_escape", TEXT("[\"\\\"]"), false},
    {"n_string_incomplete_escaped_character", TEXT("[\"\\u01b\"]"), false},
    {"n_string_incomplete_surrogate", TEXT("[\"\\uD834\\uDd\"]"), false},
    {"n_string_incomplete_surrogate_escape_invalid",
     TEXT("[\"\\uD800\\uD800\\y\"]"), false},
    {"n_string_invalid-utf-8-in-escape", TEXT("[\"\\u\xe5\"]"), false},
    {"n_string_invalid_backslash_esc", TEXT("[\"\\b\\q\"]"), false},
    {"n_string_invalid_unicode_escape", TEXT("[\"\\uzz11\"]"), false},
    {"n_string_invalid_utf8_after_escape", TEXT("[\"\\\xe5\"]"), false},
    {"n_string_leading_uescaped_thinspace", TEXT("[\\u2009\"pq\"]"), false},
    {"n_string_no_quotes_with_bad_escape", TEXT("[\\t]"), false},
    {"n_string_single_doublequote", TEXT("\""), false},
    {"n_string_single_quote", TEXT("['quote']"), false},
    {"n_string_single_string_no_double_quotes", TEXT("def"), false},
    {"n_string_start_escape_unclosed", TEXT("[\"\\"), false},
    {"n_string_unescaped_ctrl_char", TEXT("[\"b\0b\"]"), false},
    {"n_string_unescaped_newline", TEXT("[\"one\nmore\"]"), false},
    {"n_string_unescaped_tab", TEXT("[\"\t\"]"), false},
    {"n_string_unicode_CapitalU", TEXT("\"\\UB66C\""), false},
    {"n_string_with_trailing_garbage", TEXT("\"\"y"), false},
    {"n_structure_angle_bracket_.", TEXT("<.>"), false},
    {"n_structure_array_trailing_garbage", TEXT("[7]y"), false},
    {"n_structure_array_with_extra_array_close", TEXT("[7]]"), false},
    {"n_structure_array_with_unclosed_string", TEXT("[\"bsd]"), false},
    {"n_structure_capitalized_True", TEXT("[True]"), false},
    {"n_structure_close_unopened_array", TEXT("7]"), false},
    {"n_structure_comma_instead_of_closing_brace", TEXT("{\"y\":true,"), false},
    {"n_structure_double_array", TEXT("[][]"), false},
    {"n_structure_end_array", TEXT("]"), false},
    {"n_structure_incomplete_UTF8_BOM", TEXT("\xef\xbb{}"), false},
    {"n_structure_lone-invalid-utf-8", TEXT("\xe5"), false},
    {"n_structure_lone-open-bracket", TEXT("["), false},
    {"n_structure_no_data", TEXT(""), false},
    {"n_structure_null-byte-outside-string", TEXT("[\0]"), false},
    {"n_structure_number_with_trailing_garbage", TEXT("3@"), false},
    {"n_structure_object_followed_by_closing_object", TEXT("{}}"), false},
    {"n_structure_object_unclosed_no_value", TEXT("{\"\":"), false},
    {"n_structure_object_with_comment", TEXT("{\"b\":/*c*/\"d\"}"), false},
    {"n_structure_object_with_trailing_garbage", TEXT("{\"b\":true} \"y\""),
     false},
    {"n_structure_open_array_apostrophe", TEXT("['"), false},
    {"n_structure_open_array_comma", TEXT("[,"), false},
    {"n_structure_open_array_open_object", TEXT("[{"), false},
    {"n_structure_open_array_open_string", TEXT("[\"b"), false},
    {"n_structure_open_array_string", TEXT("[\"b\""), false},
    {"n_structure_open_object", TEXT("{"), false},
    {"n_structure_open_object_close_array", TEXT("{]"), false},
    {"n_structure_open_object_comma", TEXT("{,"), false},
    {"n_structure_open_object_open_array", TEXT("{["), false},
    {"n_structure_open_object_open_string", TEXT("{\"b"), false},
    {"n_structure_open_object_string_with_apostrophes", TEXT("{'b'"), false},
    {"n_structure_open_open", TEXT("[\"\\{[\"\\{[\"\\{[\"\\{"), false},
    {"n_structure_single_eacute", TEXT("\xe9"), false},
    {"n_structure_single_star", TEXT("*"), false},
    {"n_structure_trailing_#", TEXT("{\"b\":\"c\"}#{}"), false},
    {"n_structure_U+2060_word_joined", TEXT("[\xe2\x81\xa0]"), false},
    {"n_structure_uescaped_LF_before_string", TEXT("[\\u000A\"\"]"), false},
    {"n_structure_unclosed_array", TEXT("[7"), false},
    {"n_structure_unclosed_array_partial_null", TEXT("[ true, nul"), false},
    {"n_structure_unclosed_array_unfinished_false", TEXT("[ false, fals"),
     false},
    {"n_structure_unclosed_array_unfinished_true", TEXT("[ false, tru"), false},
    {"n_structure_unclosed_object", TEXT("{\"qwe\":\"rty\""), false},
    {"n_structure_unicode-identifier", TEXT("\xc3\xa5"), false},
    {"n_structure_UTF8_BOM_no_data", TEXT("\xef\xbb\xbf"), false},
    {"n_structure_whitespace_formfeed", TEXT("[\f]"), false},
    {"n_structure_whitespace_U+2060_word_joiner", TEXT("[\xe2\x81\xa0]"),
     false},

    {"i_number_double_huge_neg_exp", TEXT("[321.456e-79876]"), true},
    {"i_number_huge_exp", TEXT("[0.4e0066999999999999999999999999999]"), true},
    {"i_number_neg_int_huge_exp", TEXT("[-2e+8888]"), true},
    {"i_number_pos_double_huge_exp", TEXT("[2.5e+8888]"), true},
    {"i_number_very_big_negative_int",
     TEXT("[-732462374623746237462374623746]"), true},
    {"i_object_key_lone_2nd_surrogate", TEXT("{\"\\uDFAA\":1}"), true},
    {"i_string_1st_surrogate_but_2nd_missing", TEXT("[\"\\uDADA\"]"), true},
    {"i_string_1st_valid_surrogate_2nd_invalid", TEXT("[\"\\uD888\\u4321\"]"),
     true},
    {"i_string_inverted_surrogates_U+1D11E", TEXT("[\"\\uDd1e\\uD834\"]"),
     true},
    {"i_string_incomplete_surrogate_and_escape_valid", TEXT("[\"\\uD800\\n\"]"),
     true},
    {"i_string_invalid_utf-8", TEXT("[\"\xff\"]"), false},
    {"i_string_iso_latin_1", TEXT("[\"\xe9\"]"), false},
    {"i_string_lone_utf8_continuation_byte", TEXT("[\"\x81\"]"), false},
    {"i_string_not_in_unicode_range", TEXT("[\"\xf4\xbf\xbf\xbf\"]"), false},
    {"i_string_overlong_sequence_2_bytes", TEXT("[\"\xc0\xaf\"]"), false},
    {"i_string_overlong_sequence_6_bytes",
     TEXT("[\"\xfc\x83\xbf\xbf\xbf\xbf\"]"), false},
    {"i_string_truncated-utf-8", TEXT("[\"\xe0\xff\"]"), false},
    {"i_string_UTF-8_invalid_sequence", TEXT("[\"\xe6\x97\xa5\xd1\x88\xfa\"]"),
     false},
    {"i_string_UTF8_surrogate_U+D800", TEXT("[\"\xed\xa0\x80\"]"), false},
    {"i_string_utf16BE_no_BOM", TEXT("\0[\0\"\0\xe9\0\"\0]"), false},
    {"i_structure_UTF-8_BOM_empty_object", TEXT("\xef\xbb\xbf{}"), false},
};

START_TEST(takes_what_is_json)
{
    const struct json_limits limits = {.depth = 64};
    struct json *value, *other;
    struct json_error error;
    char *copy = arena_alloc(&arena, cases[_i].n + 1);
    struct str text = str_of(copy, cases[_i].n);

    memcpy(copy, cases[_i].text, cases[_i].n);
    int result = read_strict(&arena, text, &limits, &value);
    ck_assert_msg((result == 0) == cases[_i].takes, "%s: %d", cases[_i].name,
                  result);
    ck_assert_msg((read_yajl(&arena, text, &limits, &other, &error) == 0) ==
                      cases[_i].takes,
                  "%s: yajl thinks otherwise", cases[_i].name);
}
END_TEST

/* Half a megabyte of brackets, as n_structure_100000_opening_arrays and
 * n_structure_open_array_object mean it: no recursion, and an end. */
START_TEST(is_not_deep)
{
    enum { N = 500000 };
    const struct json_limits deep = {.depth = UINT32_MAX};
    char *text = mem_alloc(N);
    struct json *value;
    struct arena large;

    memset(text, '[', N);
    ck_assert_int_eq(read_strict(&arena, str_of(text, N), &plain, &value),
                     ERR_LIMIT);
    arena_init(&large, (size_t)256 << 20);
    ck_assert_int_eq(read_strict(&large, str_of(text, N), &deep, &value),
                     ERR_SYNTAX);
    memset(text + N / 2, ']', N / 2);
    ck_assert_int_eq(read_strict(&large, str_of(text, N), &deep, &value), 0);
    arena_free(&large);
    mem_free(text);
}
END_TEST

START_TEST(the_depth_is_exact)
{
    const struct json_limits two = {.depth = 2};
    struct json *value;

    ck_assert_int_eq(read_strict(&arena, STR("[{\"a\":1}]"), &two, &value), 0);
    ck_assert_int_eq(read_strict(&arena, STR("[[],[{}]]"), &two, &value),
                     ERR_LIMIT);
}
END_TEST

static bool finds(const struct scan_way *way, const char *p, int n, int at,
                  bool expected)
{
    bool high = false, other = false;

    return way->scan(p, p + n, &high) == p + at && high == expected &&
           scan_next(p, p + n, &other) == p + at && other == expected;
}

/* Everything at every place of a string, and at every length around those of
 * the registers: what ends it is found there, by all ways alike. */
START_TEST(every_way_to_scan_finds_the_same)
{
    static const unsigned char ends[] = {0, 1, 0x1f, '"', '\\'};
    enum { MOST = 150 };
    const struct scan_way *way = &scan_ways[_i];
    char text[MOST];

    if (!way->usable())
        return;
    for (int i = 0; i < MOST * MOST * 5; i++) {
        int n = i / 5 / MOST, at = i / 5 % MOST;
        char *p = text + MOST - n; /* ends where the memory does */
        if (at > n)
            continue;
        memset(p, i % 2 ? ' ' : '~', (size_t)n);
        if (at < n)
            p[at] = (char)ends[i % 5];
        bool same = finds(way, p, n, at, false);
        /* What is behind it is not looked at. */
        if (at + 1 < n)
            memset(p + at + 1, (char)0xc3, (size_t)(n - at - 1));
        same = same && finds(way, p, n, at, false);
        if (at > 0) {
            p[(n * 7 + at) % at] = (char)0x80;
            same = same && finds(way, p, n, at, true);
        }
        if (!same)
            ck_abort_msg("%s: %d of %d", way->name, at, n);
    }
}
END_TEST

static int count_ways(void)
{
    int n = 0;
    while (scan_ways[n].name)
        n++;
    return n;
}

int main(void)
{
    Suite *suite = suite_create("json/strict");
    TCase *tc = tcase_create("strict");

    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, takes_what_is_json, 0, COUNT(cases));
    tcase_add_test(tc, is_not_deep);
    tcase_add_test(tc, the_depth_is_exact);
    tcase_add_loop_test(tc, every_way_to_scan_finds_the_same, 0, count_ways());
    return unit_main(suite);
}
