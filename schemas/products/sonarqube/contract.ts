import { z } from 'zod';
import {
  count,
  dateTime,
  epochMillis,
  flag,
  freeText,
  installationId,
  integer,
  list,
  MAX_WORD_CHARS,
  pseudonym,
  version,
  word,
} from '../../pack/field.ts';
import { dayOf, digestOf } from '../../pack/identity.ts';
import { contract } from '../../pack/pack.ts';
import {
  branch,
  newCodeDefinition,
  plugin,
  project,
  projectStats,
  qualityGate,
  qualityProfile,
  user,
} from './elements.ts';
import { type Metrics, metrics } from './metrics.ts';

const database = z.object({
  name: word('configuration', 'Which database systems are used').nullish(),
  version: freeText('When the baseline of supported database versions can be raised').nullish(),
});

const managedInstanceInformation = z.object({
  isManaged: flag('configuration', 'Whether users and groups are managed outside of SonarQube').nullish(),
  provider: word('configuration', 'Which systems manage users and groups').nullish(),
});

const cloudUsage = z.object({
  kubernetes: flag('configuration', 'How often SonarQube runs on Kubernetes').nullish(),
  kubernetesVersion: version('Which Kubernetes versions to support').nullish(),
  kubernetesPlatform: word('configuration', 'Which systems and processors clusters run on').nullish(),
  kubernetesProvider: freeText('Which kernels and clouds servers run on').nullish(),
  isHelmAutoscalingEnabled: flag('configuration', 'Adoption of autoscaling').nullish(),
  isOnOpenshift: flag('configuration', 'How often SonarQube runs on OpenShift').nullish(),
  officialHelmChart: version('Adoption of Helm chart releases').nullish(),
  containerRuntime: word('configuration', 'Which container runtimes to support').nullish(),
  officialImage: flag('configuration', 'Adoption of the official image').nullish(),
});

/** What 8.x servers counted themselves, where later ones send an array. */
const countedByTheServer = {
  userCount: count('Size of the installation').nullish(),
  projectCount: count('Size of the installation').nullish(),
  usingBranches: flag('usage', 'Adoption of branch analysis').nullish(),
  ncloc: count('Size of the analyzed code').nullish(),
  projectCountByLanguage: list(
    z.object({
      language: word('usage', 'Which languages are analyzed'),
      count: count('How many projects use a language'),
    }),
  ).nullish(),
  nclocByLanguage: list(
    z.object({
      language: word('usage', 'Which languages are analyzed'),
      ncloc: count('How much code of a language is analyzed'),
    }),
  ).nullish(),
};

/** The document that a server sends once a day (8.x: once a week): every field that 8.x to 2025 releases know. */
const report = z.object({
  id: installationId('Correlates the reports of one server over time'),
  version: version('Adoption of releases'),
  messageSequenceNumber: count('Finds reports sent twice and reports that are missing').nullish(),
  localTimestamp: dateTime('When the server made the report').nullish(),
  ncdId: integer('pseudonym', 'Which new code definition is the default of the instance').nullish(),
  edition: word('configuration', 'Adoption of editions').nullish(),
  licenseType: word('configuration', 'Which kinds of licence are in use').nullish(),
  isValidLicense: flag('configuration', 'How many licences in use are valid').nullish(),
  defaultQualityGate: pseudonym('Which quality gate is the default of the instance').nullish(),
  sonarway_quality_gate_uuid: pseudonym('Which quality gate is the built-in one').nullish(),
  database: database.nullish(),
  plugins: list(plugin).nullish(),
  customSecurityConfig: list(freeText('Adoption of custom security rules', MAX_WORD_CHARS)).nullish(),
  hasUnanalyzedC: flag('usage', 'Demand for the analysis of C').nullish(),
  hasUnanalyzedCpp: flag('usage', 'Demand for the analysis of C++').nullish(),
  installationDate: z
    .union([dateTime('How old installations are'), epochMillis('How old installations are')])
    .nullish(),
  installationVersion: version('Which release an installation began with').nullish(),
  container: flag('configuration', 'How often SonarQube runs in a container').nullish(),
  docker: flag('configuration', 'How often SonarQube runs in a container, up to 9.9').nullish(),
  scim: flag('configuration', 'Adoption of SCIM provisioning, in 9.9').nullish(),
  users: list(user).nullish(),
  projects: list(project).nullish(),
  'projects-general-stats': list(projectStats).nullish(),
  branches: list(branch).nullish(),
  'new-code-definitions': list(newCodeDefinition).nullish(),
  'quality-gates': list(qualityGate).nullish(),
  'quality-profiles': list(qualityProfile).nullish(),
  managedInstanceInformation: managedInstanceInformation.nullish(),
  cloudUsage: cloudUsage.nullish(),
  ...countedByTheServer,
});

/** A report that passed its contract. */
export type Report = z.output<typeof report>;

/**
 * A server whose cycle failed sends all of it anew, 3 h later, under the same number and with another `localTimestamp`. 8.x
 * servers have no numbers.
 */
const reportIdentity = (report: Report, receivedAtMs: number): string =>
  typeof report.messageSequenceNumber === 'number'
    ? `${report.id}:${report.messageSequenceNumber}`
    : `${dayOf(receivedAtMs)}:${digestOf(report)}`;

/**
 * A cycle that is sent anew has fresh `message_uuid`s, so that its values and the day must tell. An analysis is no part of a
 * cycle: two with equal values are two, and only what the HTTP client itself repeats has the same `message_uuid`.
 */
const metricsIdentity = (report: Metrics, receivedAtMs: number): string | null => {
  const { message_uuid, installation_id, dimension, metric_values } = report;
  if (dimension === 'analysis') return message_uuid ? `${installation_id}:${message_uuid}` : null;
  return `${installation_id}:${dimension}:${dayOf(receivedAtMs)}:${digestOf(metric_values)}`;
};

/** What a SonarQube server may send. */
export const contracts = {
  'sonarqube.report': contract(report, (document) => document.id, reportIdentity),
  'sonarqube.metrics': contract(metrics, (document) => document.installation_id, metricsIdentity),
};
