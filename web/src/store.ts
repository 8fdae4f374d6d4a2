// SPDX-License-Identifier: MIT
//
// A value that somebody may watch. Values are replaced, never changed in
// place: whoever holds an old one holds a snapshot.

export class Store<T> {
  private current: T;
  private readonly watchers = new Set<(value: T) => void>();

  constructor(initial: T) {
    this.current = initial;
  }

  get value(): T {
    return this.current;
  }

  /** Replaces the value and tells every watcher. */
  set(value: T): void {
    this.current = value;
    for (const watcher of [...this.watchers]) watcher(value);
  }

  /** Replaces some fields of a value that is an object. */
  patch(fields: Partial<T>): void {
    this.set({ ...this.current, ...fields });
  }

  /** Calls the watcher at every later set; returns how to stop that. */
  watch(watcher: (value: T) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}
