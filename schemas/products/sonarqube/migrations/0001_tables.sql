CREATE TABLE IF NOT EXISTS candor.sonarqube_reports
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    version LowCardinality(String) COMMENT 'Version of SonarQube as sent' CODEC(ZSTD(1)),
    version_parts Array(UInt32) COMMENT 'Leading numbers of version, comparable: [10, 7, 0, 96327]' CODEC(ZSTD(1)),
    message_sequence_number Nullable(UInt64) COMMENT 'Number of the report, from 1; the same again when a report is sent anew; null when not sent' CODEC(ZSTD(1)),
    local_timestamp Nullable(DateTime64(3, 'UTC')) COMMENT 'Time of the report on the server\'s clock, UTC; null when not sent' CODEC(Delta(8), ZSTD(1)),
    edition LowCardinality(String) COMMENT 'Edition: community, developer, enterprise, datacenter; empty when not sent' CODEC(ZSTD(1)),
    license_type LowCardinality(String) COMMENT 'Kind of licence; commercial editions only; empty when not sent' CODEC(ZSTD(1)),
    is_valid_license Nullable(Bool) COMMENT 'Whether the licence is valid; commercial editions only; null when not sent' CODEC(ZSTD(1)),
    database_name LowCardinality(String) COMMENT 'Database system, such as PostgreSQL; empty when not sent' CODEC(ZSTD(1)),
    database_version LowCardinality(String) COMMENT 'Version of the database system, scrubbed free text; empty when not sent' CODEC(ZSTD(1)),
    database_version_parts Array(UInt32) COMMENT 'Leading numbers of database_version, comparable: [10, 7, 0, 96327]' CODEC(ZSTD(1)),
    installation_date Nullable(DateTime64(3, 'UTC')) COMMENT 'When SonarQube was installed, UTC; null when not sent' CODEC(Delta(8), ZSTD(1)),
    installation_age_days Nullable(UInt64) COMMENT 'Whole days from installation_date to local_timestamp; null when either was not sent or they are reversed' CODEC(ZSTD(1)),
    installation_version LowCardinality(String) COMMENT 'Version that was installed first; empty when not sent' CODEC(ZSTD(1)),
    installation_version_parts Array(UInt32) COMMENT 'Leading numbers of installation_version, comparable: [10, 7, 0, 96327]' CODEC(ZSTD(1)),
    container Nullable(Bool) COMMENT 'Whether SonarQube runs in a container (9.9 and older servers call it docker); null when not sent' CODEC(ZSTD(1)),
    scim Nullable(Bool) COMMENT 'Whether SCIM provisioning is on; 9.9 only; null when not sent' CODEC(ZSTD(1)),
    is_managed Nullable(Bool) COMMENT 'Whether users and groups are managed outside of SonarQube; null when not sent' CODEC(ZSTD(1)),
    managed_provider LowCardinality(String) COMMENT 'System that manages users and groups; empty when not sent' CODEC(ZSTD(1)),
    cloud_usage_reported Bool COMMENT 'Whether the server said anything about its cloud usage' CODEC(ZSTD(1)),
    kubernetes Nullable(Bool) COMMENT 'Whether SonarQube runs on Kubernetes; null when not sent' CODEC(ZSTD(1)),
    kubernetes_version LowCardinality(String) COMMENT 'Version of Kubernetes; empty when not sent' CODEC(ZSTD(1)),
    kubernetes_version_parts Array(UInt32) COMMENT 'Leading numbers of kubernetes_version, comparable: [10, 7, 0, 96327]' CODEC(ZSTD(1)),
    kubernetes_platform LowCardinality(String) COMMENT 'System and processor of the cluster, such as linux/arm64; empty when not sent' CODEC(ZSTD(1)),
    kubernetes_provider LowCardinality(String) COMMENT 'Kernel release of the host, sent without Kubernetes too, scrubbed free text; empty when not sent' CODEC(ZSTD(1)),
    helm_autoscaling Nullable(Bool) COMMENT 'Whether the Helm chart\'s autoscaling is on; null when not sent' CODEC(ZSTD(1)),
    openshift Nullable(Bool) COMMENT 'Whether SonarQube runs on OpenShift; null when not sent' CODEC(ZSTD(1)),
    official_helm_chart LowCardinality(String) COMMENT 'Version of the official Helm chart; empty when not sent' CODEC(ZSTD(1)),
    official_helm_chart_parts Array(UInt32) COMMENT 'Leading numbers of official_helm_chart, comparable: [10, 7, 0, 96327]' CODEC(ZSTD(1)),
    container_runtime LowCardinality(String) COMMENT 'Container runtime, such as docker; empty when not sent' CODEC(ZSTD(1)),
    official_image Nullable(Bool) COMMENT 'Whether the image is the official one; null when not sent' CODEC(ZSTD(1)),
    ncd_id Nullable(Int64) COMMENT 'New code definition of the instance, a signed hash: see sonarqube_new_code_definitions; null when not sent' CODEC(ZSTD(1)),
    default_quality_gate String COMMENT 'Quality gate that is the default; empty when not sent' CODEC(ZSTD(1)),
    sonarway_quality_gate String COMMENT 'Quality gate that is built in (Sonar way); empty when not sent' CODEC(ZSTD(1)),
    custom_security_config Array(LowCardinality(String)) COMMENT 'Customized security rules; empty when none' CODEC(ZSTD(1)),
    has_unanalyzed_c Nullable(Bool) COMMENT 'Whether projects hold C files that are not analyzed; null when not sent' CODEC(ZSTD(1)),
    has_unanalyzed_cpp Nullable(Bool) COMMENT 'Whether projects hold C++ files that are not analyzed; null when not sent' CODEC(ZSTD(1)),
    using_branches Nullable(Bool) COMMENT 'Whether any project uses branches; 8.x only; null when not sent' CODEC(ZSTD(1)),
    plugins_count Nullable(UInt64) COMMENT 'Installed plugins; null when not sent' CODEC(ZSTD(1)),
    users_count Nullable(UInt64) COMMENT 'Users, inactive ones too: elements of users, or what an 8.x server counted; null when not sent' CODEC(ZSTD(1)),
    active_users_count Nullable(UInt64) COMMENT 'Users whose status is active; null when not sent' CODEC(ZSTD(1)),
    managed_users_count Nullable(UInt64) COMMENT 'Users provisioned from outside; null when not sent' CODEC(ZSTD(1)),
    sonarlint_users_count Nullable(UInt64) COMMENT 'Users that ever connected an IDE; null when not sent' CODEC(ZSTD(1)),
    projects_count Nullable(UInt64) COMMENT 'Different projects of projects, or what an 8.x server counted; null when not sent' CODEC(ZSTD(1)),
    project_languages_count Nullable(UInt64) COMMENT 'Elements of projects: pairs of project and language; null when not sent' CODEC(ZSTD(1)),
    lines_of_code Nullable(UInt64) COMMENT 'Lines of code of all projects and languages, or what an 8.x server counted; null when not sent' CODEC(ZSTD(1)),
    projects_by_language Map(LowCardinality(String), UInt64) COMMENT 'Projects by language, of projects or as an 8.x server counted them; empty when not sent' CODEC(ZSTD(1)),
    lines_of_code_by_language Map(LowCardinality(String), UInt64) COMMENT 'Lines of code by language, of projects or as an 8.x server counted them; empty when not sent' CODEC(ZSTD(1)),
    project_stats_count Nullable(UInt64) COMMENT 'Elements of projects-general-stats: projects, analyzed or not; null when not sent' CODEC(ZSTD(1)),
    project_branches_total Nullable(UInt64) COMMENT 'Branches, sum over projects-general-stats; null when not sent' CODEC(ZSTD(1)),
    pull_requests_total Nullable(UInt64) COMMENT 'Pull requests, sum over projects-general-stats; null when not sent' CODEC(ZSTD(1)),
    bugs_total Nullable(UInt64) COMMENT 'Bugs, sum over projects-general-stats; null when not sent' CODEC(ZSTD(1)),
    vulnerabilities_total Nullable(UInt64) COMMENT 'Vulnerabilities, sum over projects-general-stats; null when not sent' CODEC(ZSTD(1)),
    security_hotspots_total Nullable(UInt64) COMMENT 'Security hotspots, sum over projects-general-stats; null when not sent' CODEC(ZSTD(1)),
    technical_debt_total Nullable(UInt64) COMMENT 'Technical debt in minutes, sum over projects-general-stats; null when not sent' CODEC(ZSTD(1)),
    development_cost_total Nullable(UInt64) COMMENT 'Estimated cost of writing the code in minutes, sum over projects-general-stats; null when not sent' CODEC(ZSTD(1)),
    branches_count Nullable(UInt64) COMMENT 'Elements of branches; null when not sent' CODEC(ZSTD(1)),
    green_quality_gates_total Nullable(UInt64) COMMENT 'Analyses that passed their quality gate, sum over branches; null when not sent' CODEC(ZSTD(1)),
    branch_analyses_total Nullable(UInt64) COMMENT 'Analyses, sum over branches; null when not sent' CODEC(ZSTD(1)),
    branches_excluded_from_purge_count Nullable(UInt64) COMMENT 'Branches kept when inactive; null when not sent' CODEC(ZSTD(1)),
    new_code_definitions_count Nullable(UInt64) COMMENT 'New code definitions in use; null when not sent' CODEC(ZSTD(1)),
    quality_gates_count Nullable(UInt64) COMMENT 'Quality gates; null when not sent' CODEC(ZSTD(1)),
    quality_profiles_count Nullable(UInt64) COMMENT 'Quality profiles, built-in ones too; null when not sent' CODEC(ZSTD(1)),
    custom_quality_profiles_count Nullable(UInt64) COMMENT 'Quality profiles that are not built in; null when not sent' CODEC(ZSTD(1)),
    rules_overridden_total Nullable(UInt64) COMMENT 'Rules that differ from the parent profile, sum over quality profiles; null when not sent' CODEC(ZSTD(1)),
    rules_activated_total Nullable(UInt64) COMMENT 'Rules activated on top of the parent profile, sum over quality profiles; null when not sent' CODEC(ZSTD(1)),
    rules_deactivated_total Nullable(UInt64) COMMENT 'Rules of the parent profile that are switched off, sum over quality profiles; null when not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per report of a SonarQube server';

