import { z } from 'zod';

/** What a secret shows of itself. */
const MASK = '***';

/**
 * A text that nobody may see: a log line, a JSON document, a template and an error show a mask in its place. A private field
 * is shown by none of Node's printers.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for whoever has to send it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }
}

/** A variable whose value is a secret. */
export const secret = z.string().transform((text) => new Secret(text));
