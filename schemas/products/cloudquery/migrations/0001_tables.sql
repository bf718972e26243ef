CREATE TABLE IF NOT EXISTS candor.cloudquery_operations
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
    run_id String COMMENT 'Random id that the reports of one run share; empty when not sent' CODEC(ZSTD(1)),
    random_id_persisted Nullable(Bool) COMMENT 'Whether the id of the installation was read from its file' CODEC(ZSTD(1)),
    is_vendor_staff Bool COMMENT 'Whether the id of the installation is the one of CloudQuery\'s own staff' CODEC(ZSTD(1)),
    address_hash Nullable(String) COMMENT 'Keyed hash of the client address, comparable within one day only' CODEC(ZSTD(1)),
    operation LowCardinality(String) COMMENT 'Command words without arguments: fetch, policy run' CODEC(ZSTD(1)),
    operation_group LowCardinality(String) COMMENT 'First command word: fetch, policy, drift' CODEC(ZSTD(1)),
    started_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the operation began, by the clock there, UTC' CODEC(Delta(8), ZSTD(1)),
    duration_ms Nullable(Float64) COMMENT 'How long the operation took, milliseconds' CODEC(ZSTD(1)),
    success Nullable(Bool) COMMENT 'Whether the operation succeeded' CODEC(ZSTD(1)),
    error_class LowCardinality(String) COMMENT 'Class of the error: cancelled, auth, connection, database or other; empty when none was sent' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Version of CloudQuery as sent, or development; empty when not sent' CODEC(ZSTD(1)),
    version_parts Array(UInt32) COMMENT 'Leading numbers of version, comparable: [0, 20, 0]' CODEC(ZSTD(1)),
    commit String COMMENT 'Commit the binary was built from; empty when not sent' CODEC(ZSTD(1)),
    build_date String COMMENT 'Build date of the binary as sent; empty when not sent' CODEC(ZSTD(1)),
    built_at Nullable(DateTime64(3, 'UTC')) COMMENT 'build_date as a time, UTC; null for development builds, which send the time they were started at in another form' CODEC(Delta(8), ZSTD(1)),
    build_age_days Nullable(UInt64) COMMENT 'Age of the binary when the operation began, whole days' CODEC(ZSTD(1)),
    ci Nullable(Bool) COMMENT 'Whether the operation ran in a CI environment' CODEC(ZSTD(1)),
    terminal Nullable(Bool) COMMENT 'Whether the output went to a terminal; null before 0.17.0' CODEC(ZSTD(1)),
    faas Nullable(Bool) COMMENT 'Whether the operation ran in a function service; null before 0.17.4' CODEC(ZSTD(1)),
    os_type LowCardinality(String) COMMENT 'Operating system as sent: linux, darwin; empty when not sent' CODEC(ZSTD(1)),
    os_family LowCardinality(String) COMMENT 'linux, macos, windows, bsd or other; empty when unknown' CODEC(ZSTD(1)),
    os_description String COMMENT 'Description of the operating system, scrubbed free text; empty when not sent' CODEC(ZSTD(1)),
    runtime_name LowCardinality(String) COMMENT 'Compiler: go or gc; empty when not sent' CODEC(ZSTD(1)),
    runtime_version LowCardinality(String) COMMENT 'Version of the Go runtime as sent: go1.17.8' CODEC(ZSTD(1)),
    runtime_version_parts Array(UInt32) COMMENT 'Leading numbers of runtime_version, comparable: [1, 17, 8]' CODEC(ZSTD(1)),
    runtime_description LowCardinality(String) COMMENT 'Runtime and platform in words; empty when not sent' CODEC(ZSTD(1)),
    sdk_name LowCardinality(String) COMMENT 'Telemetry library: opentelemetry; empty when not sent' CODEC(ZSTD(1)),
    sdk_language LowCardinality(String) COMMENT 'Language of the telemetry library; empty when not sent' CODEC(ZSTD(1)),
    sdk_version LowCardinality(String) COMMENT 'Version of the telemetry library; empty when not sent' CODEC(ZSTD(1)),
    sdk_version_parts Array(UInt32) COMMENT 'Leading numbers of sdk_version, comparable' CODEC(ZSTD(1)),
    history_enabled Nullable(Bool) COMMENT 'Whether the history mode is on; clients send it only when it is' CODEC(ZSTD(1)),
    providers_count Nullable(UInt64) COMMENT 'Entries of providers; null when the report had none of that name' CODEC(ZSTD(1)),
    resources Nullable(UInt64) COMMENT 'Resources fetched in all; null when the operation fetched nothing' CODEC(ZSTD(1)),
    warnings Nullable(UInt64) COMMENT 'Warnings of the fetch in all; null when not sent' CODEC(ZSTD(1)),
    errors Nullable(UInt64) COMMENT 'Errors of the fetch in all; null when not sent' CODEC(ZSTD(1)),
    diagnostics_total Nullable(UInt64) COMMENT 'Diagnostics of the operation in all; null when not sent' CODEC(ZSTD(1)),
    diagnostics_by_type Map(LowCardinality(String), UInt64) COMMENT 'Diagnostics by type, such as access' CODEC(ZSTD(1)),
    diagnostics_by_severity Map(LowCardinality(String), UInt64) COMMENT 'Diagnostics by severity, such as error' CODEC(ZSTD(1)),
    spans_count Nullable(UInt64) COMMENT 'Spans of the report; null when it had no spans' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per report of the cloudquery binary: an operation, or spans that ended before their operation (operation is empty)';

