/* SPDX-License-Identifier: MIT */
/*
 * The part of the control socket (control.h) at which plugins are given
 * commands:
 *
 *     GET  /commands  what there is: see orders_describe()
 *     POST /commands  gives one, and waits for its end: see order_message.h
 *
 * Who goes away without waiting has taken it back, as far as that goes: what
 * the plugin has begun, it ends.
 */
#ifndef MORTISE_OPERATION_CONTROL_ORDERS_H
#define MORTISE_OPERATION_CONTROL_ORDERS_H

#include "net/http_server.h"

/* To be mounted on "/commands", with the host as user. */
extern const struct http_handler control_orders_handler;

#endif
