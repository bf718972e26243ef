import type { Finding } from './find-leaks.ts';
import type { Shot } from './shots.ts';

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');

const number = (value: number): string => value.toLocaleString('en-US');

/** What the gate did and found, in Markdown: doors and canaries, places and hits. */
export const report = (title: string, shots: readonly Shot[], findings: readonly Finding[]): string => {
  const doors = Map.groupBy(shots, ({ door }) => door);
  const kindsOf = (some: readonly Shot[]): number =>
    new Set(some.flatMap(({ canaries }) => canaries.map(({ kind }) => kind))).size;
  const sent = [...doors].map(([door, some]) => [door, number(some.length), kindsOf(some)]);
  const found = findings.map(({ place, bytes, leaks, asSent }) => [
    place,
    number(bytes),
    leaks.length,
    asSent > 0 ? number(asSent) : '',
  ]);
  const leaks = findings.reduce((sum, each) => sum + each.leaks.length, 0);
  return [
    `### ${title}`,
    `${doors.size} doors, ${kindsOf(shots)} kinds of canaries, ${number(shots.length)} requests, ${leaks} leaks.`,
    table(['door', 'requests', 'kinds of canaries'], sent),
    table(['place', 'bytes searched', 'leaks', 'canaries in bodies as they came'], found),
  ].join('\n\n');
};
