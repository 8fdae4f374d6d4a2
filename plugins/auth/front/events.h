/* SPDX-License-Identifier: MIT */
/*
 * What sockets go through and can ask for, in every namespace: who may join,
 * signing in and out over a socket that is open. The handlers of the table in
 * auth.c.
 */
#ifndef AUTH_EVENTS_H
#define AUTH_EVENTS_H

#include <mortise/plugin.h>

mortise_call events_connecting, events_connect, events_disconnect;
mortise_call events_token, events_register, events_login, events_refresh;
mortise_call events_logout;

#endif
