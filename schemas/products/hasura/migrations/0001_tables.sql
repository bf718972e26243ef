CREATE TABLE IF NOT EXISTS candor.hasura_server_reports
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
    topic LowCardinality(String) COMMENT 'Topic that the client put on the report; empty when it put none' CODEC(ZSTD(1)),
    development_build Bool COMMENT 'Whether the topic is one of development builds, such as server_test' CODEC(ZSTD(1)),
    format LowCardinality(String) COMMENT 'v1: whole server, until mid-2022; v2: one data source; resources: CPU and memory only, without any id' CODEC(ZSTD(1)),
    sample_id Nullable(Int64) COMMENT 'Row number of a sample as in the documentation; null from real servers' CODEC(ZSTD(1)),
    sample_time Nullable(DateTime64(3, 'UTC')) COMMENT 'Time in a sample as in the documentation; null from real servers' CODEC(Delta(8), ZSTD(1)),
    instance_uid String COMMENT 'Random id of the running instance, new at each start; empty when not sent' CODEC(ZSTD(1)),
    hasura_version LowCardinality(String) COMMENT 'Version of the server as sent; empty when not sent' CODEC(ZSTD(1)),
    hasura_version_parts Array(UInt32) COMMENT 'Leading numbers of hasura_version, comparable: [2, 48, 0]' CODEC(ZSTD(1)),
    ci LowCardinality(Nullable(String)) COMMENT 'Vendor of the continuous integration it runs in; null when in none' CODEC(ZSTD(1)),
    ci_reported Bool COMMENT 'Whether the server said anything about continuous integration, even that it runs in none' CODEC(ZSTD(1)),
    source_db_uid Nullable(String) COMMENT 'Random id of the database of a v2 source; null but for the default source' CODEC(ZSTD(1)),
    backend_type LowCardinality(Nullable(String)) COMMENT 'Kind of database of a v2 source; null before April 2023' CODEC(ZSTD(1)),
    db_kind LowCardinality(Nullable(String)) COMMENT 'Kind of database of a v2 source, or name of its data connector, scrubbed free text; null when not sent' CODEC(ZSTD(1)),
    db_version Nullable(String) COMMENT 'Version of the database of a v2 source, scrubbed free text; null when unknown' CODEC(ZSTD(1)),
    db_version_parts Array(UInt32) COMMENT 'Leading numbers of db_version, comparable; PostgreSQL 14.6 is [140006]' CODEC(ZSTD(1)),
    pg_version Nullable(Int64) COMMENT 'Version number of PostgreSQL in v1, such as 130004; null when not sent' CODEC(ZSTD(1)),
    postgres_major Nullable(UInt64) COMMENT 'Major version of PostgreSQL, of v1 or v2; null for other databases' CODEC(ZSTD(1)),
    experimental_features Array(LowCardinality(String)) COMMENT 'Experimental features that are switched on, in alphabetical order; empty before December 2022' CODEC(ZSTD(1)),
    tables Nullable(UInt64) COMMENT 'Tracked tables; null when not sent' CODEC(ZSTD(1)),
    views Nullable(UInt64) COMMENT 'Tracked views; null when not sent' CODEC(ZSTD(1)),
    enum_tables Nullable(UInt64) COMMENT 'Tracked tables that are enumerations; null before August 2019' CODEC(ZSTD(1)),
    event_triggers Nullable(UInt64) COMMENT 'Event triggers; null when not sent' CODEC(ZSTD(1)),
    functions Nullable(UInt64) COMMENT 'Tracked SQL functions; null before January 2019' CODEC(ZSTD(1)),
    relationships_manual Nullable(UInt64) COMMENT 'Relationships made by hand; null when not sent' CODEC(ZSTD(1)),
    relationships_auto Nullable(UInt64) COMMENT 'Relationships from foreign keys; null when not sent' CODEC(ZSTD(1)),
    permissions_select Nullable(UInt64) COMMENT 'Select permissions; null when not sent' CODEC(ZSTD(1)),
    permissions_insert Nullable(UInt64) COMMENT 'Insert permissions; null when not sent' CODEC(ZSTD(1)),
    permissions_update Nullable(UInt64) COMMENT 'Update permissions; null when not sent' CODEC(ZSTD(1)),
    permissions_delete Nullable(UInt64) COMMENT 'Delete permissions; null when not sent' CODEC(ZSTD(1)),
    roles Nullable(UInt64) COMMENT 'Roles that have permissions; null when not sent' CODEC(ZSTD(1)),
    remote_schemas Nullable(UInt64) COMMENT 'Remote schemas; null for all sources but the default one, whose report counts those of the server' CODEC(ZSTD(1)),
    actions_synchronous Nullable(UInt64) COMMENT 'Synchronous actions; null when not sent' CODEC(ZSTD(1)),
    actions_asynchronous Nullable(UInt64) COMMENT 'Asynchronous actions; null when not sent' CODEC(ZSTD(1)),
    query_actions Nullable(UInt64) COMMENT 'Actions of type query; null when not sent' CODEC(ZSTD(1)),
    type_relationships Nullable(UInt64) COMMENT 'Relationships of custom types; null when not sent' CODEC(ZSTD(1)),
    custom_types Nullable(UInt64) COMMENT 'Custom types; null when not sent' CODEC(ZSTD(1)),
    native_queries_with_parameters Nullable(UInt64) COMMENT 'Native queries with parameters; null before 2023' CODEC(ZSTD(1)),
    native_queries_without_parameters Nullable(UInt64) COMMENT 'Native queries without parameters; null before 2023' CODEC(ZSTD(1)),
    stored_procedures_with_parameters Nullable(UInt64) COMMENT 'Stored procedures with parameters; null before 2023' CODEC(ZSTD(1)),
    stored_procedures_without_parameters Nullable(UInt64) COMMENT 'Stored procedures without parameters; null before 2023' CODEC(ZSTD(1)),
    logical_models Nullable(UInt64) COMMENT 'Logical models; null before 2023' CODEC(ZSTD(1)),
    timings_since Nullable(DateTime64(3, 'UTC')) COMMENT 'When the instance began to count requests, UTC: later samples with the same time replace earlier ones; null without timings' CODEC(Delta(8), ZSTD(1)),
    requests Nullable(UInt64) COMMENT 'Requests since timings_since; null when the report has no timings' CODEC(ZSTD(1)),
    requests_by_service Map(LowCardinality(String), UInt64) COMMENT 'Requests since timings_since by query type/locality/transport/bucket, such as Query/Local/HTTP/0.05; bucket: lower bound of the response time in seconds; early versions add /cache hit' CODEC(ZSTD(1)),
    service_time_us Map(LowCardinality(String), UInt64) COMMENT 'Time spent on the requests of requests_by_service since timings_since, in microseconds' CODEC(ZSTD(1)),
    io_time_us Map(LowCardinality(String), UInt64) COMMENT 'Part of service_time_us spent waiting for databases and remote schemas, in microseconds' CODEC(ZSTD(1)),
    resource_cpu Nullable(UInt64) COMMENT 'Processing power in 1/1024 of a core; null when unknown or not sent' CODEC(ZSTD(1)),
    resource_memory Nullable(UInt64) COMMENT 'Memory in bytes; null when unknown or not sent, 2^53 - 2 when unlimited' CODEC(ZSTD(1)),
    resource_checker_error_code LowCardinality(Nullable(String)) COMMENT 'Why resources are unknown, scrubbed free text; null when they are known or not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per report of a Hasura server: about a whole server (v1), one of its data sources (v2) or its resources';

