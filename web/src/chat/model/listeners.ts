// SPDX-License-Identifier: MIT

/** Those who want to hear of something. */
export class Listeners<T> {
  private readonly all = new Set<(news: T) => void>();

  /** Returns how to take it away again. */
  add(listener: (news: T) => void): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }

  tell(news: T): void {
    for (const listener of this.all) listener(news);
  }
}
