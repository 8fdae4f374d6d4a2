/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "engineio/packet.h"

static void expect_frame(const struct eio_packet *p, const void *bytes,
                         size_t n)
{
    ck_assert_uint_eq(eio_packet_frame_size(p), n);
    ck_assert_mem_eq(p->slice->p + p->frame_at, bytes, n);
}

static void expect_polling(struct eio_packet *p, const char *text)
{
    struct str s = eio_packet_item(p, EIO_BASE64);
    ck_assert_uint_eq(s.n, strlen(text));
    ck_assert_mem_eq(s.p, text, s.n);
}

START_TEST(a_text_packet_is_a_frame_and_a_payload)
{
    struct eio_packet *p = eio_packet_text(EIO_MESSAGE, STR("hello"));
    ck_assert_ptr_nonnull(p);
    expect_frame(p,
                 "\x81\x06"
                 "4hello",
                 8);
    expect_polling(p, "4hello");
    eio_packet_unref(p);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(a_packet_without_data_is_its_type)
{
    struct eio_packet *p = eio_packet_text(EIO_PING, STR(""));
    expect_frame(p,
                 "\x81\x01"
                 "2",
                 3);
    expect_polling(p, "2");
    eio_packet_unref(p);
}
END_TEST

START_TEST(a_binary_packet_is_base64_on_polling)
{
    struct eio_packet *p = eio_packet_binary(STR("\x01\x02\x03\x04"));
    ck_assert_ptr_nonnull(p);
    expect_frame(p, "\x82\x04\x01\x02\x03\x04", 6);
    ck_assert_ptr_null(p->forms);
    expect_polling(p, "bAQIDBA==");
    struct slice *kept = p->forms->slices[EIO_BASE64];
    expect_polling(p, "bAQIDBA==");
    ck_assert_ptr_eq(p->forms->slices[EIO_BASE64], kept);
    eio_packet_unref(p);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

/* Kept once, for each form of its own, and gone with the packet. */
START_TEST(a_place_for_what_is_compressed)
{
    struct eio_packet *p = eio_packet_binary(STR("\x01\x02\x03\x04"));
    mem_fail_after(0);
    ck_assert_ptr_null(eio_packet_shared(p, EIO_BARE));
    mem_fail_after(-1);
    struct ws_shared *shared = eio_packet_shared(p, EIO_BARE);
    ck_assert(shared && !shared->slice && shared->bits == 0);
    shared->slice = slice_new("small", 5);
    ck_assert_ptr_eq(eio_packet_shared(p, EIO_BARE), shared);
    ck_assert_ptr_ne(eio_packet_shared(p, EIO_BASE64), shared);
    ck_assert_ptr_null(eio_packet_shared(p, EIO_BASE64)->slice);
    expect_polling(p, "bAQIDBA==");
    eio_packet_unref(p);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(an_empty_binary_packet)
{
    struct eio_packet *p = eio_packet_binary(STR(""));
    expect_frame(p, "\x82\x00", 2);
    expect_polling(p, "b");
    eio_packet_unref(p);
}
END_TEST

START_TEST(a_text_frame_for_those_who_want_no_binary)
{
    uint32_t at;
    struct eio_packet *p = eio_packet_binary(STR("\x01\x02\x03\x04"));
    for (int i = 0; i < 2; i++) {
        struct slice *s = eio_packet_frame(p, EIO_BASE64, &at);
        ck_assert_uint_eq(s->n - at, 11);
        ck_assert_mem_eq(s->p + at,
                         "\x81\x09"
                         "bAQIDBA==",
                         11);
    }
    eio_packet_unref(p);

    p = eio_packet_text(EIO_MESSAGE, STR("x"));
    ck_assert_ptr_eq(eio_packet_frame(p, EIO_BASE64, &at), p->slice);
    ck_assert_uint_eq(at, p->frame_at);
    eio_packet_unref(p);
}
END_TEST

static void expect_form(struct eio_packet *p, enum eio_form form,
                        const char *frame, size_t n, size_t header)
{
    for (int i = 0; i < 2; i++) {
        uint32_t at;
        struct slice *s = eio_packet_frame(p, form, &at);
        struct str item = eio_packet_item(p, form);
        ck_assert_uint_eq(s->n - at, n);
        ck_assert_mem_eq(s->p + at, frame, n);
        ck_assert_uint_eq(item.n, n - header);
        ck_assert_mem_eq(item.p, frame + header, item.n);
    }
}

/* Each is made once, and none stands in the way of the others. */
START_TEST(every_form_of_one_packet)
{
    struct eio_packet *p = eio_packet_binary(STR("\x01\x02\x03\x04"));
    for (int i = 0; i < 2; i++) {
        expect_form(p, EIO_TYPED, "\x82\x05\x04\x01\x02\x03\x04", 7, 2);
        expect_form(p, EIO_TYPED_BASE64,
                    "\x81\x0a"
                    "b4AQIDBA==",
                    12, 2);
        expect_form(p, EIO_BASE64,
                    "\x81\x09"
                    "bAQIDBA==",
                    11, 2);
        expect_form(p, EIO_BARE, "\x82\x04\x01\x02\x03\x04", 6, 2);
    }
    eio_packet_unref(p);

    p = eio_packet_binary(STR(""));
    expect_form(p, EIO_TYPED, "\x82\x01\x04", 3, 2);
    expect_form(p, EIO_TYPED_BASE64,
                "\x81\x02"
                "b4",
                4, 2);
    eio_packet_unref(p);

    p = eio_packet_text(EIO_MESSAGE, STR("x"));
    for (int form = 0; form < EIO_FORMS; form++)
        expect_form(p, (enum eio_form)form,
                    "\x81\x02"
                    "4x",
                    4, 2);
    eio_packet_unref(p);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

/* Where the frame's header changes its length. */
START_TEST(headers_of_every_length)
{
    static const struct {
        uint32_t payload, header;
    } sizes[] = {{125, 2}, {126, 4}, {65535, 4}, {65536, 10}};
    static char bytes[65536];

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint32_t n = sizes[i].payload;
        struct eio_packet *p = eio_packet_binary(str_of(bytes, n));
        ck_assert_uint_eq(eio_packet_frame_size(p), n + sizes[i].header);
        ck_assert_uint_eq(p->frame_at + sizes[i].header, p->text_at);
        eio_packet_unref(p);

        p = eio_packet_text(EIO_MESSAGE, str_of(bytes, n - 1));
        ck_assert_uint_eq(eio_packet_frame_size(p), n + sizes[i].header);
        ck_assert_uint_eq(eio_packet_item(p, EIO_BASE64).n, n);
        eio_packet_unref(p);
    }
}
END_TEST

START_TEST(built_in_place)
{
    struct buf out;
    buf_init(&out, 100);
    eio_packet_begin(&out, EIO_MESSAGE);
    buf_append_str(&out, STR("2[\"a\"]"));
    struct eio_packet *p = eio_packet_finish(&out, false);
    expect_polling(p, "42[\"a\"]");
    ck_assert_ptr_null(out.p);
    eio_packet_unref(p);

    eio_packet_begin_binary(&out);
    buf_append_str(&out, STR("xyz"));
    p = eio_packet_finish(&out, true);
    expect_frame(p, "\x82\x03xyz", 5);
    eio_packet_unref(p);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(a_buffer_that_failed_makes_no_packet)
{
    struct buf out;
    buf_init(&out, 20);
    eio_packet_begin(&out, EIO_MESSAGE);
    buf_append_str(&out, STR("more than there is room for"));
    ck_assert_ptr_null(eio_packet_finish(&out, false));
    ck_assert_int_eq(mem_live(), 0);

    buf_init(&out, 5); /* not even the headroom */
    eio_packet_begin_binary(&out);
    ck_assert_ptr_null(eio_packet_finish(&out, true));
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(references)
{
    struct eio_packet *p = eio_packet_text(EIO_MESSAGE, STR("x"));
    ck_assert_ptr_eq(eio_packet_ref(p), p);
    eio_packet_unref(p);
    expect_polling(p, "4x");
    eio_packet_unref(p);
    eio_packet_unref(NULL);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(memory_runs_out_anywhere)
{
    for (long n = 0;; n++) {
        mem_fail_after(n);
        struct eio_packet *p = eio_packet_binary(STR("\x01\x02\x03\x04"));
        struct str text = p ? eio_packet_item(p, EIO_BASE64) : STR("");
        mem_fail_after(-1);
        bool done = p && text.n > 0;
        if (p && !done) {
            ck_assert_ptr_null(text.p);
            expect_polling(p, "bAQIDBA=="); /* the next time it works */
        }
        eio_packet_unref(p);
        ck_assert_int_eq(mem_live(), 0);
        if (done)
            break;
        ck_assert_int_lt(n, 10);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("packet");
    TCase *tc = tcase_create("packet");
    tcase_add_test(tc, a_text_packet_is_a_frame_and_a_payload);
    tcase_add_test(tc, a_packet_without_data_is_its_type);
    tcase_add_test(tc, a_binary_packet_is_base64_on_polling);
    tcase_add_test(tc, a_place_for_what_is_compressed);
    tcase_add_test(tc, an_empty_binary_packet);
    tcase_add_test(tc, a_text_frame_for_those_who_want_no_binary);
    tcase_add_test(tc, every_form_of_one_packet);
    tcase_add_test(tc, headers_of_every_length);
    tcase_add_test(tc, built_in_place);
    tcase_add_test(tc, a_buffer_that_failed_makes_no_packet);
    tcase_add_test(tc, references);
    tcase_add_test(tc, memory_runs_out_anywhere);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
