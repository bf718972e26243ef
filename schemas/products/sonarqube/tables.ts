import { instant, versionParts } from '../../pack/derive.ts';
import type { Flatteners, RowsByTable } from '../../pack/pack.ts';
import type { contracts, Report } from './contract.ts';
import {
  branchTable,
  newCodeDefinitionTable,
  pluginTable,
  projectStatsTable,
  projectTable,
  qualityGateTable,
  qualityProfileTable,
  userTable,
} from './element-tables.ts';
import { metricsRows, metricsTables } from './metrics-tables.ts';
import { reportRow } from './report-row.ts';
import { reportTable } from './report-table.ts';

/** The tables of SonarQube. */
export const tables = {
  sonarqube_reports: reportTable,
  sonarqube_plugins: pluginTable,
  sonarqube_users: userTable,
  sonarqube_projects: projectTable,
  sonarqube_project_stats: projectStatsTable,
  sonarqube_branches: branchTable,
  sonarqube_new_code_definitions: newCodeDefinitionTable,
  sonarqube_quality_gates: qualityGateTable,
  sonarqube_quality_profiles: qualityProfileTable,
  ...metricsTables,
};

type Rows<Name extends keyof typeof tables> = NonNullable<RowsByTable<typeof tables>[Name]>;

const pluginRows = ({ plugins }: Report): Rows<'sonarqube_plugins'> =>
  (plugins ?? []).map(({ name, version }, plugin_index) => ({
    plugin_index,
    name,
    version: version ?? '',
    version_parts: versionParts(version),
  }));

const userRows = ({ users }: Report): Rows<'sonarqube_users'> =>
  (users ?? []).map((user, user_index) => ({
    user_index,
    user_uuid: user.userUuid,
    status: user.status ?? '',
    identity_provider: user.identityProvider ?? '',
    last_activity: instant(user.lastActivity),
    last_sonarlint_activity: instant(user.lastSonarlintActivity),
    managed: user.managed ?? null,
  }));

const projectRows = ({ projects }: Report): Rows<'sonarqube_projects'> =>
  (projects ?? []).map((project, project_index) => ({
    project_index,
    project_uuid: project.projectUuid,
    language: project.language ?? '',
    lines_of_code: project.loc ?? null,
    last_analysis: instant(project.lastAnalysis),
    quality_profile: project.qualityProfile ?? '',
  }));

const projectStatsRows = ({ 'projects-general-stats': stats }: Report): Rows<'sonarqube_project_stats'> =>
  (stats ?? []).map((project, project_index) => ({
    project_index,
    project_uuid: project.projectUuid,
    branches_count: project.branchCount ?? null,
    pull_requests_count: project.pullRequestCount ?? null,
    quality_gate: project.qualityGate ?? '',
    scm: project.scm ?? '',
    ci: project.ci ?? '',
    devops_platform: project.devopsPlatform ?? '',
    ncd_id: project.ncdId ?? null,
    creation_method: project.project_creation_method ?? '',
    monorepo: project.monorepo ?? null,
    ai_code_assured: project.is_ai_code_assured ?? null,
    bugs: project.bugs ?? null,
    vulnerabilities: project.vulnerabilities ?? null,
    security_hotspots: project.securityHotspots ?? null,
    technical_debt: project.technicalDebt ?? null,
    development_cost: project.developmentCost ?? null,
    security_report_exported_at: instant(project.externalSecurityReportExportedAt),
  }));

const branchRows = ({ branches }: Report): Rows<'sonarqube_branches'> =>
  (branches ?? []).map((branch, branch_index) => ({
    branch_index,
    project_uuid: branch.projectUuid ?? '',
    branch_uuid: branch.branchUuid,
    ncd_id: branch.ncdId ?? null,
    green_quality_gates_count: branch.greenQualityGateCount ?? null,
    analyses_count: branch.analysisCount ?? null,
    excluded_from_purge: branch.excludeFromPurge ?? null,
  }));

const newCodeDefinitionRows = (report: Report): Rows<'sonarqube_new_code_definitions'> =>
  (report['new-code-definitions'] ?? []).map((definition, definition_index) => ({
    definition_index,
    ncd_id: definition.ncdId ?? null,
    type: definition.type ?? '',
    value: definition.value ?? '',
    scope: definition.scope ?? '',
  }));

const qualityGateRows = ({ 'quality-gates': gates }: Report): Rows<'sonarqube_quality_gates'> =>
  (gates ?? []).map((gate, gate_index) => ({
    gate_index,
    gate_uuid: gate.uuid,
    cayc_status: gate.caycStatus ?? '',
    aica_qualified: gate.aicaQualified ?? null,
    conditions_count: gate.conditions?.length ?? null,
    condition_metrics: (gate.conditions ?? []).map(({ metric }) => metric ?? ''),
    condition_operators: (gate.conditions ?? []).map(({ comparison_operator }) => comparison_operator ?? ''),
    condition_error_values: (gate.conditions ?? []).map(({ error_value }) => error_value ?? ''),
  }));

const qualityProfileRows = (report: Report): Rows<'sonarqube_quality_profiles'> =>
  (report['quality-profiles'] ?? []).map((profile, profile_index) => ({
    profile_index,
    profile_uuid: profile.uuid ?? '',
    parent_uuid: profile.parentUuid ?? '',
    language: profile.language ?? '',
    is_default: profile.default ?? null,
    built_in: profile.builtIn ?? null,
    built_in_parent: profile.builtInParent ?? null,
    rules_overridden_count: profile.rulesOverriddenCount ?? null,
    rules_activated_count: profile.rulesActivatedCount ?? null,
    rules_deactivated_count: profile.rulesDeactivatedCount ?? null,
  }));

/** How each kind of report becomes rows. */
export const flatten: Flatteners<typeof contracts, typeof tables> = {
  'sonarqube.report': (report) => ({
    sonarqube_reports: [reportRow(report)],
    sonarqube_plugins: pluginRows(report),
    sonarqube_users: userRows(report),
    sonarqube_projects: projectRows(report),
    sonarqube_project_stats: projectStatsRows(report),
    sonarqube_branches: branchRows(report),
    sonarqube_new_code_definitions: newCodeDefinitionRows(report),
    sonarqube_quality_gates: qualityGateRows(report),
    sonarqube_quality_profiles: qualityProfileRows(report),
  }),
  'sonarqube.metrics': metricsRows,
};
