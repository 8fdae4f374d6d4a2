// SPDX-License-Identifier: MIT
//
// The words of a match: the part of en.ts that only its page loads.

const signs = ['•', '✕', '✕✕'] as const;
const hits = ['a miss', 'a hit', 'a hit that sinks a ship'] as const;
const seas: Record<string, string> = { '.': 'water', o: 'a miss', x: 'a hit' };
const ships = [
  'Carrier', 'Battleship', 'Cruiser', 'Submarine', 'Destroyer',
] as const;

function marks(mark: string): string {
  if (mark === '?') return 'aimed at';
  if (mark >= 'A' && mark <= 'E')
    return ships[mark.charCodeAt(0) - 65]!.toLowerCase();
  if (mark >= 'a' && mark <= 'e')
    return `${ships[mark.charCodeAt(0) - 97]!.toLowerCase()}, sunk`;
  return seas[mark] ?? '';
}

export const match = {
  title: 'Match',
  titleOf: (game: string, one: string, other: string) =>
    `${game}: ${one} and ${other}`,
  loading: 'Loading the match',
  none: 'There is no such match.',
  noneHint: 'A private match needs its whole link.',
  toLobby: 'To the lobby',
  again: 'Try again',
  noBoard: (game: string) => `This page has no board for ${game}.`,

  rated: 'Rated',
  casual: 'Casual',
  private: 'Private',
  clock: (minutes: string, increment: number) => `${minutes} + ${increment}`,
  noClock: 'No clock',
  level: (n: number) => `Level ${n}`,
  spectators: (n: number) => `${n} watching`,
  delay: (seconds: number) => `${seconds} s behind`,
  watching: 'You are watching.',

  about: 'This match',
  boardOf: 'Board',
  free: 'Free seat',
  you: 'you',
  turn: 'to move',
  away: (left: string) => `away, ${left} left`,
  gone: 'has left',
  ready: 'ready',
  notReady: 'not ready yet',
  offers: 'offers a draw',
  wantsRematch: 'wants a rematch',
  clockOf: (name: string, time: string) => `${name}: ${time}`,
  plus: (n: number) => (n < 0 ? `−${-n}` : `+${n}`),

  yourTurn: 'Your turn.',
  theirTurn: (name: string) => `${name} is to move.`,
  bothTurn: 'Both are to move.',
  moved: (name: string, what: string) => `${name}: ${what}.`,
  refusedMove: (what: string, why: string) => `${what}: ${why}`,
  kept: 'Your move is kept, and sent when the connection is back.',
  sending: 'Sending your move…',
  lost: 'No connection. The match waits for you.',
  lookingBack: (n: number, of: number) => `Move ${n} of ${of}.`,
  back: 'Back to now',
  news: {
    sit: (name: string) => `${name} has sat down.`,
    stand: (name: string) => `${name} has left.`,
    away: (name: string) => `${name} has lost the connection.`,
    back: (name: string) => `${name} is back.`,
    offer: (name: string) => `${name} offers a draw.`,
    decline: (name: string) => `${name} declines the draw.`,
    rematch: (name: string) => `${name} wants a rematch.`,
    restart: 'The server was restarted. Nobody has lost time by it.',
  },

  result: {
    youWon: 'You have won',
    youLost: 'You have lost',
    won: (name: string) => `${name} has won`,
    drawn: 'A draw',
    aborted: 'The match has no result',
    cancelled: 'The match did not begin',
    why: {
      played: '',
      resigned: 'by resignation',
      agreed: 'by agreement',
      time: 'on time',
      left: 'as the other one has left',
      idle: 'as the other one did not move',
      aborted: '',
      cancelled: '',
    },
  },

  wait: {
    title: 'Waiting for an opponent',
    invite: 'Send this link to somebody.',
    inviteCode: 'Only who has this link or its code can join.',
    code: 'Code:',
    link: 'Link to this match',
    copy: 'Copy link',
    listed: 'The match is in the lobby too.',
    cancel: 'Cancel',
    take: 'Take the free seat',
    anyFree: 'A seat is free.',
    isFree: (name: string) => `${name} waits for an opponent.`,
    readyTitle: 'Are you ready?',
    ready: 'I am ready',
    isReady: 'You are ready.',
    waitsFor: (name: string) => `Waiting for ${name}.`,
    begins: 'It begins when both are ready.',
    left: (seconds: number) => `${seconds} s left`,
    standUp: 'Leave',
  },

  actions: 'What you can do',
  offerDraw: 'Offer a draw',
  offered: 'Draw offered',
  acceptDraw: 'Accept the draw',
  declineDraw: 'Decline',
  resign: 'Resign',
  resignTitle: 'Resign this match?',
  resignWords: 'Your opponent wins then.',
  resignNo: 'Play on',
  rematch: 'Rematch',
  rematchAsked: 'Rematch asked',
  rematchAccept: 'Accept the rematch',
  watchNext: 'Watch the rematch',
  goNext: 'To the rematch',
  share: 'Share',
  sound: 'Sound',
  goTo: 'Go there',
  yourTurnIn: (name: string) => `Your turn against ${name}.`,
  beginsWith: (name: string) => `Your match with ${name} waits for you.`,
  overWith: (name: string) => `Your match with ${name} is over.`,

  moves: 'Moves',
  noMoves: 'No move yet.',
  move: (n: number, name: string, what: string) => `${n}. ${name}: ${what}`,
  replay: 'Replay',
  first: 'First move',
  previous: 'Previous move',
  next: 'Next move',
  last: 'Last move',
  play: 'Play the moves',
  pause: 'Pause',
  chat: 'Chat',

  connectFour: {
    board: 'Connect Four: choose a column',
    colours: ['red', 'yellow'],
    empty: 'empty',
    disc: (colour: string, name: string) => `${colour}, ${name}`,
    cell: (column: number, row: number, what: string, more: string) =>
      `column ${column}, row ${row}, ${what}${more && `, ${more}`}`,
    isLast: 'the last move',
    isLine: 'part of the line',
    move: (column: string) => `column ${column}`,
  },

  battleship: {
    signs,
    ships,
    which: 'Which sea',
    fleet: 'Ships',
    yourFleet: 'Your fleet',
    yourSea: 'Your sea',
    sea: (name: string) => `The sea of ${name}`,
    /** Of a seat that is free. */
    otherSea: 'The other sea',
    marks,
    cell: (name: string, what: string, last: boolean) =>
      `${name}, ${what}${last ? ', the last shot' : ''}`,
    ship: (
      name: string, cells: number, at: string, down: boolean, wrong: boolean,
    ) => `${name}, ${cells} cells, from ${at} ${down ? 'down' : 'to the right'}`
      + (wrong ? ', in the place of another ship' : ''),
    afloat: (name: string, sunk: boolean) =>
      `${name}: ${sunk ? 'sunk' : 'afloat'}`,
    placeTurn: 'Your turn: place your fleet.',
    how: 'Drag the ships to where you want them. Click a chosen ship, or press '
      + 'R, to turn it; the arrow keys move it.',
    clash: 'Two ships are in the same place.',
    turn: 'Turn',
    shuffle: 'Shuffle',
    place: 'Ready',
    fleetPlaced: 'fleet',
    placedFleet: 'the fleet is placed',
    shot: (cell: string, hit: number) => `${cell}, ${hits[hit]}`,
  },
} as const;
