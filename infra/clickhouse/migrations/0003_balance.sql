-- Rollups as projections: each is written with the part that its rows are in, so it can't be wrong after a death or a retry.
-- Queries on the table that group by these expressions read them by themselves.
ALTER TABLE candor.outcomes
    ADD PROJECTION IF NOT EXISTS by_minute
    (
        SELECT
            toStartOfMinute(received_at),
            product,
            kind,
            outcome,
            stage,
            reason,
            count(),
            sum(bytes),
            sum(rows),
            max(received_at)
        GROUP BY toStartOfMinute(received_at), product, kind, outcome, stage, reason
    );

ALTER TABLE candor.outcomes
    ADD PROJECTION IF NOT EXISTS by_place
    (
        SELECT
            _generation,
            _partition,
            toDate(received_at),
            count(),
            min(_offset),
            max(_offset),
            groupBitmapState(_offset)
        GROUP BY _generation, _partition, toDate(received_at)
    );

ALTER TABLE candor.outcomes MATERIALIZE PROJECTION by_minute;

ALTER TABLE candor.outcomes MATERIALIZE PROJECTION by_place;

CREATE VIEW IF NOT EXISTS candor.counts_by_minute
(
    minute DateTime('UTC') COMMENT 'Start of the minute in which the edge received them, UTC',
    product LowCardinality(String) COMMENT 'Product that reported',
    kind LowCardinality(String) COMMENT 'Product and document type; empty when the report was refused before it was known',
    outcome LowCardinality(String) COMMENT 'stored, drop (on purpose) or reject (invalid: see dead_letters)',
    stage LowCardinality(String) COMMENT 'Service that decided',
    reason LowCardinality(String) COMMENT 'Why it was dropped or rejected; empty when stored',
    events UInt64 COMMENT 'Events',
    body_bytes UInt64 COMMENT 'Size of their bodies as they came, in bytes',
    table_rows UInt64 COMMENT 'Rows that they became'
)
AS SELECT
    toStartOfMinute(received_at) AS minute,
    product,
    kind,
    outcome,
    stage,
    reason,
    count() AS events,
    sum(bytes) AS body_bytes,
    sum(rows) AS table_rows
FROM candor.outcomes
GROUP BY minute, product, kind, outcome, stage, reason
COMMENT 'What became of the events of each minute';

CREATE VIEW IF NOT EXISTS candor.freshness
(
    product LowCardinality(String) COMMENT 'Product that reported',
    kind LowCardinality(String) COMMENT 'Product and document type',
    newest_received_at DateTime64(3, 'UTC') COMMENT 'When the newest stored report of it was received, UTC',
    age_seconds Int64 COMMENT 'How long ago that is, in seconds'
)
AS SELECT
    product,
    kind,
    max(received_at) AS newest_received_at,
    dateDiff('second', newest_received_at, now64(3)) AS age_seconds
FROM candor.outcomes
WHERE outcome = 'stored'
GROUP BY product, kind
COMMENT 'How old the newest stored report is';

-- Every offset of the raw log has one outcome, stored in the order of offsets: a hole is a loss, a repetition is a doubling.
-- Holes are looked for from the first event of the last 45 days on, because expired rows leave holes too. Generations with
-- an @ are places on a later topic, where only single events stand.
CREATE VIEW IF NOT EXISTS candor.lineage
(
    generation LowCardinality(String) COMMENT 'Name of the raw log',
    partition UInt16 COMMENT 'Partition of the raw log',
    first_offset UInt64 COMMENT 'First offset of the last 45 days',
    last_offset UInt64 COMMENT 'Last offset that has an outcome',
    missing UInt64 COMMENT 'Events in between that have no outcome',
    doubled UInt64 COMMENT 'Outcomes of events that have one already'
)
AS SELECT
    _generation AS generation,
    _partition AS partition,
    any(first_recent) AS first_offset,
    max(last) AS last_offset,
    last_offset + 1 - first_offset - bitmapOrCardinality(
        groupBitmapOrStateIf(offsets, first >= first_recent),
        -- The last days before: what was received at about the same time may stand in another order in the log.
        bitmapSubsetInRange(groupBitmapOrStateIf(offsets, first < first_recent AND last >= first_recent), first_offset, last_offset + 1)
    ) AS missing,
    sum(outcomes) - bitmapCardinality(groupBitmapOrState(offsets)) AS doubled
