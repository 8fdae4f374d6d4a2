// SPDX-License-Identifier: MIT

/**
 * Puts a text on the clipboard; true when it is there. Browsers offer the
 * clipboard to secure origins only, and a server on the local network seldom
 * is one: there the text is shown, to be copied by hand.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    window.prompt('Copy this link:', text);
    return false;
  }
}
