/* SPDX-License-Identifier: MIT */
#include "host/plugin/quarantine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include <mortise/http.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"
#include "host/plugin/blame.h"

#define FILE_SIZE_MAX 65536
#define PLACES        4

static struct buf path;    /* of the file, with a NUL behind it */
static struct buf crashes; /* its lines, as they were at the start */
static int file = -1;

/* --- crashes --- */

struct crash {
    uint64_t at;
    struct str plugin, build, rest;
};

/* False for a line that is none: somebody has edited the file, or the disk was
 * full. */
static bool read_crash(struct str line, struct crash *ret)
{
    struct str at = str_cut(&line, ' ');
    ret->plugin = str_cut(&line, ' ');
    ret->build = str_cut(&line, ' ');
    ret->rest = line;
    return line.n > 0 && str_to_u64(at, &ret->at) == 0;
}

/* The last ones of a plugin, the latest last; how many there are. */
static int last_crashes(struct str plugin,
                        struct crash last[QUARANTINE_CRASHES])
{
    struct str lines = buf_str(&crashes);
    struct crash crash;
    int count = 0;

    while (lines.p) {
        if (!read_crash(str_cut(&lines, '\n'), &crash) ||
            !str_eq(crash.plugin, plugin))
            continue;
        if (count == QUARANTINE_CRASHES)
            memmove(last, last + 1, (size_t)--count * sizeof(last[0]));
        last[count++] = crash;
    }
    return count;
}

/* Whether a plugin has crashed so often, and each time as the same build. */
static bool crashes_often(struct str plugin, struct crash *ret_last)
{
    struct crash last[QUARANTINE_CRASHES];

    if (last_crashes(plugin, last) < QUARANTINE_CRASHES)
        return false;
    for (int i = 1; i < QUARANTINE_CRASHES; i++)
        if (!str_eq(last[i].build, last[0].build) ||
            last[i].at < last[i - 1].at)
            return false;
    *ret_last = last[QUARANTINE_CRASHES - 1];
    return ret_last->at - last[0].at <= QUARANTINE_SECONDS;
}

bool quarantine_reason(struct str plugin, struct quarantine_reason *ret)
{
    struct crash crash;

    if (file < 0 || !crashes_often(plugin, &crash))
        return false;
    *ret = (struct quarantine_reason){
        .since = (int64_t)crash.at, .crash = crash.rest, .file = path.p};
    return true;
}

/* --- the file --- */

static bool is_configured(const struct config *config, struct str plugin)
{
    for (uint32_t i = 0; i < config->plugin_count; i++)
        if (str_eq(config->plugins[i].name, plugin))
            return true;
    return false;
}

/* Whether a line is still of use: one of the last of a plugin that is there. */
static bool is_wanted(const struct config *config, struct str line)
{
    struct crash last[QUARANTINE_CRASHES], crash;

    if (!read_crash(line, &crash) || !is_configured(config, crash.plugin))
        return false;
    int count = last_crashes(crash.plugin, last);
    for (int i = 0; i < count; i++)
        if (last[i].plugin.p == crash.plugin.p)
            return true;
    return false;
}

/* Two servers that begin at the same time do not both write; if one that runs
 * crashes in this very moment its line may be lost. */
static void write_again(const struct buf *kept)
{
    struct str left = buf_str(kept);

    if (flock(file, LOCK_EX | LOCK_NB) < 0)
        return;
    if (ftruncate(file, 0) == 0)
        while (left.n > 0) {
            ssize_t n = write(file, left.p, left.n);
            if (n < 0 && errno != EINTR)
                break;
            if (n > 0)
                left = str_of(left.p + n, left.n - (size_t)n);
        }
    flock(file, LOCK_UN);
}

/* Takes what is of use, so that neither we nor the file grow. */
static void prune(const struct config *config)
{
    struct str lines = buf_str(&crashes);
    struct buf kept;

    buf_init(&kept, FILE_SIZE_MAX);
    while (lines.p) {
        struct str line = str_cut(&lines, '\n');
        if (is_wanted(config, line)) {
            buf_append_str(&kept, line);
            buf_append_char(&kept, '\n');
        }
    }
    if (kept.error == 0 && kept.n != crashes.n)
        write_again(&kept);
    buf_free(&kept);
}

static void read_file(const struct config *config)
{
    buf_init(&crashes, FILE_SIZE_MAX + 1);
    char *here = buf_reserve(&crashes, FILE_SIZE_MAX + 1);
    ssize_t n = here ? pread(file, here, FILE_SIZE_MAX + 1, 0) : 0;

    /* One so large was not written by us. */
    if (n > 0 && n <= FILE_SIZE_MAX)
        buf_commit(&crashes, (size_t)n);
    else if (n > 0)
        write_again(&crashes);
    prune(config);
}

/* --- where it is --- */

/* Nobody else can put a file there in the place of ours, or take ours away. */
static const char *check_folder(const char *folder)
{
    struct stat st;

    if (stat(folder, &st) < 0)
        return strerror(errno);
    if (!S_ISDIR(st.st_mode))
        return strerror(ENOTDIR);
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return "the folder belongs to somebody else";
    if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
        return "everybody may write to the folder";
    return NULL;
}

