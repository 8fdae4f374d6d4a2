/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "config/prepare.h"
#include "config/read.h"

enum {
    FILE_MAX_BYTES = 1 << 20,
    ARENA_MAX_BYTES = 128 << 20, /* the nodes of the densest file, and more */
    DEPTH_MAX = 64,
};

static struct config *config_new(void)
{
    struct config *config = mem_zalloc(sizeof(*config));
    if (!config)
        return NULL;
    arena_init(&config->arena, ARENA_MAX_BYTES);
    config->cors.max_age = -1;
    config->cookie.max_age = -1;
    return config;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    arena_free(&config->arena);
    mem_free(config);
}

/* Parses the text and reads it into the structure; complaints and lack of
 * memory are with the reader. */
static void read_text(struct reader *r)
{
    static const struct json_limits limits = {DEPTH_MAX, .comments = true};
    struct config *config = r->config;
    struct json_error error;
    struct json *root;

    int result =
        json_parse(&config->arena, config->text, &limits, &root, &error);
    if (result == ERR_NOMEM) {
        r->error = result;
        return;
    }
    if (result < 0) {
        complain(r, error.offset, "%s", error.text);
        return;
    }
    if (root->type != JSON_OBJECT) {
        complain(r, complain_value_offset(config, root),
                 "a configuration must be an object, in { and }");
        return;
    }
    config->root = root;
    prepare(r, root);
    read_object(r, root, schema_root, (struct str){NULL, 0}, config);
}

int config_parse(const char *file, struct str text, struct config **ret_config,
                 struct buf *errors)
{
    struct reader r = {.config = config_new()};

    if (!r.config)
        return ERR_NOMEM;
    r.config->file = reader_str(&r, str_z(file));
    if (text.n > FILE_MAX_BYTES)
        complain(&r, FILE_MAX_BYTES, "a configuration has at most %d bytes",
                 FILE_MAX_BYTES);
    else
        r.config->text = reader_str(&r, text);
    if (r.error == 0 && r.count == 0)
        read_text(&r);
    if (r.error == 0 && r.count > 0) {
        complain_print(&r, errors);
        r.error = ERR_SYNTAX;
    }
    if (r.error < 0) {
        config_free(r.config);
        return r.error;
    }
    *ret_config = r.config;
    return 0;
}

/* Reads up to one byte more than a configuration may have. 0, ERR_NOMEM, or
 * ERR_IO with errno. */
static int read_file(const char *file, struct buf *text)
{
    int fd, saved, r = 0;
    ssize_t n;

    fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    do {
        size_t room = FILE_MAX_BYTES + 1 - text->n;
        char *to = buf_reserve(text, room < 16384 ? room : 16384);
        if (!to) {
            r = ERR_NOMEM;
            goto out;
        }
        do {
            n = read(fd, to, room < 16384 ? room : 16384);
        } while (n < 0 && errno == EINTR);
        if (n < 0) {
            r = ERR_IO;
            goto out;
        }
        buf_commit(text, (size_t)n);
    } while (n > 0 && text->n <= FILE_MAX_BYTES);
out:
    saved = errno;
    close(fd);
    errno = saved;
    return r;
}

int config_load(const char *file, struct config **ret_config,
                struct buf *errors)
{
    struct buf text;

    buf_init(&text, FILE_MAX_BYTES + 1);
    int r = read_file(file, &text);
    if (r == ERR_IO)
        buf_printf(errors, "%s: %s\n", file, strerror(errno));
    if (r == 0)
        r = config_parse(file, buf_str(&text), ret_config, errors);
    buf_free(&text);
    return r;
}

void config_place(const struct config *config, const struct json *value,
                  struct buf *out)
{
    complain_place(config, complain_value_offset(config, value), out);
}

const struct config_plugin *config_find_plugin(const struct config *config,
                                               struct str name)
{
    for (uint32_t i = 0; i < config->plugin_count; i++)
        if (str_eq(config->plugins[i].name, name))
            return &config->plugins[i];
    return NULL;
}
