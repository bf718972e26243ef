import { daysBetween, instant, toCount, versionParts } from '../../pack/derive.ts';
import type { RowOf } from '../../pack/table.ts';
import type { Report } from './contract.ts';
import type { reportTable } from './report-table.ts';

type List<Element> = readonly Element[] | null | undefined;
type Count = number | null | undefined;

/** Sum over a list, where an unsaid count is 0; null when there is no list. */
const total = <Element>(list: List<Element>, countOf: (element: Element) => Count): number | null =>
  list?.reduce((sum, element) => toCount(sum + (countOf(element) ?? 0)), 0) ?? null;

/** How many elements of a list have a property; null when there is no list. */
const countWhere = <Element>(list: List<Element>, has: (element: Element) => boolean): number | null =>
  total(list, (element) => (has(element) ? 1 : 0));

/** Sums by language over a list, whose elements without a language are left out; empty when there is no list. */
const byLanguage = <Element extends { readonly language?: string | null | undefined }>(
  list: List<Element>,
  countOf: (element: Element) => Count,
): Record<string, number> => {
  const sums = new Map<string, number>();
  for (const element of list ?? []) {
    if (element.language)
      sums.set(element.language, toCount((sums.get(element.language) ?? 0) + (countOf(element) ?? 0)));
  }
  return Object.fromEntries(sums);
};

const distinctProjects = ({ projects, projectCount }: Report): number | null =>
  projects ? new Set(projects.map(({ projectUuid }) => projectUuid)).size : (projectCount ?? null);

/** The row of a report. */
export const reportRow = (report: Report): RowOf<(typeof reportTable)['columns']> => {
  const { users, projects, branches, cloudUsage } = report;
  const stats = report['projects-general-stats'];
  const profiles = report['quality-profiles'];
  const localTimestamp = instant(report.localTimestamp);
  const installationDate = instant(report.installationDate);
  return {
    version: report.version,
    version_parts: versionParts(report.version),
    message_sequence_number: report.messageSequenceNumber ?? null,
    local_timestamp: localTimestamp,
    edition: report.edition ?? '',
    license_type: report.licenseType ?? '',
    is_valid_license: report.isValidLicense ?? null,
    database_name: report.database?.name ?? '',
    database_version: report.database?.version ?? '',
    database_version_parts: versionParts(report.database?.version),

    installation_date: installationDate,
    installation_age_days: localTimestamp === null ? null : daysBetween(installationDate, localTimestamp),
    installation_version: report.installationVersion ?? '',
    installation_version_parts: versionParts(report.installationVersion),
    container: report.container ?? report.docker ?? null,
    scim: report.scim ?? null,
    is_managed: report.managedInstanceInformation?.isManaged ?? null,
    managed_provider: report.managedInstanceInformation?.provider ?? '',

    cloud_usage_reported: cloudUsage !== null && cloudUsage !== undefined,
    kubernetes: cloudUsage?.kubernetes ?? null,
    kubernetes_version: cloudUsage?.kubernetesVersion ?? '',
    kubernetes_version_parts: versionParts(cloudUsage?.kubernetesVersion),
    kubernetes_platform: cloudUsage?.kubernetesPlatform ?? '',
    kubernetes_provider: cloudUsage?.kubernetesProvider ?? '',
    helm_autoscaling: cloudUsage?.isHelmAutoscalingEnabled ?? null,
    openshift: cloudUsage?.isOnOpenshift ?? null,
    official_helm_chart: cloudUsage?.officialHelmChart ?? '',
    official_helm_chart_parts: versionParts(cloudUsage?.officialHelmChart),
    container_runtime: cloudUsage?.containerRuntime ?? '',
    official_image: cloudUsage?.officialImage ?? null,

    ncd_id: report.ncdId ?? null,
    default_quality_gate: report.defaultQualityGate ?? '',
    sonarway_quality_gate: report.sonarway_quality_gate_uuid ?? '',
    custom_security_config: report.customSecurityConfig ?? [],
    has_unanalyzed_c: report.hasUnanalyzedC ?? null,
    has_unanalyzed_cpp: report.hasUnanalyzedCpp ?? null,
    using_branches: report.usingBranches ?? null,

    plugins_count: report.plugins?.length ?? null,
    users_count: users?.length ?? report.userCount ?? null,
    active_users_count: countWhere(users, ({ status }) => status === 'active'),
    managed_users_count: countWhere(users, ({ managed }) => managed === true),
    sonarlint_users_count: countWhere(users, ({ lastSonarlintActivity }) => typeof lastSonarlintActivity === 'string'),
    projects_count: distinctProjects(report),
    project_languages_count: projects?.length ?? null,
    lines_of_code: total(projects, ({ loc }) => loc) ?? report.ncloc ?? null,
    projects_by_language: projects
      ? byLanguage(projects, () => 1)
      : byLanguage(report.projectCountByLanguage, ({ count }) => count),
    lines_of_code_by_language: projects
      ? byLanguage(projects, ({ loc }) => loc)
      : byLanguage(report.nclocByLanguage, ({ ncloc }) => ncloc),

    project_stats_count: stats?.length ?? null,
    project_branches_total: total(stats, ({ branchCount }) => branchCount),
    pull_requests_total: total(stats, ({ pullRequestCount }) => pullRequestCount),
    bugs_total: total(stats, ({ bugs }) => bugs),
    vulnerabilities_total: total(stats, ({ vulnerabilities }) => vulnerabilities),
    security_hotspots_total: total(stats, ({ securityHotspots }) => securityHotspots),
    technical_debt_total: total(stats, ({ technicalDebt }) => technicalDebt),
    development_cost_total: total(stats, ({ developmentCost }) => developmentCost),

    branches_count: branches?.length ?? null,
    green_quality_gates_total: total(branches, ({ greenQualityGateCount }) => greenQualityGateCount),
    branch_analyses_total: total(branches, ({ analysisCount }) => analysisCount),
    branches_excluded_from_purge_count: countWhere(branches, ({ excludeFromPurge }) => excludeFromPurge === true),
    new_code_definitions_count: report['new-code-definitions']?.length ?? null,
    quality_gates_count: report['quality-gates']?.length ?? null,
    quality_profiles_count: profiles?.length ?? null,
    custom_quality_profiles_count: countWhere(profiles, ({ builtIn }) => builtIn === false),
    rules_overridden_total: total(profiles, ({ rulesOverriddenCount }) => rulesOverriddenCount),
    rules_activated_total: total(profiles, ({ rulesActivatedCount }) => rulesActivatedCount),
    rules_deactivated_total: total(profiles, ({ rulesDeactivatedCount }) => rulesDeactivatedCount),
  };
};
