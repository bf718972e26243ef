import { column, table } from '../../pack/table.ts';

const id = (of: string) => column('String', `${of}; empty when not sent`);
const word = (of: string) => column('LowCardinality(String)', `${of}; empty when not sent`);
const parts = (of: string) => column('Array(UInt32)', `Leading numbers of ${of}, comparable: [10, 7, 0, 96327]`);
const flag = (question: string) => column('Nullable(Bool)', `${question}; null when not sent`);
const count = (of: string) => column('Nullable(UInt64)', `${of}; null when not sent`);
const statsTotal = (of: string) =>
  column('Nullable(UInt64)', `${of}, sum over projects-general-stats; null when not sent`);
const profilesTotal = (of: string) =>
  column('Nullable(UInt64)', `${of}, sum over quality profiles; null when not sent`);

/** One row per report: what the server says of itself, and counts and totals of all its arrays. */
export const reportTable = table('One row per report of a SonarQube server', {
  version: column('LowCardinality(String)', 'Version of SonarQube as sent'),
  version_parts: parts('version'),
  message_sequence_number: count('Number of the report, from 1; the same again when a report is sent anew'),
  local_timestamp: column(
    'Nullable(DateTime64(3))',
    "Time of the report on the server's clock, UTC; null when not sent",
  ),
  edition: word('Edition: community, developer, enterprise, datacenter'),
  license_type: word('Kind of licence; commercial editions only'),
  is_valid_license: flag('Whether the licence is valid; commercial editions only'),
  database_name: word('Database system, such as PostgreSQL'),
  database_version: word('Version of the database system, scrubbed free text'),
  database_version_parts: parts('database_version'),

  installation_date: column('Nullable(DateTime64(3))', 'When SonarQube was installed, UTC; null when not sent'),
  installation_age_days: column(
    'Nullable(UInt64)',
    'Whole days from installation_date to local_timestamp; null when either was not sent or they are reversed',
  ),
  installation_version: word('Version that was installed first'),
  installation_version_parts: parts('installation_version'),
  container: flag('Whether SonarQube runs in a container (9.9 and older servers call it docker)'),
  scim: flag('Whether SCIM provisioning is on; 9.9 only'),
  is_managed: flag('Whether users and groups are managed outside of SonarQube'),
  managed_provider: word('System that manages users and groups'),

  cloud_usage_reported: column('Bool', 'Whether the server said anything about its cloud usage'),
  kubernetes: flag('Whether SonarQube runs on Kubernetes'),
  kubernetes_version: word('Version of Kubernetes'),
  kubernetes_version_parts: parts('kubernetes_version'),
  kubernetes_platform: word('System and processor of the cluster, such as linux/arm64'),
  kubernetes_provider: word('Kernel release of the host, sent without Kubernetes too, scrubbed free text'),
  helm_autoscaling: flag("Whether the Helm chart's autoscaling is on"),
  openshift: flag('Whether SonarQube runs on OpenShift'),
  official_helm_chart: word('Version of the official Helm chart'),
  official_helm_chart_parts: parts('official_helm_chart'),
  container_runtime: word('Container runtime, such as docker'),
  official_image: flag('Whether the image is the official one'),

  ncd_id: column(
    'Nullable(Int64)',
    'New code definition of the instance, a signed hash: see sonarqube_new_code_definitions; null when not sent',
  ),
  default_quality_gate: id('Quality gate that is the default'),
  sonarway_quality_gate: id('Quality gate that is built in (Sonar way)'),
  custom_security_config: column('Array(LowCardinality(String))', 'Customized security rules; empty when none'),
  has_unanalyzed_c: flag('Whether projects hold C files that are not analyzed'),
  has_unanalyzed_cpp: flag('Whether projects hold C++ files that are not analyzed'),
  using_branches: flag('Whether any project uses branches; 8.x only'),

  plugins_count: count('Installed plugins'),
  users_count: count('Users, inactive ones too: elements of users, or what an 8.x server counted'),
  active_users_count: count('Users whose status is active'),
  managed_users_count: count('Users provisioned from outside'),
  sonarlint_users_count: count('Users that ever connected an IDE'),
  projects_count: count('Different projects of projects, or what an 8.x server counted'),
  project_languages_count: count('Elements of projects: pairs of project and language'),
  lines_of_code: count('Lines of code of all projects and languages, or what an 8.x server counted'),
  projects_by_language: column(
    'Map(LowCardinality(String), UInt64)',
    'Projects by language, of projects or as an 8.x server counted them; empty when not sent',
  ),
  lines_of_code_by_language: column(
    'Map(LowCardinality(String), UInt64)',
    'Lines of code by language, of projects or as an 8.x server counted them; empty when not sent',
  ),

  project_stats_count: count('Elements of projects-general-stats: projects, analyzed or not'),
  project_branches_total: statsTotal('Branches'),
  pull_requests_total: statsTotal('Pull requests'),
  bugs_total: statsTotal('Bugs'),
  vulnerabilities_total: statsTotal('Vulnerabilities'),
  security_hotspots_total: statsTotal('Security hotspots'),
  technical_debt_total: statsTotal('Technical debt in minutes'),
  development_cost_total: statsTotal('Estimated cost of writing the code in minutes'),

  branches_count: count('Elements of branches'),
  green_quality_gates_total: count('Analyses that passed their quality gate, sum over branches'),
  branch_analyses_total: count('Analyses, sum over branches'),
  branches_excluded_from_purge_count: count('Branches kept when inactive'),
  new_code_definitions_count: count('New code definitions in use'),
  quality_gates_count: count('Quality gates'),
  quality_profiles_count: count('Quality profiles, built-in ones too'),
  custom_quality_profiles_count: count('Quality profiles that are not built in'),
  rules_overridden_total: profilesTotal('Rules that differ from the parent profile'),
  rules_activated_total: profilesTotal('Rules activated on top of the parent profile'),
  rules_deactivated_total: profilesTotal('Rules of the parent profile that are switched off'),
});