CREATE TABLE IF NOT EXISTS candor.sonarqube_plugins
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    plugin_index UInt32 COMMENT 'Index in plugins of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    name LowCardinality(String) COMMENT 'Key of the plugin, such as java' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Version of the plugin; empty when not sent' CODEC(ZSTD(1)),
    version_parts Array(UInt32) COMMENT 'Leading numbers of version, comparable' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, plugin_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per installed plugin of a report';

CREATE TABLE IF NOT EXISTS candor.sonarqube_users
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    user_index UInt32 COMMENT 'Index in users of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    user_uuid String COMMENT 'Hash of the user (SHA3-224), a technical id' CODEC(ZSTD(1)),
    status LowCardinality(String) COMMENT 'active or inactive; empty when not sent' CODEC(ZSTD(1)),
    identity_provider LowCardinality(String) COMMENT 'Identity provider, scrubbed free text; empty when not sent' CODEC(ZSTD(1)),
    last_activity Nullable(DateTime64(3, 'UTC')) COMMENT 'Last activity, UTC; null when never or not sent' CODEC(Delta(8), ZSTD(1)),
    last_sonarlint_activity Nullable(DateTime64(3, 'UTC')) COMMENT 'Last activity of a connected IDE, UTC; null when never or not sent' CODEC(Delta(8), ZSTD(1)),
    managed Nullable(Bool) COMMENT 'Whether the user was provisioned from outside; null when not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, user_index)
