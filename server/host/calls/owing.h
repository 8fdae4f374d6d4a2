/* SPDX-License-Identifier: MIT */
/* What a client waits for, and cannot be given. */
#ifndef MORTISE_HOST_OWING_H
#define MORTISE_HOST_OWING_H

#include "base/error.h"
#include "socketio/socketio.h"

/* Without memory for what a client waits for its connection ends: it would
 * wait in vain. NULL: nobody does. Returns the error. */
static inline int owing_failed(struct sio_socket *s, int error)
{
    if (s && error == ERR_NOMEM)
        sio_socket_cut_off(s);
    return error;
}

#endif
