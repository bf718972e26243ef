-- Requests for erasure, which travel like reports.
CREATE TABLE IF NOT EXISTS candor.erasure_requests
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
    forever Bool COMMENT 'Whether later reports are kept out as well: an operator asked' CODEC(ZSTD(1)),
    suppression String COMMENT 'Name of the entry on the suppression list: a keyed hash of product and installation' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per installation whose rows are about to be removed';

-- The record of what was removed. It names no installation.
CREATE TABLE IF NOT EXISTS candor.erasures
(
    erasure_id UUID COMMENT 'Id of the event that asked for it',
    product LowCardinality(String) COMMENT 'Product of the installation',
    forever Bool COMMENT 'Whether later reports are kept out as well: an operator asked',
    requested_at DateTime64(3, 'UTC') COMMENT 'When it was asked for, UTC',
    step LowCardinality(String) COMMENT 'counted, before anything is removed; erased, when nothing is left',
    rows Map(LowCardinality(String), UInt64) COMMENT 'Rows of the installation by table, at that step',
    recorded_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When this was recorded, UTC'
)
ENGINE = MergeTree
ORDER BY (requested_at, erasure_id, recorded_at)
COMMENT 'Two rows per erasure: what was found, and that nothing is left';

-- The suppression list as the state store can be given it again.
CREATE TABLE IF NOT EXISTS candor.suppressions
(
    suppression String COMMENT 'Keyed hash of product and installation',
    until_ms UInt64 COMMENT 'Reports received until then are kept out; ms since 1970, and 9007199254740991 for all',
    made_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was asked for, UTC'
)
ENGINE = ReplacingMergeTree
ORDER BY (suppression, until_ms)
TTL toDateTime(made_at) + INTERVAL 45 DAY DELETE WHERE until_ms < 9007199254740991
COMMENT 'Installations whose reports are kept out, by a name that does not tell which';
