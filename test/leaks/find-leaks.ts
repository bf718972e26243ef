import type { Place } from './places.ts';
import type { Hit, Search } from './search.ts';

/** What was found in a place. */
export interface Finding {
  readonly place: string;
  readonly bytes: number;
  readonly leaks: readonly Hit[];
  /** Canaries of bodies found in a place that holds bodies as they came. */
  readonly asSent: number;
}

/** Bodies stay what they are on the raw topic: plain ones plain, packed ones inside of what is compressed. */
const isAsSent = ({ canary, isPacked }: Hit): boolean =>
  canary.mark === 'plain' || (canary.mark === 'packed' && isPacked);

/** Searches every place, one part after the other. */
export const findLeaks = async (search: Search, places: readonly Place[]): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const { name, holdsBodies, read } of places) {
    let bytes = 0;
    let asSent = 0;
    const leaks: Hit[] = [];
    for await (const part of read()) {
      bytes += part.length;
      for (const hit of search(part)) {
        if (holdsBodies && isAsSent(hit)) asSent += 1;
        else leaks.push(hit);
      }
    }
    findings.push({ place: name, bytes, leaks, asSent });
  }
  return findings;
};

/** Names of the places where something is found, and `packed` behind them where it is only found inside of what is compressed. */
export const placesOf = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ leaks }) => leaks.length > 0)
    .map(({ place, leaks }) => (leaks.every(({ isPacked }) => isPacked) ? `${place}, packed` : place));

/** A leak in one line; the same canary in the same place once. */
export const describeLeaks = (findings: readonly Finding[]): readonly string[] => [
  ...new Map(
    findings.flatMap(({ place, leaks }) =>
      leaks.map(({ canary, spelling, context }): [string, string] => [
        `${place}/${canary.mark}/${canary.kind}`,
        `${place}: ${canary.kind} (${canary.mark}, ${spelling}): ${context}`,
      ]),
    ),
  ).values(),
];
