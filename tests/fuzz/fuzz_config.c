/* SPDX-License-Identifier: MIT */
/*
 * Configurations. What is refused is said why, a line each; what is accepted
 * does not differ from itself.
 */
#include "fuzz.h"

#include "base/error.h"
#include "config/config.h"

static void on_changed(void *user, const char *key, enum config_effect effect)
{
    assert(!"a configuration differs from itself");
}

static void check_errors(int result, const struct buf *errors)
{
    assert(result == ERR_SYNTAX);
    assert(errors->n > 0 && errors->p[errors->n - 1] == '\n');
    for (size_t i = 0; i < errors->n; i++) {
        unsigned char c = (unsigned char)errors->p[i];
        assert((c >= ' ' && c != 0x7f) || c == '\n');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    struct config *config;
    struct buf errors;
    long live = mem_live();

    setenv("FUZZ", "\"}${FUZZ}", 1);
    buf_init(&errors, BUF_MAX);
    int result = config_parse("/etc/fuzz/x.json", text, &config, &errors);
    if (result == 0) {
        assert(errors.n == 0);
        assert(config_compare(config, config, config, on_changed, NULL) == 0);
        config_free(config);
    } else {
        check_errors(result, &errors);
    }
    buf_free(&errors);
    assert(mem_live() == live);
    return 0;
}
