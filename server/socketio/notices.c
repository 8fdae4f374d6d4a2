/* SPDX-License-Identifier: MIT */
#include "socketio/notices.h"

#include <inttypes.h>

#include "base/utf8.h"

#define CODE_MAX   64
#define REASON_MAX 1000

#define NOTICE(name, code_text, ms, text)                                      \
    [SIO_NOTICE_##name] = {.code = {code_text, sizeof(code_text) - 1},         \
                           .reason = {text, sizeof(text) - 1},                 \
                           .retry = (ms)},
static const struct sio_notice notices[] = {SIO_NOTICE_MAP(NOTICE)};
#undef NOTICE

struct sio_notice sio_notice_of(enum sio_notice_code code)
{
    return notices[code];
}

enum sio_notice_code sio_notice_find(struct str code)
{
    size_t i = 0;

    while (i < SIO_NOTICES && !str_eq(notices[i].code, code))
        i++;
    return (enum sio_notice_code)i;
}

bool sio_notice_valid(const struct sio_notice *notice)
{
    struct str code = notice->code, reason = notice->reason;

    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return code.n > 0 && code.n <= CODE_MAX && reason.n <= REASON_MAX &&
           utf8_valid(reason.p, reason.n) && notice->retry >= -1;
}

void sio_notices_describe(struct buf *out)
{
    buf_append_z(out, "| code | retry | reason |\n|---|---|---|\n");
    for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++)
        buf_printf(out, "| `%.*s` | %" PRId64 " | %.*s |\n",
                   STR_ARG(notices[i].code), notices[i].retry,
                   STR_ARG(notices[i].reason));
}
