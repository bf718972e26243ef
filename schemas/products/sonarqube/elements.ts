import { z } from 'zod';
import {
  count,
  dateTime,
  epochMillis,
  flag,
  freeText,
  integer,
  list,
  MAX_WORD_CHARS,
  pseudonym,
  version,
  word,
} from '../../pack/field.ts';

const ncdId = integer('pseudonym', 'Which new code definition applies').nullish();

/** An installed plugin. */
export const plugin = z.object({
  // Plugins of one's own bear whatever name their authors gave them.
  name: freeText('Which plugins are used', MAX_WORD_CHARS),
  version: version('Adoption of plugin releases').nullish(),
});

/** A user of the instance, under the SHA3-224 hash of their id. */
export const user = z.object({
  userUuid: pseudonym('Tells the users of one instance apart'),
  status: word('usage', 'How many users are active').nullish(),
  identityProvider: freeText('Which identity providers are used').nullish(),
  lastActivity: dateTime('How many users work with SonarQube').nullish(),
  lastSonarlintActivity: dateTime('How many users connect their IDE').nullish(),
  managed: flag('configuration', 'How many users are provisioned from outside').nullish(),
});

/** One language of a project. */
export const project = z.object({
  projectUuid: pseudonym('Tells the projects of one instance apart'),
  lastAnalysis: dateTime('How many projects are analyzed regularly').nullish(),
  language: word('usage', 'Which languages are analyzed').nullish(),
  loc: count('How much code of a language is analyzed').nullish(),
  qualityProfile: pseudonym('Which quality profiles are used').nullish(),
});

/** A project: its settings and measures. */
export const projectStats = z.object({
  projectUuid: pseudonym('Tells the projects of one instance apart'),
  branchCount: count('Adoption of branch analysis').nullish(),
  pullRequestCount: count('Adoption of pull request analysis').nullish(),
  qualityGate: pseudonym('Which quality gates are used').nullish(),
  scm: word('configuration', 'Which version control systems are used').nullish(),
  ci: word('configuration', 'Which CI systems are used').nullish(),
  devopsPlatform: word('configuration', 'Which DevOps platforms are used').nullish(),
  ncdId,
  project_creation_method: word('usage', 'How projects are created').nullish(),
  monorepo: flag('configuration', 'Adoption of monorepo projects').nullish(),
  is_ai_code_assured: flag('configuration', 'Adoption of AI code assurance').nullish(),
  bugs: count('What analyses find').nullish(),
  vulnerabilities: count('What analyses find').nullish(),
  securityHotspots: count('What analyses find').nullish(),
  technicalDebt: count('What analyses find').nullish(),
  developmentCost: count('Size of projects, in the cost of writing them').nullish(),
  externalSecurityReportExportedAt: epochMillis('Use of security report exports').nullish(),
});

/** A branch of a project. */
export const branch = z.object({
  projectUuid: pseudonym('Which branches belong to one project').nullish(),
  branchUuid: pseudonym('Tells the branches of one instance apart'),
  ncdId,
  greenQualityGateCount: count('How often branches pass their quality gate').nullish(),
  analysisCount: count('How often branches are analyzed').nullish(),
  excludeFromPurge: flag('configuration', 'How many branches are kept when inactive').nullish(),
});

/** A definition of new code that the instance, a project or a branch uses. */
export const newCodeDefinition = z.object({
  ncdId,
  type: word('configuration', 'Which kinds of new code definition are used').nullish(),
  value: freeText('Which values new code definitions have').nullish(),
  scope: word('configuration', 'Where new code definitions are set').nullish(),
});

const qualityGateCondition = z.object({
  metric: word('configuration', 'Which metrics quality gates check').nullish(),
  comparison_operator: word('configuration', 'How quality gates compare').nullish(),
  error_value: word('configuration', 'Which thresholds quality gates set').nullish(),
});

/** A quality gate of the instance. */
export const qualityGate = z.object({
  uuid: pseudonym('Tells the quality gates of one instance apart'),
  caycStatus: word('configuration', 'How many quality gates follow Clean as You Code').nullish(),
  aicaQualified: flag('configuration', 'How many quality gates qualify for AI code assurance').nullish(),
  conditions: list(qualityGateCondition).nullish(),
});

/** A quality profile of the instance. */
export const qualityProfile = z.object({
  uuid: pseudonym('Tells the quality profiles of one instance apart').nullish(),
  parentUuid: pseudonym('How quality profiles inherit').nullish(),
  language: word('configuration', 'Which languages have their own quality profiles').nullish(),
  default: flag('configuration', 'How many quality profiles are the default of their language').nullish(),
  builtIn: flag('configuration', 'How many quality profiles are custom').nullish(),
  builtInParent: flag('configuration', 'How many quality profiles extend a built-in one').nullish(),
  rulesOverriddenCount: count('How far quality profiles depart from their parent').nullish(),
  rulesActivatedCount: count('How far quality profiles depart from their parent').nullish(),
  rulesDeactivatedCount: count('How far quality profiles depart from their parent').nullish(),
});
