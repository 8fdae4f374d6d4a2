/* SPDX-License-Identifier: MIT */
/*
 * What is done many bytes at a time, in every way that this processor can: all
 * ways say the same as plain C. First bytes: the mask, and its offset.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "base/utf8_wide.h"
#include "json/scan.h"
#include "net/ws_mask.h"

static void check_scan(struct str text)
{
    bool high = false, other;
    const char *end = text.p + text.n;
    const char *found = scan_ways[0].scan(text.p, end, &high);

    for (const struct scan_way *way = scan_ways; way->name; way++) {
        other = false;
        assert(!way->usable() ||
               (way->scan(text.p, end, &other) == found && other == high));
    }
    other = false;
    assert(scan_next(text.p, end, &other) == found && other == high);
}

/* Without any of the quick ways. */
static bool valid_byte_by_byte(struct str text)
{
    struct utf8 u;

    utf8_init(&u);
    for (size_t i = 0; i < text.n; i++)
        if (utf8_feed(&u, text.p + i, 1) < 0)
            return false;
    return utf8_complete(&u);
}

static void check_utf8(struct str text)
{
    const uint8_t *p = (const uint8_t *)text.p, *end = p + text.n;
    bool valid = valid_byte_by_byte(text);

    assert(utf8_valid(text.p, text.n) == valid);
    for (const struct utf8_way *way = utf8_ways; way->name; way++) {
        if (!way->usable())
            continue;
        const uint8_t *at = way->pass(p, end);
        assert(at >= p && at <= end);
        assert(valid_byte_by_byte(str_of(text.p, (size_t)(at - p))));
        assert(utf8_valid(at, (size_t)(end - at)) == valid);
    }
}

static void check_mask(struct str text, const uint8_t mask[4], size_t at)
{
    char *plain = mem_alloc(text.n + 1), *p = mem_alloc(text.n + 1);
    bool high = false;

    assert(plain && p);
    for (size_t i = 0; i < text.n; i++) {
        plain[i] = (char)(text.p[i] ^ (char)mask[(at + i) & 3]);
        high = high || (plain[i] & 0x80);
    }
    for (const struct ws_mask_way *way = ws_mask_ways; way->name; way++) {
        if (!way->usable())
            continue;
        if (text.n > 0)
            memcpy(p, text.p, text.n);
        assert(way->unmask(p, text.n, mask, at) == high);
        assert(text.n == 0 || memcmp(p, plain, text.n) == 0);
    }
    mem_free(plain);
    mem_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    uint8_t mask[4], at = fuzz_byte(&text);

    for (int i = 0; i < 4; i++)
        mask[i] = fuzz_byte(&text);
    check_scan(text);
    check_utf8(text);
    check_mask(text, mask, at);
    return 0;
}
