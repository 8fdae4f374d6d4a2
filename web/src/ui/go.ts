// SPDX-License-Identifier: MIT

/** To a page of this site, from where there is no component. */
export function go(path: string): void {
  // The router hears of links that are clicked.
  const link = document.createElement('a');
  link.href = path;
  document.body.append(link);
  link.click();
  link.remove();
}
