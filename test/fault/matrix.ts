import { Random } from '../../services/standalone/demo/random.ts';
import { EMBEDDED_FAULTS, EXTERNAL_FAULTS, SMALL_DISK_FAULTS } from './embedded/faults.ts';
import { startEmbeddedSite, startExternalSite, startSmallDiskSite } from './embedded/site.ts';
import { KAFKA_FAULTS } from './kafka/faults.ts';
import { startKafkaSite } from './kafka/site.ts';
import { type SiteKind, siteKind } from './site.ts';

/** Every way to run the pipeline, with its faults. */
const SITE_KINDS: readonly SiteKind[] = [
  siteKind({ name: 'Kafka', log: 'kafka', faults: KAFKA_FAULTS, start: startKafkaSite }),
  siteKind({ name: 'embedded', log: 'embedded', faults: EMBEDDED_FAULTS, start: startEmbeddedSite }),
  siteKind({
    name: 'embedded, ClickHouse beside it',
    log: 'embedded',
    faults: EXTERNAL_FAULTS,
    start: startExternalSite,
  }),
  siteKind({ name: 'embedded, a small disk', log: 'embedded', faults: SMALL_DISK_FAULTS, start: startSmallDiskSite }),
];

/** A round to be played. */
export interface ScheduledRound {
  /** Counts from 1; with the seed, it stands for everything that is random in the round. */
  readonly number: number;
  readonly kind: SiteKind;
  readonly fault: string;
}

type Cell = Omit<ScheduledRound, 'number'>;

/** Which faults are wanted. */
export interface MatrixOptions {
  /** Those too that take minutes. */
  readonly withLong: boolean;
  /** Those too that need file systems to be mounted. */
  readonly withMounts: boolean;
}

/** Every fault on every way to run the pipeline. */
export const matrixOf = ({ withLong, withMounts }: MatrixOptions): readonly Cell[] =>
  SITE_KINDS.flatMap((kind) =>
    kind.faults
      .filter(({ isLong = false, needsMount = false }) => (withLong || !isLong) && (withMounts || !needsMount))
      .map(({ name }) => ({ kind, fault: name })),
  );

/** The first `count` rounds of a seed: a whole matrix again and again, each time in another order. */
export const schedule = (seed: number, matrix: readonly Cell[], count: number): ScheduledRound[] => {
  const random = new Random(seed);
  const rounds: Cell[] = [];
  while (rounds.length < count) {
    const shuffled = matrix.map((cell) => ({ cell, at: random.next() })).sort((a, b) => a.at - b.at);
    rounds.push(...shuffled.map(({ cell }) => cell));
  }
  return rounds.slice(0, count).map((round, index) => ({ number: index + 1, ...round }));
};
