/* SPDX-License-Identifier: MIT */
#include "host/options.h"

#include "host/host.h"

/* The most that framing adds to a packet with all its attachments. */
#define FRAMING_MAX 1024

struct sio_options host_sio_options(const struct config *config)
{
    return (struct sio_options){
        .connect_timeout = config->connect_timeout,
        .attachments = (uint32_t)config->limits.attachments,
        .json_depth = (uint32_t)config->limits.json_depth,
        .storied = config->why.notes > 0,
        .rooms_per_socket = (uint32_t)config->limits.rooms_per_socket,
        .acks_per_socket = (uint32_t)config->limits.acks_per_socket,
        .namespaces_per_client = (uint32_t)config->limits.namespaces_per_client,
        .values_size = (size_t)config->limits.data_per_socket,
        .send_buffer = (size_t)config->limits.send_buffer,
        .send_packets = (uint32_t)config->limits.send_packets,
        .pace = {.packets = config->limits.events_per_second,
                 .bytes = config->limits.bytes_per_second},
        .pace_of_address = {.packets =
                                config->limits.events_per_second_per_address,
                            .bytes =
                                config->limits.bytes_per_second_per_address},
        .pace_of_user = {.packets = config->limits.events_per_second_per_user,
                         .bytes = config->limits.bytes_per_second_per_user},
        .message_size = (size_t)config->max_http_buffer_size,
        .notices = config->notices,
        .json = config->json,
        .msgpack = config->msgpack,
    };
}

void host_set_options(struct host *host, const struct config *config)
{
    uint32_t depth = (uint32_t)config->limits.json_depth;

    host->max_replies = (uint32_t)config->limits.acks_per_socket;
    host->max_violations = (uint32_t)config->limits.violations;
    if (host->json_depth < depth)
        host->json_depth = depth;
    host->requests.metrics_path =
        config->metrics.enabled ? config->metrics.path : STR("");
    host->requests.health.enabled = config->health.enabled;
    jobs_set_queue(&host->jobs, (uint32_t)config->jobs.queue);
    /* What is framed for the wire, type and header added, has to fit. Nothing
     * is being built: that is done within one call of a plugin. */
    sio_builder_abandon(&host->builder);
    sio_builder_init(&host->builder,
                     (size_t)config->limits.send_buffer - FRAMING_MAX,
                     (uint32_t)config->limits.attachments);
    if (host->sio) {
        struct sio_options options = host_sio_options(config);
        sio_server_set_options(host->sio, &options);
    }
}
