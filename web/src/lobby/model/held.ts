// SPDX-License-Identifier: MIT
//
// A list that lives, and that somebody is about to press something in: while
// it is held no row moves. What changes changes in its place, what has gone
// stays as gone, and what is new is only counted until it is let go.

import { signal } from '@preact/signals';

export interface Row<T> {
  item: T;
  gone: boolean;
}

export class HeldList<T> {
  readonly rows = signal<Row<T>[]>([]);
  /** How many there are that are not shown yet. */
  readonly fresh = signal(0);
  private all = new Map<string, T>();
  private held = false;

  constructor(
    private readonly keyOf: (item: T) => string,
    private readonly compare: (a: T, b: T) => number,
    private readonly most: number,
  ) {}

  get size(): number {
    return this.all.size;
  }

  has(key: string): boolean {
    return this.all.has(key);
  }

  set(items: readonly T[]): void {
    this.all = new Map(items.map((item) => [this.keyOf(item), item]));
    this.draw();
  }

  change(changed: readonly T[], gone: readonly string[]): void {
    for (const item of changed) this.all.set(this.keyOf(item), item);
    for (const key of gone) this.all.delete(key);
    if (this.all.size > this.most) this.trim();
    this.draw();
  }

  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.draw();
  }

  /** Shows what is new, at once. */
  refresh(): void {
    const { held } = this;
    this.release();
    this.held = held;
  }

  private sorted(): T[] {
    return [...this.all.values()].sort(this.compare);
  }

  private trim(): void {
    const kept = this.sorted().slice(0, this.most);
    this.all = new Map(kept.map((item) => [this.keyOf(item), item]));
  }

  private draw(): void {
    if (!this.held) {
      this.rows.value = this.sorted().map((item) => ({ item, gone: false }));
      this.fresh.value = 0;
      return;
    }
    const shown = new Set<string>();
    this.rows.value = this.rows.peek().map((row) => {
      const key = this.keyOf(row.item);
      const item = this.all.get(key);
      shown.add(key);
      return item ? { item, gone: false } : { item: row.item, gone: true };
    });
    this.fresh.value = [...this.all.keys()].filter((key) => !shown.has(key))
      .length;
  }
}
