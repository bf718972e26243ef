import { type ClientRequest, DAY_MS, installationIn, type Period, type Simulate } from './installation.ts';
import { simulateCloudQuery } from './products/cloudquery.ts';
import { simulateDependencyTrack } from './products/dependency-track.ts';
import { simulateEmqx } from './products/emqx.ts';
import { simulateHasura } from './products/hasura.ts';
import { simulateSonarQube } from './products/sonarqube.ts';
import { Random } from './random.ts';

/** Each product with its share of a mixed fleet. */
const PRODUCTS = {
  sonarqube: { simulate: simulateSonarQube, share: 0.36 },
  'dependency-track': { simulate: simulateDependencyTrack, share: 0.2 },
  hasura: { simulate: simulateHasura, share: 0.18 },
  emqx: { simulate: simulateEmqx, share: 0.16 },
  cloudquery: { simulate: simulateCloudQuery, share: 0.1 },
} satisfies Readonly<Record<string, { readonly simulate: Simulate; readonly share: number }>>;

/** A product that can be simulated. */
export type SimulatedProduct = keyof typeof PRODUCTS;

/** All products that can be simulated. */
export const SIMULATED_PRODUCTS = Object.keys(PRODUCTS) as readonly SimulatedProduct[];

/** A fleet: equal options give equal reports. */
export interface FleetOptions {
  readonly seed: number;
  readonly installations: number;
  readonly days: number;
  /** End of the last day, a midnight UTC: ms since 1970. */
  readonly endMs: number;
  /** The products of the fleet; all when not given. */
  readonly products?: readonly SimulatedProduct[];
}

/** A report of the fleet, with what does not stand in the request itself. */
export interface SimulatedReport extends ClientRequest {
  readonly product: SimulatedProduct;
  /** Address of the client. */
  readonly address: string;
}

/** Deals `count` installations out to products, at any count as near to their shares as can be. */
const productsOf = (count: number, products: readonly SimulatedProduct[]): readonly SimulatedProduct[] => {
  const dealt = new Map(products.map((product) => [product, 0]));
  return Array.from({ length: count }, () => {
    const missing = (product: SimulatedProduct): number => ((dealt.get(product) ?? 0) + 0.5) / PRODUCTS[product].share;
    const next = products.reduce((best, product) => (missing(product) < missing(best) ? product : best));
    dealt.set(next, (dealt.get(next) ?? 0) + 1);
    return next;
  });
};

/** The reports of a fleet in the order of their receipt, made day by day: a long period costs no more memory than a day. */
export function* simulateFleet(options: FleetOptions): Generator<SimulatedReport> {
  const { seed, days, endMs } = options;
  const period: Period = { startMs: endMs - days * DAY_MS, endMs };
  const installations = productsOf(options.installations, options.products ?? SIMULATED_PRODUCTS).map(
    (product, index) => {
      // A sequence of its own for each: what one does never changes another.
      const random = new Random(seed, index);
      const installation = installationIn(random, period);
      return { product, ...installation, reportsOf: PRODUCTS[product].simulate(random, installation, period) };
    },
  );
  for (let startMs = period.startMs; startMs < endMs; startMs += DAY_MS) {
    const isWorkday = ![0, 6].includes(new Date(startMs).getUTCDay());
    yield* installations
      .filter(({ installedAtMs, removedAtMs }) => installedAtMs <= startMs && startMs < removedAtMs)
      .flatMap(({ product, address, reportsOf }) =>
        reportsOf({ startMs, isWorkday }).map((request) => ({ ...request, product, address })),
      )
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs);
  }
}
