/* SPDX-License-Identifier: MIT */
/*
 * What is done when the server has little to do: after a peak it gives memory
 * back to the system (base/thrift.h says when).
 */
#ifndef MORTISE_APP_APP_REST_H
#define MORTISE_APP_APP_REST_H

struct app;

/* When the floors are there. */
void app_rest_init(struct app *app);
void app_rest_stop(struct app *app); /* before they go; twice is once */

#endif