CREATE TABLE IF NOT EXISTS candor.hasura_enterprise_reports
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
    topic LowCardinality(String) COMMENT 'Topic that the client put on the report; empty when it put none' CODEC(ZSTD(1)),
    development_build Bool COMMENT 'Whether the topic is one of development builds, such as server_test' CODEC(ZSTD(1)),
    license_jti String COMMENT 'Random id of the licence; empty when not sent' CODEC(ZSTD(1)),
    client_id Nullable(String) COMMENT 'Random id of the client; null when it has none' CODEC(ZSTD(1)),
    instance_uid String COMMENT 'Random id of the running instance, new at each start; empty when not sent' CODEC(ZSTD(1)),
    sample_uid String COMMENT 'Random id that the reports of one sampling share; empty when not sent' CODEC(ZSTD(1)),
    hasura_version LowCardinality(String) COMMENT 'Version of the server as sent; empty when not sent' CODEC(ZSTD(1)),
    hasura_version_parts Array(UInt32) COMMENT 'Leading numbers of hasura_version, comparable: [2, 48, 0]' CODEC(ZSTD(1)),
    shape LowCardinality(String) COMMENT 'What the report is about: server (settings of the server), source (of one data source), metrics (labelled metrics) or none' CODEC(ZSTD(1)),
    backend_type LowCardinality(Nullable(String)) COMMENT 'Kind of database of a data source; null for other shapes' CODEC(ZSTD(1)),
    setting_count UInt64 COMMENT 'Rows that the report has in hasura_enterprise_settings' CODEC(ZSTD(1)),
    sample_count UInt64 COMMENT 'Rows that the report has in hasura_enterprise_metrics' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per report of a Hasura Enterprise Edition server';

CREATE TABLE IF NOT EXISTS candor.hasura_enterprise_settings
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
    setting_index UInt32 COMMENT 'Number of the setting within its report, from 0' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Name of the setting, such as api_limits_enabled' CODEC(ZSTD(1)),
    value_type LowCardinality(String) COMMENT 'Which column has the value: bool, number, string, or null for none' CODEC(ZSTD(1)),
    value_bool Nullable(Bool) COMMENT 'Value of a switch; null for other types' CODEC(ZSTD(1)),
    value_number Nullable(Float64) COMMENT 'Value of a count; null for other types' CODEC(ZSTD(1)),
    value_string Nullable(String) COMMENT 'Value of a text; null for other types' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, setting_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per setting or count of a Hasura Enterprise Edition server or of one of its data sources';

