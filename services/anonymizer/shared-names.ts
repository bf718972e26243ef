import { createHash } from 'node:crypto';

/** Installations that must have sent a name before it is written anywhere: what one of them made up could be about a person. */
export const INSTALLATIONS_OF_A_NAME = 3;

/** Most names of a product that are remembered, about 200 bytes each; the one that was first seen longest ago makes room. */
const MAX_NAMES_PER_PRODUCT = 1_000;

const DIGEST_BYTES = 8;

/** A short digest: the ids themselves are not needed, and are not kept. */
const digestOf = (installation: string): string =>
  createHash('sha256').update(installation).digest('base64').slice(0, DIGEST_BYTES);

/** Tells which unknown names several installations share, from what this process has seen since it started. */
export class SharedNames {
  readonly #installationsOf = new Map<string, Map<string, Set<string>>>();

  /** Of the paths that an installation sent, those that enough different ones have sent by now. */
  add(product: string, installation: string, paths: readonly string[]): readonly string[] {
    if (paths.length === 0) return paths;
    const names = this.#installationsOf.get(product) ?? new Map<string, Set<string>>();
    this.#installationsOf.set(product, names);
    const digest = digestOf(installation);
    return paths.filter((path) => {
      const installations = names.get(path) ?? new Set<string>();
      if (installations.size < INSTALLATIONS_OF_A_NAME) installations.add(digest);
      names.set(path, installations);
      if (names.size > MAX_NAMES_PER_PRODUCT) names.delete(names.keys().next().value ?? '');
      return installations.size >= INSTALLATIONS_OF_A_NAME;
    });
  }
}
