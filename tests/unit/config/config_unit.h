/* SPDX-License-Identifier: MIT */
/* What the suites of config/ share: parsing a text that is called
 * "dir/file.json", and what must be said about it. */
#ifndef MORTISE_TESTS_UNIT_CONFIG_H
#define MORTISE_TESTS_UNIT_CONFIG_H

#include "unit.h"

#include "base/error.h"
#include "base/mem.h"
#include "config/config.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

static struct buf errors;
static long live_before;

static inline void setup(void)
{
    live_before = mem_live();
    buf_init(&errors, 1 << 20);
}

static inline void teardown(void)
{
    mem_fail_after(-1);
    buf_free(&errors);
    ck_assert_int_eq(mem_live(), live_before);
}

static inline void ck_str(struct str s, const char *want)
{
    ck_assert_msg(str_eq(s, str_z(want)), "\"%.*s\" is not \"%s\"", STR_ARG(s),
                  want);
}

/* Must be right; the caller frees it. */
static inline struct config *good(const char *text)
{
    struct config *config = NULL;
    int r = config_parse("dir/file.json", str_z(text), &config, &errors);
    ck_assert_msg(r == 0, "%s: %.*s", text, STR_ARG(buf_str(&errors)));
    ck_assert_uint_eq(errors.n, 0);
    return config;
}

/* Must be wrong, and this must be said ("dir/file.json:" in front of each
 * line is left out). */
static inline void bad(const char *text, const char *want)
{
    struct config *config = NULL;
    char said[8192];
    size_t n = 0;

    buf_clear(&errors);
    ck_assert_int_eq(
        config_parse("dir/file.json", str_z(text), &config, &errors),
        ERR_SYNTAX);
    ck_assert_ptr_null(config);
    for (struct str rest = buf_str(&errors); rest.n > 0;) {
        struct str line = str_cut(&rest, '\n');
        struct str prefix = STR("dir/file.json:");
        ck_assert(str_starts(line, prefix));
        line = str_of(line.p + prefix.n, line.n - prefix.n);
        ck_assert_uint_lt(n + line.n + 2, sizeof(said));
        if (n > 0)
            said[n++] = '\n';
        memcpy(said + n, line.p, line.n);
        n += line.n;
    }
    said[n] = '\0';
    ck_assert_msg(strcmp(said, want) == 0, "%s\nsays  %s\nnot   %s", text, said,
                  want);
}

#endif
