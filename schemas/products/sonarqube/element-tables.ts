import { column, table } from '../../pack/table.ts';

/** Indexes rise by one from row to row. */
const index = (of: string) => column('UInt32', `Index in ${of} of the report, from 0`, 'Delta(4), ZSTD(1)');
const id = (of: string) => column('String', `${of}, a technical id`);
const reference = (to: string) => column('String', `${to}, a technical id; empty when not sent`);
const word = (of: string) => column('LowCardinality(String)', `${of}; empty when not sent`);
const flag = (question: string) => column('Nullable(Bool)', `${question}; null when not sent`);
const count = (of: string) => column('Nullable(UInt64)', `${of}; null when not sent`);
const time = (of: string) => column('Nullable(DateTime64(3))', `${of}, UTC; null when never or not sent`);
const ncdId = column(
  'Nullable(Int64)',
  'New code definition that applies, a signed hash: see sonarqube_new_code_definitions; null when not sent',
);

/** Installed plugins. */
export const pluginTable = table(
  'One row per installed plugin of a report',
  {
    plugin_index: index('plugins'),
    name: column('LowCardinality(String)', 'Key of the plugin, such as java'),
    version: word('Version of the plugin'),
    version_parts: column('Array(UInt32)', 'Leading numbers of version, comparable'),
  },
  ['plugin_index'],
);

/** Users of the instance. */
export const userTable = table(
  'One row per user of a report',
  {
    user_index: index('users'),
    user_uuid: id('Hash of the user (SHA3-224)'),
    status: word('active or inactive'),
    identity_provider: word('Identity provider, scrubbed free text'),
    last_activity: time('Last activity'),
    last_sonarlint_activity: time('Last activity of a connected IDE'),
    managed: flag('Whether the user was provisioned from outside'),
  },
  ['user_index'],
);

/** Languages of projects. */
export const projectTable = table(
  'One row per project and language of a report',
  {
    project_index: index('projects'),
    project_uuid: id('Project'),
    language: word('Language'),
    lines_of_code: count('Lines of code in the language'),
    last_analysis: time('Last analysis of the project'),
    quality_profile: reference('Quality profile'),
  },
  ['project_index'],
);

/** Settings and measures of projects. */
export const projectStatsTable = table(
  'One row per project of a report: its settings and measures',
  {
    project_index: index('projects-general-stats'),
    project_uuid: id('Project'),
    branches_count: count('Branches'),
    pull_requests_count: count('Pull requests'),
    quality_gate: reference('Quality gate'),
    scm: word('Version control system, or undetected'),
    ci: word('CI system, or undetected'),
    devops_platform: word('DevOps platform, such as github_cloud, or undetected'),
    ncd_id: ncdId,
    creation_method: word('How the project was created, such as LOCAL_API'),
    monorepo: flag('Whether the project is part of a monorepo'),
    ai_code_assured: flag('Whether AI code assurance is on'),
    bugs: count('Bugs'),
    vulnerabilities: count('Vulnerabilities'),
    security_hotspots: count('Security hotspots'),
    technical_debt: count('Technical debt in minutes'),
    development_cost: count('Estimated cost of writing the code in minutes'),
    security_report_exported_at: time('Last export of an external security report'),
  },
  ['project_index'],
);

/** Branches of projects. */
export const branchTable = table(
  'One row per branch of a report',
  {
    branch_index: index('branches'),
    project_uuid: reference('Project'),
    branch_uuid: id('Branch'),
    ncd_id: ncdId,
    green_quality_gates_count: count('Analyses that passed the quality gate'),
    analyses_count: count('Analyses'),
    excluded_from_purge: flag('Whether the branch is kept when inactive'),
  },
  ['branch_index'],
);

/** Definitions of new code. */
export const newCodeDefinitionTable = table(
  'One row per new code definition of a report',
  {
    definition_index: index('new-code-definitions'),
    ncd_id: column('Nullable(Int64)', 'Signed hash that projects and branches refer to; null when not sent'),
    type: word('Kind, such as NUMBER_OF_DAYS or PREVIOUS_VERSION'),
    value: column('String', 'Value, such as the number of days, scrubbed free text; empty when the kind has none'),
    scope: word('Where it is set: instance, project, branch'),
  },
  ['definition_index'],
);

/** Quality gates. */
export const qualityGateTable = table(
  'One row per quality gate of a report',
  {
    gate_index: index('quality-gates'),
    gate_uuid: id('Quality gate'),
    cayc_status: word('Clean as You Code: over-compliant, compliant, non-compliant'),
    aica_qualified: flag('Whether the gate qualifies for AI code assurance'),
    conditions_count: count('Conditions'),
    condition_metrics: column('Array(String)', 'Metrics of the conditions; empty when not sent'),
    condition_operators: column('Array(String)', 'Operators of the conditions, such as GT; same order as the metrics'),
    condition_error_values: column('Array(String)', 'Thresholds of the conditions; same order as the metrics'),
  },
  ['gate_index'],
);

/** Quality profiles. */
export const qualityProfileTable = table(
  'One row per quality profile of a report',
  {
    profile_index: index('quality-profiles'),
    profile_uuid: reference('Quality profile'),
    parent_uuid: reference('Quality profile that it inherits from'),
    language: word('Language'),
    is_default: flag('Whether it is the default of its language'),
    built_in: flag('Whether it is built in'),
    built_in_parent: flag('Whether it extends a built-in one'),
    rules_overridden_count: count('Rules that differ from the parent'),
    rules_activated_count: count('Rules activated on top of the parent'),
    rules_deactivated_count: count('Rules of the parent that are switched off'),
  },
  ['profile_index'],
);
