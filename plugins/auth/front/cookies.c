/* SPDX-License-Identifier: MIT */
#include "front/cookies.h"

#include <string.h>

#include "options.h"
#include "secrets/tokens.h"

bool cookie_find(const char *header, const char *name, char *ret, size_t size)
{
    const char *found = NULL;
    size_t n = strlen(name), found_length = 0;

    for (const char *p = header; p && *p; p = strchr(p, ';')) {
        p += strspn(p, "; ");
        size_t length = strcspn(p, ";");
        if (strncmp(p, name, n) != 0 || p[n] != '=')
            continue;
        length -= n + 1;
        while (length > 0 && p[n + length] == ' ')
            length--;
        const char *value = p + n + 1;
        if (length >= size || (found && (length != found_length ||
                                         memcmp(value, found, length) != 0)))
            return false;
        found = value;
        found_length = length;
    }
    if (!found)
        return false;
    memcpy(ret, found, found_length);
    ret[found_length] = '\0';
    return true;
}

/* As long as browsers keep one: how long a guest is kept says the database. */
enum { DEVICE_KEPT_S = 400 * 24 * 3600 };

void cookies_set(mortise_request request, const char *session,
                 const char *access, const char *refresh, bool brief)
{
    int64_t kept = brief ? -1 : options.refresh_ms / 1000;
    uint32_t secure = options.secure_cookies ? MORTISE_COOKIE_SECURE : 0;
    char csrf[HASH_TEXT_SIZE];

    tokens_csrf(session, csrf);
    mortise_http_set_cookie(request, COOKIE_ACCESS, access,
                            brief ? -1 : options.access_ms / 1000, secure);
    mortise_http_set_cookie(request, COOKIE_REFRESH, refresh, kept,
                            secure | MORTISE_COOKIE_STRICT);
    mortise_http_set_cookie(request, COOKIE_CSRF, csrf, kept,
                            secure | MORTISE_COOKIE_SCRIPT |
                                MORTISE_COOKIE_STRICT);
}

void cookie_set_device(mortise_request request, const char *device, bool brief)
{
    uint32_t secure = options.secure_cookies ? MORTISE_COOKIE_SECURE : 0;
    int64_t kept = brief ? -1 : DEVICE_KEPT_S;

    mortise_http_set_cookie(request, COOKIE_DEVICE, device,
                            device[0] != '\0' ? kept : 0,
                            secure | MORTISE_COOKIE_STRICT);
}

void cookies_clear(mortise_request request)
{
    static const char *const names[] = {COOKIE_ACCESS, COOKIE_REFRESH,
                                        COOKIE_CSRF};
    uint32_t secure = options.secure_cookies ? MORTISE_COOKIE_SECURE : 0;

    for (int i = 0; i < 3; i++)
        mortise_http_set_cookie(request, names[i], "", 0, secure);
}
