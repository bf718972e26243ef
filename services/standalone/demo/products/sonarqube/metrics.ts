import { versionParts } from '../../../../../schemas/pack/derive.ts';
import { DAY_MS } from '../../installation.ts';
import type { Random } from '../../random.ts';
import type { Identity, Moment } from './document.ts';
import { type Estate, linesAt } from './estate.ts';

/** The first version that sends metrics beside its report. */
const FIRST_WITH_METRICS = { major: 10, minor: 7 };

const hasMetrics = (version: string): boolean => {
  const [major = 0, minor = 0] = versionParts(version);
  const { major: first, minor: firstMinor } = FIRST_WITH_METRICS;
  return major > first || (major === first && minor >= firstMinor);
};

/** The day of the week on which the metrics are sent: all of these are weekly ones. */
const MONDAY = 1;

const weekly = (key: string, value: boolean | number | string, about: object = {}) => ({
  key,
  value,
  type: typeof value === 'number' ? 'integer' : typeof value,
  granularity: 'weekly',
  ...about,
});

const linesByLanguage = ({ projects }: Estate, ageDays: number): ReadonlyMap<string, number> => {
  const lines = new Map<string, number>();
  for (const project of projects) {
    for (const code of project.code)
      lines.set(code.language, (lines.get(code.language) ?? 0) + linesAt(code, project, ageDays));
  }
  return lines;
};

/** What a server since 10.7 sends to its second path once a week, one after the other: a document for each dimension. */
export const metricsDocuments = (
  random: Random,
  identity: Identity,
  estate: Estate,
  { atMs, version }: Moment,
): readonly object[] => {
  if (!hasMetrics(version) || new Date(atMs).getUTCDay() !== MONDAY) return [];
  const ageDays = Math.floor((atMs - identity.installedAtMs) / DAY_MS);
  const values = {
    installation: [weekly('version', version), weekly('is_fips_enabled', false)],
    user: estate.users.map(({ userUuid, activity }) => weekly('user_enabled', activity > 0, { user_uuid: userUuid })),
    project: estate.projects.map(({ projectUuid, branches }) =>
      weekly('project_branches', branches, { project_uuid: projectUuid }),
    ),
    language: [...linesByLanguage(estate, ageDays)].map(([language, lines]) =>
      weekly('ncloc_per_language', lines, { language }),
    ),
  };
  return Object.entries(values).map(([dimension, metric_values]) => ({
    message_uuid: random.uuid(),
    installation_id: identity.id,
    dimension,
    metric_values,
  }));
};
