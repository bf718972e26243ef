-- Who may insert rows of which partition of the raw log: the newest epoch wins.
CREATE TABLE IF NOT EXISTS candor.fence
(
    partition UInt16 COMMENT 'Partition of the raw log',
    epoch UInt64 COMMENT 'Raised by each sink that takes the partition over',
    owner String COMMENT 'Random id of that sink',
    taken_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it took the partition over'
)
ENGINE = MergeTree
ORDER BY (partition, epoch)
COMMENT 'Ownership of partitions by sinks';

CREATE TABLE IF NOT EXISTS candor.outcomes
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
    kind LowCardinality(String) COMMENT 'Product and document type; empty when the report was refused before it was known' CODEC(ZSTD(1)),
    outcome LowCardinality(String) COMMENT 'stored, drop (on purpose) or reject (invalid: see dead_letters)' CODEC(ZSTD(1)),
    stage LowCardinality(String) COMMENT 'Service that decided' CODEC(ZSTD(1)),
    reason LowCardinality(String) COMMENT 'Why it was dropped or rejected; empty when stored' CODEC(ZSTD(1)),
    bytes UInt64 COMMENT 'Size of the body as it came, in bytes' CODEC(ZSTD(1)),
    rows UInt32 COMMENT 'Rows that the report became, over all tables but this one' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per accepted event: what became of it';

CREATE TABLE IF NOT EXISTS candor.dead_letters
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
    kind LowCardinality(String) COMMENT 'Product and document type; empty when the report was refused before it was known' CODEC(ZSTD(1)),
    stage LowCardinality(String) COMMENT 'Service that rejected it' CODEC(ZSTD(1)),
    reason LowCardinality(String) COMMENT 'Why it was rejected' CODEC(ZSTD(1)),
    detail String COMMENT 'Where in the document and which rule it broke; never a value of the document' CODEC(ZSTD(1)),
    bytes UInt64 COMMENT 'Size of the body as it came, in bytes' CODEC(ZSTD(1)),
    body_sha256 String COMMENT 'SHA-256 of the body as it came, hex: tells equal bodies apart from different ones' CODEC(ZSTD(1)),
    payload String COMMENT 'The cleaned document as JSON; empty when the report never passed its contract' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per rejected event: why, and what is needed to find the cause';
