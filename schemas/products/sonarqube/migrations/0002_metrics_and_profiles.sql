CREATE TABLE IF NOT EXISTS candor.sonarqube_quality_profiles
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
    profile_index UInt32 COMMENT 'Index in quality-profiles of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    profile_uuid String COMMENT 'Quality profile, a technical id; empty when not sent' CODEC(ZSTD(1)),
    parent_uuid String COMMENT 'Quality profile that it inherits from, a technical id; empty when not sent' CODEC(ZSTD(1)),
    language LowCardinality(String) COMMENT 'Language; empty when not sent' CODEC(ZSTD(1)),
    is_default Nullable(Bool) COMMENT 'Whether it is the default of its language; null when not sent' CODEC(ZSTD(1)),
    built_in Nullable(Bool) COMMENT 'Whether it is built in; null when not sent' CODEC(ZSTD(1)),
    built_in_parent Nullable(Bool) COMMENT 'Whether it extends a built-in one; null when not sent' CODEC(ZSTD(1)),
    rules_overridden_count Nullable(UInt64) COMMENT 'Rules that differ from the parent; null when not sent' CODEC(ZSTD(1)),
    rules_activated_count Nullable(UInt64) COMMENT 'Rules activated on top of the parent; null when not sent' CODEC(ZSTD(1)),
    rules_deactivated_count Nullable(UInt64) COMMENT 'Rules of the parent that are switched off; null when not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, profile_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per quality profile of a report';

CREATE TABLE IF NOT EXISTS candor.sonarqube_metrics_reports
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
    message_uuid String COMMENT 'Random id of the message, another one when it is sent anew; empty when not sent' CODEC(ZSTD(1)),
    dimension LowCardinality(String) COMMENT 'installation, user, project, language or analysis' CODEC(ZSTD(1)),
    metrics_count UInt64 COMMENT 'Elements of metric_values' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per report of metrics, which is about one dimension';

CREATE TABLE IF NOT EXISTS candor.sonarqube_installation_metrics
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
    metric_index UInt32 COMMENT 'Index in metric_values of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    project_uuid String COMMENT 'Project of a suggested fix, a technical id; empty when not sent' CODEC(ZSTD(1)),
    fix_suggestion_uuid String COMMENT 'Suggested fix, a technical id; empty when not sent' CODEC(ZSTD(1)),
    key LowCardinality(String) COMMENT 'Name of the metric, such as ncloc_per_language; some end with a name of their own, such as that of a step' CODEC(ZSTD(1)),
    granularity LowCardinality(String) COMMENT 'How often the value is sent: adhoc, daily, weekly, monthly; empty when not sent' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type as sent: boolean, string, integer, float; empty when not sent' CODEC(ZSTD(1)),
    value_bool Nullable(Bool) COMMENT 'The value of a switch; null for other types' CODEC(ZSTD(1)),
    value_integer Nullable(Int64) COMMENT 'The value of a whole number; null for other types' CODEC(ZSTD(1)),
    value_float Nullable(Float64) COMMENT 'The value of type float, or of a whole number beyond 2^53 - 2; null for other types' CODEC(ZSTD(1)),
    value_string Nullable(String) COMMENT 'The value of a text, scrubbed free text; null for other types' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, metric_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per metric of an installation or of a fix that it suggested: one of the values is set, none when the server knows none';

CREATE TABLE IF NOT EXISTS candor.sonarqube_user_metrics
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
    metric_index UInt32 COMMENT 'Index in metric_values of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    user_uuid String COMMENT 'User, a technical id; empty when not sent' CODEC(ZSTD(1)),
    key LowCardinality(String) COMMENT 'Name of the metric, such as ncloc_per_language; some end with a name of their own, such as that of a step' CODEC(ZSTD(1)),
    granularity LowCardinality(String) COMMENT 'How often the value is sent: adhoc, daily, weekly, monthly; empty when not sent' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type as sent: boolean, string, integer, float; empty when not sent' CODEC(ZSTD(1)),
    value_bool Nullable(Bool) COMMENT 'The value of a switch; null for other types' CODEC(ZSTD(1)),
    value_integer Nullable(Int64) COMMENT 'The value of a whole number; null for other types' CODEC(ZSTD(1)),
    value_float Nullable(Float64) COMMENT 'The value of type float, or of a whole number beyond 2^53 - 2; null for other types' CODEC(ZSTD(1)),
    value_string Nullable(String) COMMENT 'The value of a text, scrubbed free text; null for other types' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, metric_index)