CREATE TABLE IF NOT EXISTS candor.hasura_enterprise_metrics
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
    metric_index UInt32 COMMENT 'Number of the value within its report, from 0' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Name of the metric, such as hasura_graphql_requests_total' CODEC(ZSTD(1)),
    labels Map(String, String) COMMENT 'Labels that tell the values of one metric apart, scrubbed free text' CODEC(ZSTD(1)),
    value Float64 COMMENT 'Value; a metric named …_total counts since the start of the instance' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, metric_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per value of a labelled metric of a Hasura Enterprise Edition server';

CREATE TABLE IF NOT EXISTS candor.hasura_console_errors
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
    topic LowCardinality(String) COMMENT 'Topic that the client put on the report; empty when it put none' CODEC(ZSTD(1)),
    development_build Bool COMMENT 'Whether the topic is one of development builds, such as server_test' CODEC(ZSTD(1)),
    server_version LowCardinality(String) COMMENT 'Version of the server it shows as sent; empty when not sent' CODEC(ZSTD(1)),
    server_version_parts Array(UInt32) COMMENT 'Leading numbers of server_version, comparable: [2, 48, 0]' CODEC(ZSTD(1)),
    event_type LowCardinality(String) COMMENT 'Type of the event, such as Main/RUN_TIME_ERROR or CONNECT_DB' CODEC(ZSTD(1)),
    is_error Bool COMMENT 'Whether the event is an error at run time' CODEC(ZSTD(1)),
    url String COMMENT 'Route without the names of tables and the like, scrubbed free text; empty when not sent' CODEC(ZSTD(1)),
    console_mode LowCardinality(String) COMMENT 'Who serves the console: server or cli; empty when not sent' CODEC(ZSTD(1)),
    console_type LowCardinality(String) COMMENT 'Edition: oss, pro, pro-lite or cloud; empty before November 2022' CODEC(ZSTD(1)),
    cli_uuid String COMMENT 'Random id of the command line that serves it; empty when a server does' CODEC(ZSTD(1)),
    server_uuid String COMMENT 'Random id of the server it shows; empty when unknown' CODEC(ZSTD(1)),
    message Nullable(String) COMMENT 'Message of an error, scrubbed free text; null when not sent' CODEC(ZSTD(1)),
    stack Nullable(String) COMMENT 'Stack of an error, scrubbed free text, a line per frame; null when not sent' CODEC(ZSTD(1)),
    db_kind LowCardinality(Nullable(String)) COMMENT 'Kind of the database that was connected, scrubbed free text; null for other events' CODEC(ZSTD(1)),
    entity_count Nullable(UInt64) COMMENT 'Entities of the database that was connected; null when not sent' CODEC(ZSTD(1)),
    entity_hash Nullable(String) COMMENT 'Hash of the entities of the database that was connected; null when not sent' CODEC(ZSTD(1)),
    feature_flag LowCardinality(Nullable(String)) COMMENT 'Name of the feature flag that was set; null for other events' CODEC(ZSTD(1)),
    feature_enabled Nullable(Bool) COMMENT 'What the feature flag was set to; null for other events' CODEC(ZSTD(1)),
    element_id Nullable(String) COMMENT 'Element that was clicked or changed, scrubbed free text; null for other events' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 180 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per event of a Hasura console: errors, and what else it records';

CREATE TABLE IF NOT EXISTS candor.hasura_cli_events
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
    topic LowCardinality(String) COMMENT 'Topic that the client put on the report; empty when it put none' CODEC(ZSTD(1)),
    development_build Bool COMMENT 'Whether the topic is one of development builds, such as server_test' CODEC(ZSTD(1)),
    sample_id Nullable(Int64) COMMENT 'Row number of a sample as in the documentation; null from real clients' CODEC(ZSTD(1)),
    sample_time Nullable(DateTime64(3, 'UTC')) COMMENT 'Time in a sample as in the documentation; null from real clients' CODEC(Delta(8), ZSTD(1)),
    execution_id String COMMENT 'Random id of the execution; empty when not sent' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Version of the command line as sent; empty when not sent' CODEC(ZSTD(1)),
    version_parts Array(UInt32) COMMENT 'Leading numbers of version, comparable: [2, 48, 0]' CODEC(ZSTD(1)),
    command LowCardinality(String) COMMENT 'Words of the command without its flags, such as hasura metadata apply' CODEC(ZSTD(1)),
    is_error Nullable(Bool) COMMENT 'Whether the command failed; null when not sent' CODEC(ZSTD(1)),
    os_platform LowCardinality(String) COMMENT 'Operating system as sent, such as darwin; empty when not sent' CODEC(ZSTD(1)),
    os_family LowCardinality(String) COMMENT 'linux, macos, windows, bsd or other; empty when unknown' CODEC(ZSTD(1)),
    os_arch LowCardinality(String) COMMENT 'Processor architecture, such as amd64; empty when not sent' CODEC(ZSTD(1)),
    server_uuid String COMMENT 'Random id of the server it talked to; empty when it talked to none' CODEC(ZSTD(1)),
    server_version LowCardinality(String) COMMENT 'Version of the server it talked to; empty when it talked to none' CODEC(ZSTD(1)),
    server_version_parts Array(UInt32) COMMENT 'Leading numbers of server_version, comparable' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per execution of the Hasura command line';
