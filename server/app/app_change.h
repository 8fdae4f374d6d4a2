/* SPDX-License-Identifier: MIT */
/*
 * Takes everything that is not a plugin from the configuration in effect to
 * another one: listeners, limits, origins, what sessions are promised, the
 * folders of files, the log.
 *
 * In two steps. The first does all that can fail and changes nothing; the
 * second cannot fail. In between there may be turns of the loop, but no other
 * change.
 */
#ifndef MORTISE_APP_CHANGE_H
#define MORTISE_APP_CHANGE_H

#include <stdbool.h>

#include "app/app.h"

struct app_change;

/*
 * Binds the new listeners, which do not accept yet, and opens the folders that
 * the configuration `after` names; it has been through config_keep(). With
 * `listening` the listeners are the command line's, and stay. On failure *why
 * gets a line for each reason: ERR_IO, ERR_NOMEM.
 */
int app_change_prepare(struct app *app, const struct config *after,
                       bool listening, struct app_change **ret_change,
                       struct buf *why);
/* Whether files are to be served of another folder, or another certificate is
 * to be shown, although no key may have changed: a new one stands in the place
 * of that which was opened. */
bool app_change_moves_files(const struct app_change *change);
/*
 * From now on `after` is in effect, and lives until the next change is; nothing
 * points into the one before. Connections stay, also those of listeners that
 * go. Where the server listens now, and did not before, is printed as at the
 * start. Ends the change.
 */
void app_change_commit(struct app_change *change);
/* Closes again what was opened. NULL is fine. */
void app_change_abandon(struct app_change *change);

#endif
