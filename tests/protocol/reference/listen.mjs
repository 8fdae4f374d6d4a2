// SPDX-License-Identifier: MIT
//
// Listens on the loopback, says so as our server does, and ends on SIGTERM.

export function listen(http, port, close) {
  // What kills the reference shall kill it: the case that does is marked.
  http.listen(port, '127.0.0.1', () => {
    console.log(`listening on 127.0.0.1:${http.address().port}`);
  });
  process.once('SIGTERM', () => {
    close();
    http.closeAllConnections();
    setTimeout(() => process.exit(0), 50);
  });
}