TTL toDateTime(received_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per user of a report';

CREATE TABLE IF NOT EXISTS candor.sonarqube_projects
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    project_index UInt32 COMMENT 'Index in projects of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    project_uuid String COMMENT 'Project, a technical id' CODEC(ZSTD(1)),
    language LowCardinality(String) COMMENT 'Language; empty when not sent' CODEC(ZSTD(1)),
    lines_of_code Nullable(UInt64) COMMENT 'Lines of code in the language; null when not sent' CODEC(ZSTD(1)),
    last_analysis Nullable(DateTime64(3, 'UTC')) COMMENT 'Last analysis of the project, UTC; null when never or not sent' CODEC(Delta(8), ZSTD(1)),
    quality_profile String COMMENT 'Quality profile, a technical id; empty when not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, project_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per project and language of a report';

CREATE TABLE IF NOT EXISTS candor.sonarqube_project_stats
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    project_index UInt32 COMMENT 'Index in projects-general-stats of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    project_uuid String COMMENT 'Project, a technical id' CODEC(ZSTD(1)),
    branches_count Nullable(UInt64) COMMENT 'Branches; null when not sent' CODEC(ZSTD(1)),
    pull_requests_count Nullable(UInt64) COMMENT 'Pull requests; null when not sent' CODEC(ZSTD(1)),
    quality_gate String COMMENT 'Quality gate, a technical id; empty when not sent' CODEC(ZSTD(1)),
    scm LowCardinality(String) COMMENT 'Version control system, or undetected; empty when not sent' CODEC(ZSTD(1)),
    ci LowCardinality(String) COMMENT 'CI system, or undetected; empty when not sent' CODEC(ZSTD(1)),
    devops_platform LowCardinality(String) COMMENT 'DevOps platform, such as github_cloud, or undetected; empty when not sent' CODEC(ZSTD(1)),
    ncd_id Nullable(Int64) COMMENT 'New code definition that applies, a signed hash: see sonarqube_new_code_definitions; null when not sent' CODEC(ZSTD(1)),
    creation_method LowCardinality(String) COMMENT 'How the project was created, such as LOCAL_API; empty when not sent' CODEC(ZSTD(1)),
    monorepo Nullable(Bool) COMMENT 'Whether the project is part of a monorepo; null when not sent' CODEC(ZSTD(1)),
    ai_code_assured Nullable(Bool) COMMENT 'Whether AI code assurance is on; null when not sent' CODEC(ZSTD(1)),
    bugs Nullable(UInt64) COMMENT 'Bugs; null when not sent' CODEC(ZSTD(1)),
    vulnerabilities Nullable(UInt64) COMMENT 'Vulnerabilities; null when not sent' CODEC(ZSTD(1)),
    security_hotspots Nullable(UInt64) COMMENT 'Security hotspots; null when not sent' CODEC(ZSTD(1)),
    technical_debt Nullable(UInt64) COMMENT 'Technical debt in minutes; null when not sent' CODEC(ZSTD(1)),
    development_cost Nullable(UInt64) COMMENT 'Estimated cost of writing the code in minutes; null when not sent' CODEC(ZSTD(1)),
    security_report_exported_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Last export of an external security report, UTC; null when never or not sent' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, project_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per project of a report: its settings and measures';

CREATE TABLE IF NOT EXISTS candor.sonarqube_branches
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    branch_index UInt32 COMMENT 'Index in branches of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    project_uuid String COMMENT 'Project, a technical id; empty when not sent' CODEC(ZSTD(1)),
    branch_uuid String COMMENT 'Branch, a technical id' CODEC(ZSTD(1)),
    ncd_id Nullable(Int64) COMMENT 'New code definition that applies, a signed hash: see sonarqube_new_code_definitions; null when not sent' CODEC(ZSTD(1)),
    green_quality_gates_count Nullable(UInt64) COMMENT 'Analyses that passed the quality gate; null when not sent' CODEC(ZSTD(1)),
    analyses_count Nullable(UInt64) COMMENT 'Analyses; null when not sent' CODEC(ZSTD(1)),
    excluded_from_purge Nullable(Bool) COMMENT 'Whether the branch is kept when inactive; null when not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, branch_index)
TTL toDateTime(received_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per branch of a report';

CREATE TABLE IF NOT EXISTS candor.sonarqube_new_code_definitions
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    definition_index UInt32 COMMENT 'Index in new-code-definitions of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    ncd_id Nullable(Int64) COMMENT 'Signed hash that projects and branches refer to; null when not sent' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Kind, such as NUMBER_OF_DAYS or PREVIOUS_VERSION; empty when not sent' CODEC(ZSTD(1)),
    value String COMMENT 'Value, such as the number of days, scrubbed free text; empty when the kind has none' CODEC(ZSTD(1)),
    scope LowCardinality(String) COMMENT 'Where it is set: instance, project, branch; empty when not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, definition_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per new code definition of a report';

CREATE TABLE IF NOT EXISTS candor.sonarqube_quality_gates
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    gate_index UInt32 COMMENT 'Index in quality-gates of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    gate_uuid String COMMENT 'Quality gate, a technical id' CODEC(ZSTD(1)),
    cayc_status LowCardinality(String) COMMENT 'Clean as You Code: over-compliant, compliant, non-compliant; empty when not sent' CODEC(ZSTD(1)),
    aica_qualified Nullable(Bool) COMMENT 'Whether the gate qualifies for AI code assurance; null when not sent' CODEC(ZSTD(1)),
    conditions_count Nullable(UInt64) COMMENT 'Conditions; null when not sent' CODEC(ZSTD(1)),
    condition_metrics Array(String) COMMENT 'Metrics of the conditions; empty when not sent' CODEC(ZSTD(1)),
    condition_operators Array(String) COMMENT 'Operators of the conditions, such as GT; same order as the metrics' CODEC(ZSTD(1)),
    condition_error_values Array(String) COMMENT 'Thresholds of the conditions; same order as the metrics' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, gate_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per quality gate of a report';
