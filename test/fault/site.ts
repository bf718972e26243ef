import type { Fault } from './fault.ts';

/** Where rounds take place: a running pipeline, and what its faults are done to. */
export interface Site {
  readonly edgeUrl: string;
  /** Where questions are asked; never through a part that fails for the pipeline alone. */
  readonly clickHouseUrl: string;
  /** Whether ClickHouse refuses some of the reports: see `REFUSE_LINES`. */
  readonly refusesLines: boolean;
  /** Whether everything that was accepted is stored; false also when somebody does not answer. */
  isSettled(): Promise<boolean>;
  /** Processes that ended without having been asked to, and were started again: how, and what each said last. */
  unaskedEnds(): readonly string[];
  /** What the processes have printed, by name. */
  logs(): Readonly<Record<string, string>>;
  /** Ends all processes and removes what they hold. */
  close(): Promise<void>;
}

/** A way to run the pipeline, with the faults that are tried on it. */
export interface SiteKind {
  readonly name: string;
  readonly log: 'kafka' | 'embedded';
  readonly faults: readonly Pick<Fault<never>, 'name' | 'isLong' | 'needsMount'>[];
  /** Starts it; resolves when it takes reports. */
  start(): Promise<StartedSite>;
}

/** A running site with its faults bound to it. */
export interface StartedSite {
  readonly site: Site;
  readonly faults: readonly BoundFault[];
}

/** A fault of one site. */
export interface BoundFault extends Omit<Fault<never>, 'beforehand' | 'strike' | 'heal' | 'afterwards' | 'felt'> {
  felt(): number | undefined;
  beforehand(): Promise<void>;
  strike(): Promise<void>;
  heal(): Promise<void>;
  afterwards(): Promise<void>;
}

/** Makes a kind of site: names and faults as data, and how to start it. */
export const siteKind = <S extends Site>(kind: {
  readonly name: string;
  readonly log: SiteKind['log'];
  readonly faults: readonly Fault<S>[];
  readonly start: () => Promise<S>;
}): SiteKind => ({
  ...kind,
  start: async () => {
    const site = await kind.start();
    const bind = ({ beforehand, strike, heal, afterwards, felt, ...fault }: Fault<S>): BoundFault => ({
      ...fault,
      felt: () => felt?.(site),
      beforehand: async () => beforehand?.(site),
      strike: async () => strike(site),
      heal: async () => heal(site),
      afterwards: async () => afterwards?.(site),
    });
    return { site, faults: kind.faults.map(bind) };
  },
});
