CREATE TABLE IF NOT EXISTS candor.dependency_track_reports
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
    dt_version LowCardinality(String) COMMENT 'Version of Dependency-Track as sent' CODEC(ZSTD(1)),
    dt_version_parts Array(UInt32) COMMENT 'Leading numbers of dt_version, comparable: [4, 13, 0]' CODEC(ZSTD(1)),
    db_type LowCardinality(String) COMMENT 'JDBC product name of the database, such as PostgreSQL' CODEC(ZSTD(1)),
    db_version LowCardinality(String) COMMENT 'JDBC product version of the database, scrubbed free text' CODEC(ZSTD(1)),
    db_version_parts Array(UInt32) COMMENT 'Leading numbers of db_version, comparable' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per report of a Dependency-Track system';
