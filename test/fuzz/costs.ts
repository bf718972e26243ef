import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { createAnonymize } from '../../services/anonymizer/anonymize.ts';
import { documentBounds, documentEnvironment } from '../../services/anonymizer/config.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { BODIES, type HostileBody } from './bodies.ts';
import { createRandom } from './random.ts';

// What a body of each hostile kind costs the stage that looks into it, and with it whoever shares its event loop: prints a row of
// a table for each, in ms of processor time, with what became of it. No pipeline is needed.

/** Bodies of each kind. */
const BODIES_OF_A_KIND = 200;

/** A door that every body may come through, and the product that knows most fields. */
const DOOR = { product: 'sonarqube', door: '/sonarqube', method: 'POST' } as const;

const NO_CONTEXT = { address: undefined, locate: () => undefined, hash: () => null, suppression: () => '' };

const anonymize = createAnonymize(await loadCatalog(), documentBounds(parseEnvironment(documentEnvironment, {})));

const costOf = ({ body, encoding = 'identity' }: HostileBody): readonly [ms: number, result: string] => {
  const raw = { ...DOOR, event_id: '', replay_of: null, received_at: 0, address: null, encoding, body };
  const before = process.threadCpuUsage();
  const outcome = anonymize(raw, NO_CONTEXT);
  const { user, system } = process.threadCpuUsage(before);
  return [(user + system) / 1_000, outcome.kind === 'emit' ? 'stored' : outcome.reason];
};

const say = (...cells: readonly (string | number)[]): void => {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
};

say('body', 'mean, ms', 'longest, ms', 'becomes');
say('---', '---', '---', '---');
for (const [name, make] of Object.entries(BODIES)) {
  const costs = Array.from({ length: BODIES_OF_A_KIND }, (_, seed) => costOf(make(createRandom(seed))));
  const longest = Math.max(...costs.map(([ms]) => ms));
  const mean = costs.reduce((sum, [ms]) => sum + ms, 0) / costs.length;
  say(name, mean.toFixed(2), longest.toFixed(1), [...new Set(costs.map(([, result]) => result))].toSorted().join(', '));
}
