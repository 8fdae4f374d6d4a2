// SPDX-License-Identifier: MIT
//
// The plugins of the server as it is now, and which of their events is looked
// at. That stands in the address, so that loading the page again finds it.

import { computed, signal } from '@preact/signals';

import type { Contract, Overview, Plugin } from './schema';

export interface Choice {
  plugin: string;
  namespace: string;
  event: string;
}

export class Plugins {
  readonly overview = signal<Overview | null>(null);
  /** Why there is none, in the words of the server where it has any. */
  readonly problem = signal<string | null>(null);
  readonly choice = signal<Choice | null>(fromAddress());
  /** Those of which the last reload has put in another build. */
  readonly fresh = signal<ReadonlySet<string>>(new Set());

  /** The event that is looked at; null: there is none, or no more. */
  readonly contract = computed<Contract | null>(() => {
    const { value } = this.choice;
    const plugin = value && this.find(value.plugin);
    const side = plugin?.contracts[value!.namespace];
    return side?.clientToServer[value!.event] ?? null;
  });

  find(name: string): Plugin | undefined {
    return this.overview.value?.plugins.find((one) => one.name === name);
  }

  choose(choice: Choice): void {
    this.choice.value = choice;
    const { plugin, namespace, event } = choice;
    const parts = [plugin, namespace, event].map(encodeURIComponent);
    history.replaceState(null, '', `#${parts.join('&')}`);
  }

  /** At the beginning, and after a reload: then `fresh` says what is new. */
  async load(): Promise<void> {
    const before = this.overview.value;
    await this.refresh();
    const next = this.overview.value;
    if (before && next)
      this.fresh.value = new Set(next.plugins
        .filter(({ name, generation }) => before.plugins.every(
          (old) => old.name !== name || old.generation !== generation))
        .map(({ name }) => name));
    if (!this.contract.value) this.chooseFirst();
  }

  /** The same plugins with the numbers as they are now. */
  async refresh(): Promise<void> {
    try {
      const answer = await fetch('/playground/plugins');
      if (!answer.ok) throw new Error(await answer.text());
      this.overview.value = await answer.json() as Overview;
      this.problem.value = null;
    } catch (error) {
      this.problem.value = (error as Error).message;
    }
  }

  private chooseFirst(): void {
    for (const { name, contracts } of this.overview.value?.plugins ?? [])
      for (const [namespace, side] of Object.entries(contracts)) {
        const [event] = Object.keys(side.clientToServer);
        if (event === undefined) continue;
        this.choose({ plugin: name, namespace, event });
        return;
      }
  }
}

function fromAddress(): Choice | null {
  try {
    const [plugin, namespace, event] =
      location.hash.slice(1).split('&').map(decodeURIComponent);
    return plugin && namespace && event ? { plugin, namespace, event } : null;
  } catch {
    return null;
  }
}
