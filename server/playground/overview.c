/* SPDX-License-Identifier: MIT */
#include "playground/overview.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "host/contract/describe.h"
#include "host/plugin/places.h"
#include "host/report.h"
#include "json/writer.h"

/* Where its next build will be looked for. */
static void put_file(struct json_writer *w, const struct host *host,
                     const struct generation *g)
{
    const struct config_plugin *plugin =
        config_find_plugin(host->config, str_z(g->name));
    char *file = NULL;
    struct buf why;

    buf_init(&why, BUF_MAX);
    if (plugin)
        (void)places_find_plugin(host->config, plugin, &file, &why);
    json_put_key(w, STR("file"));
    if (file && utf8_valid(file, strlen(file)))
        json_put_string(w, str_z(file));
    else
        json_put_null(w);
    mem_free(file);
    buf_free(&why);
}

static void put_plugin(struct json_writer *w, const struct host *host,
                       uint32_t member)
{
    const struct generation *g = host->lineup->members[member].generation;
    const struct described described = {g, g->name_space};
    const struct description d = {&described, 1};

    json_open_object(w);
    report_plugin(host, member, w);
    put_file(w, host, g);
    json_put_key(w, STR("contracts"));
    describe_put_namespaces(w, &d);
    json_close_object(w);
}

void overview_put(struct buf *out, const struct host *host)
{
    const struct lineup *lineup = host->lineup;
    struct json_writer w;

    json_writer_init(&w, out);
    json_open_object(&w);
    json_put_key(&w, STR("server"));
    json_open_object(&w);
    json_put_key(&w, STR("version"));
    json_put_string(&w, STR(MORTISE_VERSION));
    json_put_key(&w, STR("path"));
    json_put_string(&w, host->config->path);
    json_close_object(&w);
    json_put_key(&w, STR("plugins"));
    json_open_array(&w);
    for (uint32_t i = 0; lineup && i < lineup->count; i++)
        if (lineup->members[i].generation)
            put_plugin(&w, host, i);
    json_close_array(&w);
    json_close_object(&w);
}
