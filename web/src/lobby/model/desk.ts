// SPDX-License-Identifier: MIT
//
// What one can begin here, and how one likes it: remembered from one visit to
// the next.

import { computed, signal } from '@preact/signals';

import type { RequestError } from '../../wire/channel';
import { later } from './later';
import type {
  Clock, CreateAsk, Game, Invitation, QuickAsk, Shelf, Wire,
} from './types';

/** How one plays; what is not there is the server's choice. */
export interface Wishes {
  game: string;
  /** By game. */
  variants: Record<string, string>;
  level: number;
  quickClock: Clock | null;
  quickRated: boolean;
  clock: Clock | null;
  rated: boolean;
  private: boolean;
  seat: 'any' | '0' | '1';
  delay: number;
}

const KEY = 'lobby.wishes';
const FIRST: Wishes = {
  game: 'connect-four', variants: {}, level: 2,
  quickClock: { seconds: 300, increment: 0 }, quickRated: true,
  clock: null, rated: false, private: true, seat: 'any', delay: 0,
};

/** Known before the server has said what it has: most likely it is this. */
const LIKELY: Game[] = [
  {
    game: 'connect-four', draws: true, levels: 5,
    variants: ['standard', 'large'],
  },
  {
    game: 'battleship', draws: false, levels: 5,
    variants: ['standard', 'streak'],
  },
];

export type Doing = 'bot' | 'create' | 'find' | `join:${string}`;

export class Desk {
  readonly games = signal<Game[]>(LIKELY);
  readonly wishes: ReturnType<typeof signal<Wishes>>;
  /** What has been asked for, and is not answered yet. */
  readonly doing = signal<Doing | null>(null);
  readonly problem = signal<{ of: Doing; error: RequestError } | null>(null);
  readonly game = computed(() => {
    const all = this.games.value;
    return all.find(({ game }) => game === this.wishes.value!.game) ?? all[0]!;
  });
  readonly variant = computed(() => {
    const { game, variants } = this.game.value;
    const wish = this.wishes.value!.variants[game];
    return wish && variants.includes(wish) ? wish : variants[0]!;
  });
  private readonly again = later(() => this.load());

  constructor(
    private readonly wire: Wire,
    private readonly shelf: Shelf,
    private readonly go: (match: string, code?: string) => void,
  ) {
    this.wishes = signal(parse(shelf.get(KEY)));
    wire.onJoin(() => this.load());
  }

  wish(part: Partial<Wishes>): void {
    const wishes = { ...this.wishes.peek()!, ...part };
    this.wishes.value = wishes;
    this.problem.value = null;
    this.shelf.put(KEY, JSON.stringify(wishes));
  }

  wishVariant(variant: string): void {
    const { variants } = this.wishes.peek()!;
    this.wish({
      variants: { ...variants, [this.game.peek().game]: variant },
    });
  }

  quickAsk(): QuickAsk {
    const { quickClock, quickRated } = this.wishes.peek()!;
    return {
      ...this.which(), rated: quickRated,
      ...(quickClock ? { clock: quickClock } : {}),
    };
  }

  playBot(): void {
    const { level } = this.wishes.peek()!;
    this.create('bot', { ...this.which(), bot: level });
  }

  /** A match for others to join; with `invited` for one of them. */
  open(invited: string | null): void {
    const { clock, rated, private: hidden, seat, delay } = this.wishes.peek()!;
    this.create('create', {
      ...this.which(), rated, private: hidden || invited !== null, delay,
      ...(clock ? { clock } : {}),
      ...(seat === 'any' ? {} : { seat: Number(seat) }),
    }, invited);
  }

  join(match: string, code?: string | null): void {
    this.ask(`join:${match}`, (done) => {
      this.wire.request(
        'match:join', { match, ...(code ? { code } : {}) }, (reply) => {
          if (done(reply)) this.go(match, code ?? undefined);
        });
    });
  }

  accept({ match, code }: Invitation): void {
    this.join(match, code);
  }

  /** A private match, and a seat in it if there is one. */
  find(typed: string): void {
    this.ask('find', (done) => {
      this.wire.request('match:find', { code: typed }, (reply) => {
        if (!done(reply) || !reply.ok) return;
        const { match, code, status } = reply.answer;
        if (status === 'open') this.join(match, code);
        else this.go(match, code);
      });
    });
  }

  private which(): { game: string; variant: string } {
    return { game: this.game.peek().game, variant: this.variant.peek() };
  }

  private create(of: Doing, ask: CreateAsk, invited?: string | null): void {
    this.ask(of, (done) => {
      this.wire.request('match:create', ask, (reply) => {
        if (!done(reply) || !reply.ok) return;
        const { match } = reply.answer;
        if (invited) this.invite(match, invited);
        this.go(match);
      });
    });
  }

  /** Called when somebody could not be invited to the match that is there. */
  onUninvitable: (error: RequestError) => void = () => {};

  private invite(match: string, user: string): void {
    this.wire.request('match:invite', { match, user }, (reply) => {
      if (!reply.ok) this.onUninvitable(reply.error);
    });
  }

  /** One at a time; what is refused is shown where it was asked for. */
  private ask(
    of: Doing,
    act: (
      done: (reply: { ok: boolean; error?: RequestError | undefined }) =>
        boolean,
    ) => void,
  ): void {
    if (this.doing.peek() !== null) return;
    this.doing.value = of;
    this.problem.value = null;
    act(({ ok, error }) => {
      this.doing.value = null;
      if (error) this.problem.value = { of, error };
      return ok;
    });
  }

  private load(): void {
    this.wire.request('games', undefined, (reply) => {
      if (!reply.ok) this.again.soon(reply.error);
      else if (reply.answer.games.length > 0)
        this.games.value = reply.answer.games;
    });
  }
}

function parse(kept: string | null): Wishes {
  try {
    return { ...FIRST, ...(JSON.parse(kept ?? '{}') as Partial<Wishes>) };
  } catch {
    return FIRST;
  }
}
