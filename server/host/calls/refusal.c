/* SPDX-License-Identifier: MIT */
#include "host/calls/refusal.h"

#include "base/error.h"
#include "host/calls/owing.h"
#include "host/observer.h"

static void put_error(struct json_writer *w, const struct sio_event *event,
                      const char *code, struct str message, struct str data)
{
    json_open_object(w);
    json_put_key(w, STR("code"));
    json_put_string(w, str_z(code));
    json_put_key(w, STR("message"));
    json_put_string(w, message);
    json_put_key(w, STR("event"));
    json_put_string(w, event->name);
    if (data.n > 0) {
        json_put_key(w, STR("data"));
        json_put_raw(w, data);
    }
    json_close_object(w);
}

int refusal_send(struct host *host, struct sio_socket *s,
                 const struct sio_event *event, const char *code,
                 struct str message, struct str data)
{
    struct sio_builder *b = &host->builder;
    struct str where = sio_namespace_name(sio_socket_namespace(s));
    int error;

    if (host->observer)
        observer_refusal(host, code, message);
    if (event->wants_ack) {
        sio_builder_ack(b, where, event->ack_id);
        json_open_object(&b->json);
        json_put_key(&b->json, STR("error"));
        put_error(&b->json, event, code, message, data);
        json_close_object(&b->json);
    } else {
        error = sio_builder_event(b, where, false, 0, STR("error"));
        if (error < 0)
            return error;
        put_error(&b->json, event, code, message, data);
    }
    struct sio_packet *packet = sio_builder_finish(b, &error);
    if (!packet)
        return owing_failed(s, error);
    error = event->wants_ack ? sio_socket_answer(s, packet)
                             : sio_socket_send(s, packet, false);
    sio_packet_unref(packet);
    return error;
}
