/* SPDX-License-Identifier: MIT */
#include "net/mime.h"

#define MIME(extension, type, compressible)                                    \
    {                                                                          \
        {extension, sizeof(extension) - 1}, {type, sizeof(type) - 1},          \
            compressible                                                       \
    }

/* JavaScript and JSON as socket.io serves its client files; the types that
 * are text say that they are UTF-8. */
static const struct mime types[] = {
    MIME("html", "text/html; charset=utf-8", true),
    MIME("js", "application/javascript; charset=utf-8", true),
    MIME("mjs", "application/javascript; charset=utf-8", true),
    MIME("css", "text/css; charset=utf-8", true),
    MIME("json", "application/json; charset=utf-8", true),
    MIME("map", "application/json; charset=utf-8", true),
    MIME("svg", "image/svg+xml; charset=utf-8", true),
    MIME("png", "image/png", false),
    MIME("jpg", "image/jpeg", false),
    MIME("jpeg", "image/jpeg", false),
    MIME("gif", "image/gif", false),
    MIME("webp", "image/webp", false),
    MIME("avif", "image/avif", false),
    MIME("ico", "image/vnd.microsoft.icon", true),
    MIME("woff", "font/woff", false),
    MIME("woff2", "font/woff2", false),
    MIME("ttf", "font/ttf", true),
    MIME("wasm", "application/wasm", true),
    MIME("txt", "text/plain; charset=utf-8", true),
    MIME("md", "text/markdown; charset=utf-8", true),
    MIME("xml", "application/xml; charset=utf-8", true),
    MIME("webmanifest", "application/manifest+json; charset=utf-8", true),
    MIME("htm", "text/html; charset=utf-8", true),
    MIME("pdf", "application/pdf", false),
    MIME("mp3", "audio/mpeg", false),
    MIME("ogg", "audio/ogg", false),
    MIME("wav", "audio/wav", false),
    MIME("mp4", "video/mp4", false),
    MIME("webm", "video/webm", false),
};

static const struct mime unknown = MIME("", "application/octet-stream", false);

const struct mime *mime_of(struct str name)
{
    const char *dot = name.n ? memrchr(name.p, '.', name.n) : NULL;
    if (!dot)
        return &unknown;
    struct str extension = str_of(dot + 1, name.n - (size_t)(dot - name.p) - 1);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (str_eq_nocase(types[i].extension, extension))
            return &types[i];
    }
    return &unknown;
}
