-- What contracts do not list shows up by name, so that somebody can decide about it.
CREATE TABLE IF NOT EXISTS candor.unknown_fields
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
    kind LowCardinality(String) COMMENT 'Product and document type' CODEC(ZSTD(1)),
    path LowCardinality(String) COMMENT 'Where it stood: [] for elements of an array, * for a key of a map or a name that could be data' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, path)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per field that a report had and its contract has not: dropped, and told here by name alone';

ALTER TABLE candor.outcomes
    COMMENT COLUMN IF EXISTS rows 'Rows that the report became in the tables of its product';
