/* SPDX-License-Identifier: MIT */
/*
 * Saved states: what stands in front of one, and the records in it, read by a
 * plugin that asks for whatever the input says. Then one that such a plugin
 * has written.
 */
#include "fuzz.h"

#include <mortise/state.h>

#include "base/error.h"
#include "config/config.h"
#include "host/calls/api.h"
#include "host/reload/blob.h"
#include "host/calls/extensions.h"
#include "host/host.h"

#define CALLS_MAX   200
#define READERS_MAX 64

static struct generation plugin;
static struct plugin_slot slot; /* its time is counted there */
static struct str body;         /* that is restored */
static struct str wishes;

/* --- a plugin --- */

static const char *key(void)
{
    static const char *const keys[] = {"", "a", "b", "list", "k", "key"};
    return keys[fuzz_byte(&wishes) % 6];
}

static void check_contents(uint32_t kind, mortise_str found)
{
    if (found.n > 0)
        assert(found.p >= body.p && found.p + found.n <= body.p + body.n);
    if (kind == MORTISE_STATE_INT || kind == MORTISE_STATE_NUMBER)
        assert(found.n == 8);
    if (kind == MORTISE_STATE_TEXT)
        assert(found.n > 0 && found.p[found.n - 1] == '\0');
}

static int restore(uint32_t version, mortise_saved first)
{
    mortise_saved readers[READERS_MAX] = {first};
    uint32_t count = 1;

    for (int i = 0; i < CALLS_MAX && wishes.n > 0; i++) {
        mortise_saved reader = readers[fuzz_byte(&wishes) % count];
        uint32_t kind = fuzz_byte(&wishes) % (MORTISE_STATE_CLOSE + 2);
        mortise_str found;
        if (kind > MORTISE_STATE_OPEN) {
            reader = ext_state.next(&plugin.table, reader, key());
            if (reader != 0 && count < READERS_MAX)
                readers[count++] = reader;
            continue;
        }
        int error = ext_state.find(&plugin.table, reader, key(), kind, &found);
        if (error == 0)
            check_contents(kind, found);
        else
            assert(error == ERR_NOENT || error == ERR_INVAL);
    }
    return 0;
}

static int save(mortise_saving to)
{
    for (int i = 0; i < CALLS_MAX && wishes.n > 0; i++) {
        uint32_t kind = fuzz_byte(&wishes) % (MORTISE_STATE_CLOSE + 2);
        const char *name = key();
        size_t n = fuzz_byte(&wishes) % 16;
        if (n > wishes.n)
            n = wishes.n;
        ext_state.put(&plugin.table, to, name, kind,
                      (mortise_str){wishes.p, n});
        wishes = str_of(wishes.p + n, wishes.n - n);
    }
    return 0;
}

/* --- the host --- */

static struct host *host_for_all(struct timers *timers)
{
    struct config *config;
    struct buf errors;

    buf_init(&errors, BUF_MAX);
    int error = config_parse("conf.json", STR("{\"mode\":\"development\"}"),
                             &config, &errors);
    assert(error == 0);
    buf_free(&errors);
    timers_init(timers, 0);
    struct host *host = host_new(timers, config);
    assert(host);
    config_free(config);
    return host;
}

/* What was sealed can be opened, and is the same. */
static void seal_and_open(struct str contents, uint32_t version)
{
    struct blob blob = {STR("plugin"), STR("1.0"), version, contents}, again;
    struct buf sealed, why;

    buf_init(&sealed, BLOB_MAX);
    buf_init(&why, BUF_MAX);
    assert(blob_seal(&blob, &sealed) == 0);
    assert(blob_open(buf_str(&sealed), &again, &why) == 0 && why.n == 0);
    assert(str_eq(again.body, contents) && again.version == version);
    assert(str_eq(again.plugin, blob.plugin) &&
           str_eq(again.build, blob.build));
    buf_free(&sealed);
    buf_free(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = fuzz_text(data, size);
    struct timers timers;
    struct blob blob;
    struct buf why, saved;
    long live = mem_live();

    buf_init(&why, BUF_MAX);
    buf_init(&saved, BLOB_BODY_MAX);
    struct host *host = host_for_all(&timers);
    slot = (struct plugin_slot){.host = host, .current = &plugin};
    plugin =
        (struct generation){.host = host, .slot = &slot, .table = host_api};
    plugin.state_rows =
        (mortise_state)MORTISE_STATE(.save = save, .restore = restore);

    /* The first byte says how many of the others are wishes. */
    size_t n = fuzz_byte(&rest);
    n = n < rest.n ? n : rest.n;
    struct str wanted = str_of(rest.p, n);
    rest = str_of(rest.p + n, rest.n - n);
    char *copy = fuzz_copy(rest);
    rest = str_of(copy, rest.n);
    if (blob_open(rest, &blob, &why) < 0) {
        assert(why.n > 0);
        buf_clear(&why);
    } else {
        rest = blob.body;
    }
    body = rest;
    wishes = wanted;
    int error = state_restore(&plugin, 1, body, &why);
    assert(error == 0 || (error == ERR_SYNTAX && why.n > 0));

    /* What can be written can be read. */
    buf_clear(&why);
    wishes = body;
    error = state_save(&plugin, &saved, &why);
    assert((error == 0) == (why.n == 0));
    if (error == 0) {
        seal_and_open(buf_str(&saved), (uint32_t)size);
        body = buf_str(&saved);
        wishes = wanted;
        assert(state_restore(&plugin, 1, body, &why) == 0);
    }
    host_free(host);
    timers_free(&timers);
    mem_free(copy);
    buf_free(&saved);
    buf_free(&why);
    assert(mem_live() == live);
    return 0;
}
