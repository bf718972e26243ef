import { CONNECTION_CANARIES } from './canaries.ts';
import type { Finding } from './find-leaks.ts';
import type { Shot } from './shots.ts';

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');

const number = (value: number): string => value.toLocaleString('en-US');

const kindsOf = (shots: readonly Shot[]): number =>
  new Set(shots.flatMap(({ canaries }) => canaries.map(({ kind }) => kind))).size;

const doorsOf = (shots: readonly Shot[]): ReadonlyMap<string, readonly Shot[]> =>
  Map.groupBy(shots, ({ door }) => door);

/** How many doors and kinds of canaries there are. */
export const extentOf = (shots: readonly Shot[]): { readonly doors: number; readonly kinds: number } => ({
  doors: doorsOf(shots).size,
  kinds: kindsOf(shots),
});

/** What the gate did and found, in Markdown: doors and canaries, places and hits. */
export const report = (title: string, shots: readonly Shot[], findings: readonly Finding[]): string => {
  const { doors, kinds } = extentOf(shots);
  const sent = [...doorsOf(shots)].map(([door, some]) => {
    const asking = some.filter(({ canaries }) => canaries.includes(CONNECTION_CANARIES.echo));
    return [door, number(some.length), asking.length === 0 ? '' : number(asking.length), kindsOf(some)];
  });
  const found = findings.map(({ place, bytes, leaks, asSent }) => [
    place,
    number(bytes),
    leaks.length,
    asSent > 0 ? number(asSent) : '',
  ]);
  const leaks = findings.reduce((sum, each) => sum + each.leaks.length, 0);
  return [
    `### ${title}`,
    `${doors} doors, ${kinds} kinds of canaries, ${number(shots.length)} requests, ${leaks} leaks.`,
    table(['door', 'requests', 'with Candor-Echo', 'kinds of canaries'], sent),
    table(['place', 'bytes searched', 'leaks', 'canaries in bodies as they came'], found),
  ].join('\n\n');
};
