// SPDX-License-Identifier: MIT
//
// Who is in a room. Of very many the first page is known by itself; others are
// found by the beginning of their name.

import { signal } from '@preact/signals';

import type { ChatChannel, Named, Person, Role } from './types';

export class People {
  readonly list = signal<readonly Person[]>([]);
  /** There are more than are listed. */
  readonly more = signal(false);

  constructor(
    private readonly channel: ChatChannel,
    private readonly room: string,
  ) {}

  load(): void {
    this.channel.request('who', { room: this.room }, (reply) => {
      if (!reply.ok) return;
      this.list.value = reply.answer.people;
      this.more.value = reply.answer.more;
    });
  }

  /** The next page, behind those that are known. */
  loadMore(): void {
    const after = this.list.value.length;
    this.channel.request('who', { room: this.room, after }, (reply) => {
      if (!reply.ok || this.list.value.length !== after) return;
      this.list.value = [...this.list.value, ...reply.answer.people];
      this.more.value = reply.answer.more;
    });
  }

  find(id: string): Person | undefined {
    return this.list.value.find((person) => person.id === id);
  }

  joined({ id, name }: Named): void {
    const others = this.list.value.filter((person) => person.id !== id);
    this.list.value = [...others, { id, name, role: 'member', online: true }];
  }

  left(id: string): void {
    this.list.value = this.list.value.filter((person) => person.id !== id);
  }

  is(id: string, change: Partial<Person>): void {
    if (!this.find(id)) return;
    this.list.value = this.list.value.map((person) =>
      person.id === id ? { ...person, ...change } : person);
  }

  role(id: string, role: Role): void {
    this.is(id, { role });
  }

  /** Those whose names begin so, also beyond what is known. */
  async named(beginning: string): Promise<readonly Person[]> {
    const known = this.list.value.filter(({ name }) =>
      name.toLowerCase().startsWith(beginning.toLowerCase()));
    if (!this.more.value || known.length > 0 || !beginning) return known;
    try {
      const answer = await this.channel.ask('who', {
        room: this.room, name: beginning,
      });
      return answer.people;
    } catch {
      return [];
    }
  }
}