CREATE TABLE IF NOT EXISTS candor.cloudquery_providers
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
    provider_index UInt32 COMMENT 'Position in the report, from 0' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Name of the provider: aws' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Version of the provider as sent, or debug; empty when not sent' CODEC(ZSTD(1)),
    version_parts Array(UInt32) COMMENT 'Leading numbers of version, comparable' CODEC(ZSTD(1)),
    instances Nullable(UInt64) COMMENT 'Configurations of this provider in the run; null when not sent' CODEC(ZSTD(1)),
    resources Nullable(UInt64) COMMENT 'Resources fetched by the provider; null when not sent' CODEC(ZSTD(1)),
    warnings Nullable(UInt64) COMMENT 'Warnings of the provider; null when not sent' CODEC(ZSTD(1)),
    errors Nullable(UInt64) COMMENT 'Errors of the provider; null when not sent' CODEC(ZSTD(1)),
    status LowCardinality(String) COMMENT 'How the fetch of the provider ended, as sent; empty when not sent' CODEC(ZSTD(1)),
    duration_ms Nullable(Float64) COMMENT 'How long the fetch of the provider took, milliseconds' CODEC(ZSTD(1)),
    diagnostics Map(LowCardinality(String), UInt64) COMMENT 'Diagnostics of the provider, keyed severity.type; severity.total sums up one severity' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, provider_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per provider of a report';

CREATE TABLE IF NOT EXISTS candor.cloudquery_spans
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
    span_index UInt32 COMMENT 'Position in the report, from 0' CODEC(ZSTD(1)),
    run_id String COMMENT 'Random id that the reports of one run share; empty when not sent' CODEC(ZSTD(1)),
    span_id String COMMENT 'Id of the span; empty when not sent' CODEC(ZSTD(1)),
    parent_span_id String COMMENT 'Id of the span this one is a part of; empty for the whole operation' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Name of the part: cli:cloudquery fetch, DownloadProviders, Fetch' CODEC(ZSTD(1)),
    started_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the part began, by the clock there, UTC' CODEC(Delta(8), ZSTD(1)),
    duration_ms Nullable(Float64) COMMENT 'How long the part took, milliseconds' CODEC(ZSTD(1)),
    success Nullable(Bool) COMMENT 'Whether the part succeeded' CODEC(ZSTD(1)),
    error_class LowCardinality(String) COMMENT 'Class of the error: cancelled, auth, connection, database or other; empty when none was sent' CODEC(ZSTD(1)),
    provider LowCardinality(String) COMMENT 'Provider the part is about; empty when about none' CODEC(ZSTD(1)),
    provider_version LowCardinality(String) COMMENT 'Version of that provider as sent; empty when not sent' CODEC(ZSTD(1)),
    provider_version_parts Array(UInt32) COMMENT 'Leading numbers of provider_version, comparable' CODEC(ZSTD(1)),
    old_version LowCardinality(String) COMMENT 'Version before an upgrade or downgrade; empty for other parts' CODEC(ZSTD(1)),
    old_version_parts Array(UInt32) COMMENT 'Leading numbers of old_version, comparable' CODEC(ZSTD(1)),
    new_version LowCardinality(String) COMMENT 'Version after an upgrade or downgrade; empty for other parts' CODEC(ZSTD(1)),
    new_version_parts Array(UInt32) COMMENT 'Leading numbers of new_version, comparable' CODEC(ZSTD(1)),
    module LowCardinality(String) COMMENT 'Module the part executed: drift; empty for other parts' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, span_index)
TTL toDateTime(received_at) + INTERVAL 180 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per span: a part of an operation and how long it took';