TTL toDateTime(received_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per metric of a user: one of the values is set, none when the server knows none';

CREATE TABLE IF NOT EXISTS candor.sonarqube_project_metrics
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
    metric_index UInt32 COMMENT 'Index in metric_values of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    project_uuid String COMMENT 'Project, a technical id; empty when not sent' CODEC(ZSTD(1)),
    key LowCardinality(String) COMMENT 'Name of the metric, such as ncloc_per_language; some end with a name of their own, such as that of a step' CODEC(ZSTD(1)),
    granularity LowCardinality(String) COMMENT 'How often the value is sent: adhoc, daily, weekly, monthly; empty when not sent' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type as sent: boolean, string, integer, float; empty when not sent' CODEC(ZSTD(1)),
    value_bool Nullable(Bool) COMMENT 'The value of a switch; null for other types' CODEC(ZSTD(1)),
    value_integer Nullable(Int64) COMMENT 'The value of a whole number; null for other types' CODEC(ZSTD(1)),
    value_float Nullable(Float64) COMMENT 'The value of type float, or of a whole number beyond 2^53 - 2; null for other types' CODEC(ZSTD(1)),
    value_string Nullable(String) COMMENT 'The value of a text, scrubbed free text; null for other types' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, metric_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per metric of a project: one of the values is set, none when the server knows none';

CREATE TABLE IF NOT EXISTS candor.sonarqube_language_metrics
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
    metric_index UInt32 COMMENT 'Index in metric_values of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    language LowCardinality(String) COMMENT 'Language; empty when not sent' CODEC(ZSTD(1)),
    key LowCardinality(String) COMMENT 'Name of the metric, such as ncloc_per_language; some end with a name of their own, such as that of a step' CODEC(ZSTD(1)),
    granularity LowCardinality(String) COMMENT 'How often the value is sent: adhoc, daily, weekly, monthly; empty when not sent' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type as sent: boolean, string, integer, float; empty when not sent' CODEC(ZSTD(1)),
    value_bool Nullable(Bool) COMMENT 'The value of a switch; null for other types' CODEC(ZSTD(1)),
    value_integer Nullable(Int64) COMMENT 'The value of a whole number; null for other types' CODEC(ZSTD(1)),
    value_float Nullable(Float64) COMMENT 'The value of type float, or of a whole number beyond 2^53 - 2; null for other types' CODEC(ZSTD(1)),
    value_string Nullable(String) COMMENT 'The value of a text, scrubbed free text; null for other types' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, metric_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per metric of a language: one of the values is set, none when the server knows none';

CREATE TABLE IF NOT EXISTS candor.sonarqube_analysis_metrics
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
    metric_index UInt32 COMMENT 'Index in metric_values of the report, from 0' CODEC(Delta(4), ZSTD(1)),
    project_uuid String COMMENT 'Project, a technical id; empty when not sent' CODEC(ZSTD(1)),
    analysis_type LowCardinality(String) COMMENT 'Kind of analysis; empty when not sent' CODEC(ZSTD(1)),
    key LowCardinality(String) COMMENT 'Name of the metric, such as ncloc_per_language; some end with a name of their own, such as that of a step' CODEC(ZSTD(1)),
    granularity LowCardinality(String) COMMENT 'How often the value is sent: adhoc, daily, weekly, monthly; empty when not sent' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type as sent: boolean, string, integer, float; empty when not sent' CODEC(ZSTD(1)),
    value_bool Nullable(Bool) COMMENT 'The value of a switch; null for other types' CODEC(ZSTD(1)),
    value_integer Nullable(Int64) COMMENT 'The value of a whole number; null for other types' CODEC(ZSTD(1)),
    value_float Nullable(Float64) COMMENT 'The value of type float, or of a whole number beyond 2^53 - 2; null for other types' CODEC(ZSTD(1)),
    value_string Nullable(String) COMMENT 'The value of a text, scrubbed free text; null for other types' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, metric_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per metric of an analysis: one of the values is set, none when the server knows none';
