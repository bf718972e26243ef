import type { z } from 'zod';
import type { operationContract } from './contract/operation.ts';

/** A report of an operation, as its contract leaves it. */
export type Report = z.output<typeof operationContract.schema>;

/** A provider of such a report. */
export type Provider = NonNullable<Report['providers']>[number];

/** What a client says of a provider in one place or another. */
type Facts = { -readonly [Name in keyof Provider]: Provider[Name] };

/** The providers of a report, gathered from wherever a client names them; in the order of their first naming. */
export class Providers {
  readonly #byName = new Map<string, Facts>();

  /** What is known of a provider so far, to be added to. */
  named(name: string): Facts {
    const known = this.#byName.get(name) ?? { name };
    this.#byName.set(name, known);
    return known;
  }

  /** Takes an installed provider as clients write it: `aws@v0.11.2`. */
  addInstalled(text: string): void {
    const at = text.lastIndexOf('@');
    if (at <= 0) this.named(text);
    else this.named(text.slice(0, at)).version = text.slice(at + 1);
  }

  /** All of them. */
  list(): Provider[] {
    return [...this.#byName.values()];
  }
}
