// SPDX-License-Identifier: MIT

/**
 * The router stumbles over addresses that cannot be read: they become ones
 * that there is no page for.
 */
export function mendAddress(): void {
  const { pathname, search } = location;
  let path = pathname.replace(/^\/{2,}/, '/');
  try {
    decodeURIComponent(path);
  } catch {
    path = path.replaceAll('%', '%25');
  }
  if (path !== pathname) history.replaceState(null, '', path + search);
}
