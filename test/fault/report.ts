import { createHash } from 'node:crypto';
import type { Random } from '../../services/standalone/demo/random.ts';

/** A report of the ledger: what is sent, and what must become of it. */
export interface Report {
  /** Counts the reports of a round from 1: SonarQube's messageSequenceNumber. */
  readonly sequence: number;
  /** Rows that it becomes by table; none when it is malformed. */
  readonly rows: Readonly<Record<string, number>>;
  /** Why it must become a dead letter; undefined when it is well-formed. */
  readonly refusal: 'contract_violation' | 'not_json' | 'row_refused' | undefined;
  /** What its dead letter is known by: SHA-256 of the body, hex, or the installation where the report was understood. */
  readonly letter: string;
}

/** Share of the reports that are malformed, half of them cut off and half without an id. */
const MALFORMED_SHARE = 0.05;

/** The one report of a round that is larger than a message of rows, so that it travels in pieces. */
const LARGE_SEQUENCE = 100;
const LARGE_USERS = 8_000;

/** One report in so many has a value that ClickHouse refuses, where it does: it is searched for by halves, which takes time. */
const REFUSED_EVERY = 5_000;

/** The first of them: it is under way when most faults strike. */
const FIRST_REFUSED = 300;

/** Lines of code that ClickHouse refuses: the contract takes them. */
const REFUSED_LINES = 1_000_000_000;

/** Has ClickHouse refuse what some reports hold. To be run by an administrator. */
export const REFUSE_LINES = `ALTER TABLE candor.sonarqube_projects ADD CONSTRAINT possible CHECK lines_of_code < ${REFUSED_LINES}`;

/** The reports of a round. */
export interface ReportOptions {
  /** The id that they come from. */
  readonly installation: string;
  readonly random: Random;
  /** Whether {@link REFUSE_LINES} holds. */
  readonly refusesLines: boolean;
}

const plugin = (index: number) => ({ name: ['java', 'python', 'go', 'php'][index % 4], version: '8.6.0.37351' });

const user = (random: Random) => ({ userUuid: random.hex(56), status: 'active', identityProvider: 'github' });

const project = (random: Random) => ({
  projectUuid: random.hex(20),
  language: 'java',
  loc: random.integer(1, 100_000),
});

const list = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

/** Makes up report number `sequence` of an installation of SonarQube, and its body, which no ledger has to keep. */
export const makeReport = (
  sequence: number,
  { installation, random, refusesLines }: ReportOptions,
): { readonly report: Report; readonly body: Buffer } => {
  const [plugins, projects] = [random.integer(0, 4), random.integer(0, 3)];
  const users = sequence === LARGE_SEQUENCE ? LARGE_USERS : random.integer(0, 5);
  const isRefused = refusesLines && sequence % REFUSED_EVERY === FIRST_REFUSED;
  const source = isRefused ? `${installation}-${sequence}` : installation;
  const document = {
    id: source,
    version: '10.7.0.96327',
    messageSequenceNumber: sequence,
    plugins: list(plugins, plugin),
    users: list(users, () => user(random)),
    projects: [
      ...list(projects, () => project(random)),
      ...(isRefused ? [{ ...project(random), loc: REFUSED_LINES }] : []),
    ],
  };
  const malformed = !isRefused && sequence !== LARGE_SEQUENCE && random.chance(MALFORMED_SHARE);
  const brokenAs = malformed ? random.pick(['contract_violation', 'not_json'] as const) : undefined;
  const refusal = isRefused ? ('row_refused' as const) : brokenAs;
  const { id, ...withoutId } = document;
  const text = {
    contract_violation: JSON.stringify({ ...withoutId, unknown: id }),
    not_json: JSON.stringify(document).slice(0, -1),
    none: JSON.stringify(document),
  }[brokenAs ?? 'none'];
  const body = Buffer.from(text);
  const rows = {
    sonarqube_reports: 1,
    sonarqube_plugins: plugins,
    sonarqube_users: users,
    sonarqube_projects: projects,
  };
  const report = {
    sequence,
    rows: refusal ? {} : Object.fromEntries(Object.entries(rows).filter(([, count]) => count > 0)),
    refusal,
    letter: isRefused ? source : createHash('sha256').update(body).digest('hex'),
  };
  return { report, body };
};
