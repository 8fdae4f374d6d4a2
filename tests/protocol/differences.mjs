// SPDX-License-Identifier: MIT
//
// What may differ between our answers and the reference's in every case.
// Each line says why no client can be hurt by it; what differs in one case
// alone stands in that case (`reference WHY`).

// Headers of one server or the other that say nothing of the answer itself.
const HEADERS = {
  date: 'the time',
  connection: 'keep-alive is what HTTP/1.1 does without being told',
  'keep-alive': 'ours has it in the documentation',
  'content-length': 'the body is compared, not how its end is found',
  'transfer-encoding': 'the same',
  'last-modified': 'ours says it of files, beside their ETag',
  'x-content-type-options': 'ours says it of files',
};

// Our files say that they are there compressed, too; the reference's do not.
const ACCEPT_ENCODING = ['vary', 'Accept-Encoding'];

function isSaid([key, value]) {
  return !Object.hasOwn(HEADERS, key) &&
    !(key === ACCEPT_ENCODING[0] && value === ACCEPT_ENCODING[1]);
}

// Session ids are chance.
function withoutIds(bytes) {
  return Buffer.from(bytes.toString('latin1')
    .replace(/"sid":"[^"]+"/g, '"sid":"*"'), 'latin1');
}

// A POST with packets that end the session: the protocol leaves its answer
// open, because they may be looked at before it or behind it. What then
// becomes of the session is compared.
function isAnswerToPost({ status, body }) {
  return (status === 400 && body.length === 0) ||
    (status === 200 && body.toString() === 'ok');
}

// What its WebSocket library refuses, the reference says without the headers
// that are for pages, which do not see that answer of a WebSocket.
const LIBRARY = /^Invalid or unacceptable Sec-WebSocket-/;

function isOfLibrary([key], { body }) {
  return key.startsWith('access-control-') && LIBRARY.test(body.toString());
}

// The lines of one connection without all of that.
export function level(lines) {
  return lines.map((line) => {
    switch (line.what) {
      case 'answer':
        return {
          ...line,
          status: isAnswerToPost(line) ? 'POST' : line.status,
          headers: line.headers.filter((header) => isSaid(header) &&
            !isOfLibrary(header, line) &&
            !(isAnswerToPost(line) && ['content-type', 'cache-control']
              .includes(header[0]))),
          body: isAnswerToPost(line) ? Buffer.alloc(0) : withoutIds(line.body),
        };
      case 'frame':
        return { ...line, payload: withoutIds(line.payload) };
      default:
        return line;
    }
  });
}

// HTTP is read by Node itself. An older one takes what ours, and newer ones,
// refuse; it is not socket.io that differs.
const STRICT_NODE = 20;

/** Why this case may differ with the reference as it is run here, or ''. */
export function excuse(name) {
  const [major] = process.versions.node.split('.').map(Number);
  return major < STRICT_NODE && name.startsWith('bad-http')
    ? `runs on Node ${major}` : '';
}
