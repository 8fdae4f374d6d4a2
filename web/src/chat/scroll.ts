// SPDX-License-Identifier: MIT
//
// Where the reader is in the messages. At the end they stay at the end; at any
// other place what they look at stays where it is, whatever comes above it or
// goes: the first message in sight is kept at its height.

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import type { Chat } from './model/chat';
import type { Room } from './model/room';

/** How near to the end still counts as being there. */
const NEAR_PX = 40;
/** So near to either side the next page is fetched. */
const AHEAD_PX = 800;
const MARK_MS = 2_500;

export interface Scroll {
  scroller: RefObject<HTMLDivElement | null>;
  /** The latest message is in sight. */
  atEnd: boolean;
  /** What is new begins above what is in sight. */
  above: boolean;
  /** A message that somebody has gone to. */
  marked: number | null;
  toEnd: () => void;
  jump: (id: number) => void;
}

export function useScroll(chat: Chat, room: Room): Scroll {
  const scroller = useRef<HTMLDivElement>(null);
  const keeper = useRef<Keeper>(null);
  keeper.current ??= new Keeper(room);
  const own = keeper.current;
  const [atEnd, setAtEnd] = useState(true);
  const [above, setAbove] = useState(false);
  const [marked, setMarked] = useState<number | null>(null);
  const messages = room.timeline.messages.value;

  useLayoutEffect(() => {
    own.drawn();
    setAtEnd(own.atEnd);
    setAbove(own.above);
  });
  useEffect(() => own.ahead(), [messages]);
  useLayoutEffect(() => {
    const box = scroller.current!;
    own.box = box;
    const scrolled = () => {
      own.scrolled();
      setAtEnd(own.atEnd);
      setAbove(own.above);
    };
    const see = () => own.see();
    // A phone's keyboard and a growing composer take room from below, and what
    // is drawn by itself, such as who has read it, makes it longer.
    const resized = new ResizeObserver(() => own.drawn());
    box.addEventListener('scroll', scrolled, { passive: true });
    window.addEventListener('focus', see);
    document.addEventListener('visibilitychange', see);
    resized.observe(box);
    resized.observe(box.firstElementChild!);
    chat.looksAt = (address) =>
      address === room.address && own.atEnd && isWatched();
    return () => {
      box.removeEventListener('scroll', scrolled);
      window.removeEventListener('focus', see);
      document.removeEventListener('visibilitychange', see);
      resized.disconnect();
      chat.looksAt = () => false;
    };
  }, []);
  useEffect(() => {
    if (marked === null) return;
    const timer = window.setTimeout(() => setMarked(null), MARK_MS);
    return () => window.clearTimeout(timer);
  }, [marked]);

  return {
    scroller,
    atEnd,
    above,
    marked,
    toEnd: () => {
      own.atEnd = true;
      room.divider.value = null;
      if (room.timeline.newer.value) room.loadNewest();
      own.drawn();
      setAtEnd(true);
    },
    jump: (id) =>
      room.loadAround(id, () => {
        own.target = id;
        setMarked(id);
      }),
  };
}

/** Whether somebody may be looking at the page. */
function isWatched(): boolean {
  return !document.hidden && document.hasFocus();
}

class Keeper {
  box: HTMLElement | null = null;
  atEnd = true;
  /** Where to go next. */
  target: number | null = null;
  above = false;
  private begun = false;
  private anchor: { id: string; top: number } | null = null;

  constructor(private readonly room: Room) {}

  /** What is drawn may be more or less than before. */
  drawn(): void {
    const { box } = this;
    if (!box || !this.room.loaded.value) return;
    if (!this.begun) this.begin(box);
    else if (this.target !== null) this.go(box, this.target);
    else if (this.atEnd) box.scrollTop = box.scrollHeight;
    else this.restore(box);
    this.lookAbove(box);
    this.see();
  }

  scrolled(): void {
    const { box } = this;
    if (!box) return;
    const rest = box.scrollHeight - box.scrollTop - box.clientHeight;
    this.atEnd = rest < NEAR_PX && !this.room.timeline.newer.value;
    this.remember(box);
    this.lookAbove(box);
    this.see();
    this.ahead();
  }

  /** Whoever has been where the new ones begin needs not be taken there. */
  private lookAbove(box: HTMLElement): void {
    const { divider, missed, timeline } = this.room;
    this.above = false;
    if (divider.value === null || missed.value === 0) return;
    const fresh = box.querySelector('[data-fresh]');
    if (!fresh) {
      this.above = timeline.older.value && timeline.first > divider.value;
      return;
    }
    const { top, bottom } = box.getBoundingClientRect();
    const at = fresh.getBoundingClientRect();
    this.above = at.bottom < top;
    if (!this.above && at.top < bottom) missed.value = 0;
  }

  ahead(): void {
    const { box, room } = this;
    if (!box || !room.loaded.value) return;
    if (box.scrollTop < AHEAD_PX) room.loadOlder();
    const rest = box.scrollHeight - box.scrollTop - box.clientHeight;
    if (rest < AHEAD_PX) room.loadNewer();
  }

  /** What is in sight has been read, when somebody looks. */
  see(): void {
    const { box } = this;
    if (!box || !this.begun || !isWatched()) return;
    const bottom = box.getBoundingClientRect().bottom + 8;
    const all = this.articles(box);
    for (let i = all.length - 1; i >= 0; i--) {
      if (all[i]!.getBoundingClientRect().bottom > bottom) continue;
      this.room.saw(Number(all[i]!.dataset.id));
      return;
    }
  }

  /** The first time: at what is new, or at the end. */
  private begin(box: HTMLElement): void {
    this.begun = true;
    box.scrollTop = box.scrollHeight;
    const fresh = box.querySelector('[data-fresh]');
    if (!fresh) return;
    const above =
      fresh.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (above >= 0) return;
    this.atEnd = false;
    box.scrollTop += above - 60;
    this.remember(box);
  }

  private go(box: HTMLElement, id: number): void {
    const element = box.querySelector<HTMLElement>(`[data-id="${id}"]`);
    if (!element) return;
    this.target = null;
    element.scrollIntoView({ block: 'center' });
    element.focus({ preventScroll: true });
    this.scrolled();
  }

  private remember(box: HTMLElement): void {
    const top = box.getBoundingClientRect().top;
    const first = this.articles(box).find(
      (one) => one.getBoundingClientRect().bottom > top);
    this.anchor = first
      ? {
          id: first.dataset.id!,
          top: first.getBoundingClientRect().top - top,
        }
      : null;
  }

  private restore(box: HTMLElement): void {
    const { anchor } = this;
    const element =
      anchor && box.querySelector(`[data-id="${anchor.id}"]`);
    if (!element) return;
    const top =
      element.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += top - anchor.top;
  }

  private articles(box: HTMLElement): HTMLElement[] {
    return [...box.querySelectorAll<HTMLElement>('[data-id]')];
  }
}