static const char *check_file(int fd)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
        return "it is no file of its own";
    if (st.st_uid != geteuid() || (st.st_mode & 077))
        return "others may read or write it";
    return NULL;
}

/* FOLDER/mortise-crashes-HASH, with the hash of the configuration's path. */
static int name_file(struct str folder, const struct config *config)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    char absolute[PATH_MAX], name[PATH_MAX];

    buf_clear(&path);
    if (config->file.n >= sizeof(name))
        return ERR_LIMIT;
    memcpy(name, config->file.p, config->file.n);
    name[config->file.n] = '\0';
    if (!realpath(name, absolute))
        return ERR_IO;
    EVP_Digest(absolute, strlen(absolute), digest, NULL, EVP_sha256(), NULL);
    buf_printf(&path, "%.*s/mortise-crashes-", STR_ARG(folder));
    for (int i = 0; i < 8; i++)
        buf_printf(&path, "%02x", digest[i]);
    buf_append_char(&path, '\0');
    return path.error;
}

/* NULL, or why it is not this folder. */
static const char *open_in(struct str folder, const struct config *config)
{
    if (name_file(folder, config) < 0)
        return "it has no path";
    path.p[folder.n] = '\0';
    const char *why = check_folder(path.p);
    path.p[folder.n] = '/';
    if (why)
        return why;
    int fd = open(path.p,
                  O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY |
                      O_NONBLOCK | O_CLOEXEC,
                  0600);
    if (fd < 0)
        return strerror(errno);
    why = check_file(fd);
    if (!why && flock(fd, LOCK_SH | LOCK_NB) < 0)
        why = strerror(errno);
    if (why)
        close(fd);
    else
        file = fd;
    return why;
}

void quarantine_open(const struct config *config)
{
    /* systemd has a list there, of which we use the first. */
    struct str state = str_z(getenv("STATE_DIRECTORY"));
    struct str places[PLACES] = {str_cut(&state, ':'),
                                 str_z(getenv("XDG_RUNTIME_DIR")),
                                 str_z(getenv("TMPDIR")), STR("/tmp")};
    const char *why = NULL;

    buf_init(&path, PATH_MAX);
    if (config->run_dir.n > 0)
        why = open_in(config->run_dir, config);
    for (int i = 0; config->run_dir.n == 0 && file < 0 && i < PLACES; i++)
        if (places[i].n > 0 && places[i].p[0] == '/')
            why = open_in(places[i], config);
    if (file < 0) {
        log_warn("crashes are not written down: %s: %s",
                 path.n > 0 ? path.p : "", why);
        return;
    }
    read_file(config);
    blame_write_to(file);
}

/* One in which no crash stands is not left behind, unless another server of
 * this configuration has it open. */
static void remove_empty(void)
{
    struct stat st;
    if (fstat(file, &st) == 0 && st.st_size == 0 &&
        flock(file, LOCK_EX | LOCK_NB) == 0)
        unlink(path.p);
}

void quarantine_close(void)
{
    blame_write_to(-1);
    if (file >= 0) {
        remove_empty();
        close(file);
    }
    file = -1;
    buf_free(&path);
    buf_free(&crashes);
}

/* --- who is left out --- */

/* Rows by which a plugin turns others away. */
static bool keeps_doors(struct str bytes)
{
    static const char *const rows[] = {MORTISE_CONNECTING, MORTISE_USE,
                                       MORTISE_HTTP_BEFORE, MORTISE_HTTP_ALLOW};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (memmem(bytes.p, bytes.n, rows[i], strlen(rows[i]) + 1))
            return true;
    return false;
}

/* Whether nobody would be left but plugins that crash as often. */
static bool is_last(const struct config *config,
                    const struct config_plugin *plugin)
{
    struct crash crash;

    for (uint32_t i = 0; i < config->plugin_count; i++) {
        const struct config_plugin *other = &config->plugins[i];
        if (other != plugin && other->enabled &&
            !crashes_often(other->name, &crash))
            return false;
    }
    return true;
}

static bool is_build(struct str text, const unsigned char hash[32])
{
    char digits[BLAME_BUILD_SIZE];
    blame_build(hash, digits);
    return str_eq(text, str_z(digits));
}

bool quarantine_refuses(const struct config *config,
                        const struct config_plugin *plugin, struct str bytes,
                        const unsigned char hash[32])
{
    struct crash crash;

    if (!plugin->quarantine || !crashes_often(plugin->name, &crash) ||
        !is_build(crash.build, hash))
        return false;
    const char *saved = keeps_doors(bytes)        ? "it decides who may come in"
                        : is_last(config, plugin) ? "there is no other"
                                                  : NULL;
    log_error("plugin \"%.*s\" %s: this build has crashed the server %d times "
              "within %d minutes, last with %.*s",
              STR_ARG(plugin->name),
              saved ? "should not be started" : "is NOT STARTED",
              QUARANTINE_CRASHES, QUARANTINE_SECONDS / 60, STR_ARG(crash.rest));
    if (saved)
        log_error("plugin \"%.*s\" is started all the same, because %s",
                  STR_ARG(plugin->name), saved);
    else
        log_error("plugin \"%.*s\" is started again when it was compiled anew; "
                  "or as it is, with \"quarantine\": false in its entry, or "
                  "without the file %s",
                  STR_ARG(plugin->name), path.p);
    return !saved;
}
