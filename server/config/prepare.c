/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/table.h"
#include "base/utf8.h"
#include "config/prepare.h"
#include "config/read.h"

enum { NAME_MAX_LENGTH = 255, EXPANDED_MAX = 1 << 20, FILE_MAX = 65536 };

static bool name_is_valid(struct str name)
{
    if (name.n == 0 || name.n > NAME_MAX_LENGTH ||
        (name.p[0] >= '0' && name.p[0] <= '9'))
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

/* Appends the value of one variable, or complains. */
static void append_variable(struct reader *r, const struct json *value,
                            struct str name, struct buf *out)
{
    size_t offset = complain_value_offset(r->config, value);
    char zero[NAME_MAX_LENGTH + 1], quoted[QUOTED_SIZE];

    if (!name_is_valid(name)) {
        complain(r, offset,
                 "%s is not the name of an environment variable; write $${ "
                 "for a plain ${",
                 complain_quote(name, quoted));
        return;
    }
    memcpy(zero, name.p, name.n);
    zero[name.n] = '\0';
    const char *found = getenv(zero);
    if (!found)
        complain(r, offset, "the environment variable %s is not set", zero);
    else if (!utf8_valid(found, strlen(found)))
        complain(r, offset, "the environment variable %s is not UTF-8", zero);
    else
        buf_append_z(out, found);
}

/* Appends a whole file; 0, or an errno. What is too much is in out->error. */
static int read_whole(const char *path, struct buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error = 0;
    struct stat about;
    char part[4096];
    ssize_t n = 1;

    if (fd < 0)
        return errno;
    if (fstat(fd, &about) < 0)
        error = errno;
    else if (!S_ISREG(about.st_mode))
        error = EINVAL;
    while (error == 0 && n > 0 && !out->error) {
        n = read(fd, part, sizeof(part));
        if (n < 0)
            error = errno;
        else
            buf_append(out, part, (size_t)n);
    }
    close(fd);
    return error;
}

/* Why a file cannot be taken; NULL: it can. Without the end of its last line,
 * which is no part of a secret. */
static const char *read_text(const char *path, struct buf *whole,
                             struct str *ret)
{
    int error = read_whole(path, whole);
    struct str text = buf_str(whole);

    if (error != 0)
        return strerror(error);
    if (whole->error == ERR_LIMIT)
        return "it has more than 64 KiB";
    if (text.n > 0 && text.p[text.n - 1] == '\n')
        text.n--;
    if (text.n > 0 && text.p[text.n - 1] == '\r')
        text.n--;
    if (!utf8_valid(text.p, text.n) || memchr(text.p, '\0', text.n))
        return "it is no text in UTF-8";
    *ret = text;
    return NULL;
}

/* Appends what is in a file, or complains. It may be a secret: complaints show
 * nothing of it. */
static void append_file(struct reader *r, const struct json *value,
                        struct str name, struct buf *out)
{
    struct str path = read_resolve(r, name), text = STR("");
    char quoted[QUOTED_SIZE], *zero = reader_alloc(r, path.n + 1);
    struct buf whole;

    if (!zero)
        return;
    memcpy(zero, path.p, path.n);
    zero[path.n] = '\0';
    buf_init(&whole, FILE_MAX);
    const char *wrong = read_text(zero, &whole, &text);
    if (whole.error == ERR_NOMEM)
        r->error = ERR_NOMEM;
    else if (wrong)
        complain(r, complain_value_offset(r->config, value),
                 "the file %s cannot be read: %s", complain_quote(path, quoted),
                 wrong);
    else
        buf_append_str(out, text);
    buf_free(&whole);
}

static void expand(struct reader *r, struct json *value, struct buf *out)
{
    struct str rest = value->text;
    const char *dollar;

    while ((dollar = memmem(rest.p, rest.n, "${", 2))) {
        struct str before = {rest.p, (size_t)(dollar - rest.p)};
        struct str behind = {dollar + 2, rest.n - before.n - 2};
        if (before.n > 0 && before.p[before.n - 1] == '$') {
            buf_append(out, before.p, before.n - 1);
            buf_append_str(out, STR("${"));
            rest = behind;
            continue;
        }
        buf_append_str(out, before);
        size_t n = str_find(behind, '}');
        if (n == behind.n) {
            complain(r, complain_value_offset(r->config, value),
                     "a ${ without its }; write $${ for a plain ${");
            return;
        }
        struct str name = str_of(behind.p, n), prefix = STR("file:");
        if (n > prefix.n && memcmp(name.p, prefix.p, prefix.n) == 0)
            append_file(r, value, str_of(name.p + prefix.n, name.n - prefix.n),
                        out);
        else
            append_variable(r, value, name, out);
        rest = str_of(behind.p + n + 1, behind.n - n - 1);
    }
    buf_append_str(out, rest);
}

static void expand_string(struct reader *r, struct json *value)
{
    struct buf out;

    if (!memmem(value->text.p, value->text.n, "${", 2))
        return;
    buf_init(&out, EXPANDED_MAX);
    expand(r, value, &out);
    if (out.error == ERR_LIMIT)
        complain(r, complain_value_offset(r->config, value),
                 "longer than %d bytes with its variables", EXPANDED_MAX);
    else if (out.error)
        r->error = out.error;
    value->text = reader_str(r, buf_str(&out));
    value->binary = true;
    buf_free(&out);
}

static void find_repeated(struct reader *r, const struct json *object)
{
    struct table seen;
    char quoted[QUOTED_SIZE];

    table_init(&seen);
    for (struct json *member = object->child; member; member = member->next) {
        int error = table_add(&seen, member->key, member);
        if (error == ERR_EXIST)
            complain(r, complain_key_offset(r->config, member),
                     "the key %s stands here a second time",
                     complain_quote(member->key, quoted));
        else if (error < 0)
            r->error = error;
    }
    table_free(&seen);
}

void prepare(struct reader *r, struct json *value)
{
    if (value->type == JSON_STRING)
        expand_string(r, value);
    if (value->type == JSON_OBJECT)
        find_repeated(r, value);
    for (struct json *child = value->child; child; child = child->next) {
        prepare(r, child);
        value->binary |= child->binary;
    }
}
