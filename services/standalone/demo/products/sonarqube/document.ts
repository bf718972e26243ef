import { versionParts } from '../../../../../schemas/pack/derive.ts';
import { DAY_MS } from '../../installation.ts';
import type { Random } from '../../random.ts';
import { type Estate, lastTime, linesAt } from './estate.ts';

/** What of a server does not change between its reports, but for its estate. */
export interface Identity {
  readonly id: string;
  readonly edition: string;
  readonly database: { readonly name: string; readonly version: string };
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly host: { readonly container: boolean; readonly officialImage: boolean };
  readonly installedAtMs: number;
  readonly installationVersion: string;
  readonly ncdId: number;
  readonly qualityGate: string;
  readonly qualityProfiles: ReadonlyMap<string, string>;
}

/** The clock of a report: when it is made, by which version. */
export interface Moment {
  readonly atMs: number;
  readonly version: string;
}

/** Java's form without a colon in the offset, as SonarQube writes it. */
const dateTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+0000`;

/** Minutes to write a line of code, as SonarQube's own default has it. */
const MINUTES_PER_LINE = 30;

const userList = (random: Random, { users }: Estate, atMs: number, isManagedKnown: boolean) =>
  users.map(({ userUuid, identityProvider, activity, usesIde }) => ({
    userUuid,
    status: activity > 0 ? 'active' : 'inactive',
    identityProvider,
    lastActivity: dateTime(lastTime(random, atMs, activity)),
    ...(usesIde && { lastSonarlintActivity: dateTime(lastTime(random, atMs, activity)) }),
    ...(isManagedKnown && { managed: false }),
  }));

const projectList = (random: Random, { projects }: Estate, atMs: number, ageDays: number, isProfileKnown: boolean) =>
  projects.flatMap((project) => {
    const lastAnalysis = dateTime(lastTime(random, atMs, 0.7));
    return project.code.map((code) => ({
      projectUuid: project.projectUuid,
      lastAnalysis,
      language: code.language,
      loc: linesAt(code, project, ageDays),
      ...(isProfileKnown && { qualityProfile: code.qualityProfile }),
    }));
  });

const projectStatsList = ({ qualityGate, ncdId }: Identity, { projects }: Estate, ageDays: number, isRecent: boolean) =>
  projects.map((project) => {
    const lines = project.code.reduce((sum, code) => sum + linesAt(code, project, ageDays), 0);
    return {
      projectUuid: project.projectUuid,
      branchCount: project.branches,
      pullRequestCount: project.branches * 3,
      qualityGate,
      ...project.devops,
      ...(isRecent && {
        ncdId,
        project_creation_method: project.devops.devopsPlatform === 'undetected' ? 'LOCAL_API' : 'ALM_IMPORT_API',
        monorepo: false,
        is_ai_code_assured: false,
      }),
      bugs: Math.round(lines / 900),
      vulnerabilities: Math.round(lines / 7_000),
      securityHotspots: Math.round(lines / 2_500),
      technicalDebt: Math.round(lines / 9),
      developmentCost: lines * MINUTES_PER_LINE,
    };
  });

const branchList = (ncdId: number, { projects }: Estate) =>
  projects.map(({ projectUuid, branchUuid, branches }) => ({
    projectUuid,
    branchUuid,
    ncdId,
    greenQualityGateCount: branches * 2,
    analysisCount: branches * 3,
    excludeFromPurge: true,
  }));

/** What servers since 10 say in place of two switches: new code, quality, where they run. */
const sinceVersion10 = (
  { ncdId, qualityGate, qualityProfiles, host }: Identity,
  estate: Estate,
  qualifiesAi: boolean,
) => {
  const { container, ...cloudUsage } = host;
  return {
    container,
    branches: branchList(ncdId, estate),
    'new-code-definitions': [{ ncdId, type: 'PREVIOUS_VERSION', value: '', scope: 'instance' }],
    'quality-gates': [
      {
        uuid: qualityGate,
        caycStatus: 'compliant',
        ...(qualifiesAi && { aicaQualified: false }),
        conditions: [{ metric: 'new_violations', comparison_operator: 'GT', error_value: '0' }],
      },
    ],
    'quality-profiles': [...qualityProfiles].map(([language, uuid]) => ({
      uuid,
      language,
      default: true,
      builtIn: true,
    })),
    managedInstanceInformation: { isManaged: false },
    cloudUsage: { kubernetes: false, kubernetesProvider: '6.1.0-26-amd64', ...cloudUsage },
  };
};

/** The report of a server with all that its version knows: 9.9 has no branches and no cloud usage, 10 no quality for AI. */
export const reportDocument = (random: Random, identity: Identity, estate: Estate, { atMs, version }: Moment) => {
  const [major = 0] = versionParts(version);
  const isRecent = major >= 10;
  const ageDays = Math.floor((atMs - identity.installedAtMs) / DAY_MS);
  return {
    id: identity.id,
    version,
    messageSequenceNumber: ageDays + 1,
    localTimestamp: dateTime(atMs),
    ...(isRecent && { ncdId: identity.ncdId }),
    edition: identity.edition,
    defaultQualityGate: identity.qualityGate,
    ...(isRecent && { sonarway_quality_gate_uuid: identity.qualityGate }),
    database: identity.database,
    plugins: identity.plugins,
    hasUnanalyzedC: false,
    hasUnanalyzedCpp: false,
    installationDate: dateTime(identity.installedAtMs),
    installationVersion: identity.installationVersion,
    ...(!isRecent && { docker: identity.host.container, scim: false }),
    users: userList(random, estate, atMs, isRecent),
    projects: projectList(random, estate, atMs, ageDays, isRecent),
    'projects-general-stats': projectStatsList(identity, estate, ageDays, isRecent),
    ...(isRecent && sinceVersion10(identity, estate, major >= 24)),
    ...(identity.edition !== 'community' && { licenseType: 'PRODUCTION', isValidLicense: true }),
  };
};
