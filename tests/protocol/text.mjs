// SPDX-License-Identifier: MIT
//
// The escapes of the case files: text in, bytes out. README.md has the list.

const TOKEN = new RegExp([
  /\\x([0-9a-fA-F]{2})/,          // one byte
  /\\u\{([0-9a-fA-F]+)\}/,        // one code point, as UTF-8
  /\\([nrt\\$])/,                 // the usual ones
  /\$\{(\d+)\*((?:\$\{\w+\}|[^}\\]|\\.)*)\}/, // ${COUNT*TEXT}
  /\$\{(\w+|\*)\}/,               // a variable
  /([\\$])/,                      // anything else is a mistake
].map((part) => part.source).join('|'), 'g');

const SHORT = { n: '\n', r: '\r', t: '\t', '\\': '\\', $: '$' };

function piece(match, variables) {
  const [whole, byte, point, short, count, repeated, name] = match;
  if (byte) {
    return Buffer.from(byte, 'hex');
  }
  if (point) {
    return Buffer.from(String.fromCodePoint(parseInt(point, 16)));
  }
  if (short) {
    return Buffer.from(SHORT[short]);
  }
  if (count) {
    const once = expand(repeated, variables);
    return Buffer.alloc(once.length * Number(count), once);
  }
  if (name && Object.hasOwn(variables, name)) {
    return Buffer.from(variables[name]);
  }
  throw new Error(name ? `no variable ${name}` : `stray ${whole}`);
}

export function expand(text, variables) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.push(Buffer.from(text.slice(end, match.index)));
    parts.push(piece(match, variables));
    end = match.index + match[0].length;
  }
  parts.push(Buffer.from(text.slice(end)));
  return Buffer.concat(parts);
}

export function fromHex(text) {
  const digits = text.replace(/\s+/g, '');
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) {
    throw new Error(`not hexadecimal: ${text}`);
  }
  return Buffer.from(digits, 'hex');
}

// For messages: what arrived, readable and never long.
export function show(bytes) {
  const text = bytes.subarray(0, 300).toString('latin1').replace(
    /[\x00-\x1f\x7f-\xff\\]/g,
    (c) => SHORT_BACK[c] ??
      `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return bytes.length > 300 ? `${text}... (${bytes.length} bytes)` : text;
}

const SHORT_BACK = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