FROM
(
    SELECT *, minIf(first, day >= today() - 45) OVER (PARTITION BY _generation, _partition) AS first_recent
    FROM
    (
        SELECT
            _generation,
            _partition,
            toDate(received_at) AS day,
            count() AS outcomes,
            min(_offset) AS first,
            max(_offset) AS last,
            groupBitmapState(_offset) AS offsets
        FROM candor.outcomes
        WHERE position(_generation, '@') = 0
        GROUP BY _generation, _partition, day
    )
)
GROUP BY generation, partition
HAVING max(day) >= today() - 45
COMMENT 'How complete the outcomes of each partition of the raw log are';

CREATE VIEW IF NOT EXISTS candor.lineage_faults
(
    fault LowCardinality(String) COMMENT 'missing or doubled',
    generation LowCardinality(String) COMMENT 'Name of the raw log',
    partition UInt16 COMMENT 'Partition of the raw log',
    first_offset UInt64 COMMENT 'First offset that is missing or doubled',
    last_offset UInt64 COMMENT 'Last one of the same run',
    events UInt64 COMMENT 'Events that are missing, or outcomes that are too many',
    product LowCardinality(String) COMMENT 'Product of a doubled event; empty for missing ones, of which nothing is known',
    received_at DateTime64(3, 'UTC') COMMENT 'When it was received; for missing events, when the one before them was, UTC'
)
AS SELECT
    'missing' AS fault,
    generation,
    partition,
    previous + 1 AS first_offset,
    this - 1 AS last_offset,
    this - previous - 1 AS events,
    '' AS product,
    previous_received_at AS received_at
FROM
(
    SELECT
        stored._generation AS generation,
        stored._partition AS partition,
        stored._offset AS this,
        lagInFrame(stored._offset, 1, stored._offset) OVER neighbours AS previous,
        lagInFrame(stored.received_at, 1, stored.received_at) OVER neighbours AS previous_received_at
    FROM candor.outcomes AS stored
    INNER JOIN (SELECT generation, partition, first_offset FROM candor.lineage WHERE missing > 0) AS torn
        ON stored._generation = torn.generation AND stored._partition = torn.partition
    WHERE stored._offset >= torn.first_offset
    WINDOW neighbours AS (PARTITION BY stored._generation, stored._partition ORDER BY stored._offset
        ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
WHERE this > previous + 1
UNION ALL
SELECT
    'doubled' AS fault,
    _generation AS generation,
    _partition AS partition,
    _offset AS first_offset,
    _offset AS last_offset,
    count() - 1 AS events,
    any(outcomes.product) AS product,
    max(outcomes.received_at) AS received_at
FROM candor.outcomes
WHERE (_generation, _partition) IN (SELECT generation, partition FROM candor.lineage WHERE doubled > 0)
GROUP BY _generation, _partition, _offset
HAVING events > 0
COMMENT 'Where outcomes are missing or doubled';

CREATE VIEW IF NOT EXISTS candor.balance
(
    day Date COMMENT 'Day on which the edge received them, UTC',
    product LowCardinality(String) COMMENT 'Product that reported; empty for missing events, of which nothing is known',
    accepted Int64 COMMENT 'Events up to the last one that has an outcome: stored + dropped + dead_lettered + missing - doubled',
    stored Int64 COMMENT 'Outcomes: stored',
    dropped Int64 COMMENT 'Outcomes: dropped on purpose',
    dead_lettered Int64 COMMENT 'Outcomes: dead letters',
    missing Int64 COMMENT 'Events without an outcome though later ones have one',
    doubled Int64 COMMENT 'Outcomes of events that have one already'
)
AS SELECT
    day,
    product,
    stored + dropped + dead_lettered + missing - doubled AS accepted,
    sumIf(events, what = 'stored') AS stored,
    sumIf(events, what = 'drop') AS dropped,
    sumIf(events, what = 'reject') AS dead_lettered,
    sumIf(events, what = 'missing') AS missing,
    sumIf(events, what = 'doubled') AS doubled
FROM
(
    SELECT toDate(toStartOfMinute(received_at)) AS day, product, outcome AS what, count() AS events
    FROM candor.outcomes
    GROUP BY day, product, outcome
    UNION ALL
    SELECT toDate(received_at) AS day, product, fault AS what, events
    FROM candor.lineage_faults
)
GROUP BY day, product
COMMENT 'What became of the events of each product and day, and whether any is missing';
