-- What the sink has seen of the raw log, which the views compare with the outcomes. Whatever a row says stays true: the log's ends
-- and what was passed only grow, and an offset never means another event.
CREATE TABLE IF NOT EXISTS candor.log_checks
(
    generation LowCardinality(String) COMMENT 'Name of the raw log',
    partition UInt16 COMMENT 'Partition of the raw log',
    log_start UInt64 COMMENT 'First offset that the log held',
    log_end UInt64 COMMENT 'Offset behind its last event',
    passed UInt64 COMMENT 'Every stage was done with the events before this offset; 0 when that was never known',
    open Array(Tuple(offset UInt64, product String, received_at DateTime64(3, 'UTC'))) COMMENT 'Events that waited for longer than from one check to the next: some of them, if there were many',
    checked_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the sink looked, UTC'
)
ENGINE = ReplacingMergeTree(checked_at)
ORDER BY (generation, partition)
TTL toDateTime(checked_at) + INTERVAL 45 DAY
COMMENT 'What the raw log held when it was last looked at';

-- Every offset of the raw log has one outcome, stored in the order of offsets: a hole is a loss, a repetition is a doubling, and so
-- is a loss what every stage has passed without an outcome, or what stands in the log before its first one.
-- Holes are looked for from the first event of the last 45 days on, because expired rows leave holes too. Generations with
-- an @ are places on a later topic, where only single events stand.
CREATE OR REPLACE VIEW candor.lineage
(
    generation LowCardinality(String) COMMENT 'Name of the raw log',
    partition UInt16 COMMENT 'Partition of the raw log',
    log_start UInt64 COMMENT 'First offset that the log held at checked_at',
    log_end UInt64 COMMENT 'Offset behind its last event at checked_at',
    passed UInt64 COMMENT 'Every stage is done with the events before this offset; 0 when that was never known',
    first_stored UInt64 COMMENT 'First offset that has an outcome; next_offset when none has',
    first_offset UInt64 COMMENT 'First offset of the last 45 days that has an outcome',
    next_offset UInt64 COMMENT 'Offset behind the last one that has an outcome',
    missing UInt64 COMMENT 'Events without an outcome that can not get one any more',
    missing_at_start UInt64 COMMENT 'Those of them before first_stored',
    missing_at_end UInt64 COMMENT 'Those of them from next_offset on',
    doubled UInt64 COMMENT 'Outcomes of events that have one already',
    in_flight UInt64 COMMENT 'Events that the log held at checked_at and that have no outcome yet',
    checked_at DateTime64(3, 'UTC') COMMENT 'When the sink last looked at the log, UTC; 1970 when it never did'
)
AS SELECT
    generation,
    partition,
    log_start,
    log_end,
    passed,
    if(outcomes > 0, first_of_all, next_offset) AS first_stored,
    first_recent AS first_offset,
    if(outcomes > 0, last_of_all + 1, log_start) AS next_offset,
    holes + missing_at_start + missing_at_end AS missing,
    if(is_checked AND first_stored > log_start, first_stored - log_start, 0) AS missing_at_start,
    if(passed > next_offset, passed - next_offset, 0) AS missing_at_end,
    repetitions AS doubled,
    if(log_end > greatest(next_offset, passed), log_end - greatest(next_offset, passed), 0) AS in_flight,
    checked_at
FROM
(
    SELECT
        generation,
        partition,
        sum(outcomes) AS outcomes,
        sum(first_of_all) AS first_of_all,
        sum(last_of_all) AS last_of_all,
        sum(first_recent) AS first_recent,
        sum(holes) AS holes,
        sum(repetitions) AS repetitions,
        max(is_recent) AS is_recent,
        sum(log_start) AS log_start,
        sum(log_end) AS log_end,
        sum(passed) AS passed,
        max(is_checked) AS is_checked,
        max(checked_at) AS checked_at
    FROM
    (
        SELECT
            _generation AS generation,
            _partition AS partition,
            sum(day_outcomes) AS outcomes,
            min(first) AS first_of_all,
            max(last) AS last_of_all,
            any(first_of_recent) AS first_recent,
            max(day) >= today() - 45 AS is_recent,
            if(is_recent, last_of_all + 1 - first_recent - bitmapOrCardinality(
                groupBitmapOrStateIf(offsets, first >= first_of_recent),
                -- The last days before: what was received at about the same time may stand in another order in the log.
                bitmapSubsetInRange(groupBitmapOrStateIf(offsets, first < first_of_recent AND last >= first_of_recent), first_recent, last_of_all + 1)
            ), 0) AS holes,
            outcomes - bitmapCardinality(groupBitmapOrState(offsets)) AS repetitions,
            0 AS log_start,
            0 AS log_end,
            0 AS passed,
            0 AS is_checked,
            toDateTime64(0, 3, 'UTC') AS checked_at
        FROM
        (
            SELECT *, minIf(first, day >= today() - 45) OVER (PARTITION BY _generation, _partition) AS first_of_recent
            FROM
            (
                SELECT
                    _generation,
                    _partition,
                    toDate(received_at) AS day,
                    count() AS day_outcomes,
                    min(_offset) AS first,
                    max(_offset) AS last,
                    groupBitmapState(_offset) AS offsets
                FROM candor.outcomes
                WHERE position(_generation, '@') = 0
                GROUP BY _generation, _partition, day
            )
        )
        GROUP BY generation, partition
        UNION ALL
        SELECT
            checks.generation AS generation,
            checks.partition AS partition,
            0 AS outcomes,
            0 AS first_of_all,
            0 AS last_of_all,
            0 AS first_recent,
            0 AS is_recent,
            0 AS holes,
            0 AS repetitions,
            max(checks.log_start) AS log_start,
            max(checks.log_end) AS log_end,
            max(checks.passed) AS passed,
            1 AS is_checked,
            max(checks.checked_at) AS checked_at
        FROM candor.log_checks AS checks
        GROUP BY generation, partition
    )
    GROUP BY generation, partition
    HAVING is_recent OR is_checked
)
COMMENT 'How complete the outcomes of each partition of the raw log are';

-- Outside the span of offsets that have outcomes. What was not read of the log stands under the product '' and the day of the check.
CREATE VIEW IF NOT EXISTS candor.open_events
(
    state LowCardinality(String) COMMENT 'in_flight, or missing when every stage has passed them',
    generation LowCardinality(String) COMMENT 'Name of the raw log',
    partition UInt16 COMMENT 'Partition of the raw log',
    day Date COMMENT 'Day on which the edge received them, UTC',
    product LowCardinality(String) COMMENT 'Product that reported; empty when that was not read',
    first_offset UInt64 COMMENT 'First offset of them',
    last_offset UInt64 COMMENT 'Last offset of them',
    events UInt64 COMMENT 'How many there are',
    received_at DateTime64(3, 'UTC') COMMENT 'When the first of them was received; when the log was looked at where that was not read, UTC'
)
AS SELECT
    event.state AS state,
    generation,
    partition,
    toDate(event.received_at) AS day,
    event.product AS product,
    min(event.first) AS first_offset,
    max(event.last) AS last_offset,
    sum(event.events) AS events,
    min(event.received_at) AS received_at
FROM
(
    SELECT
        generation,
        partition,
        arrayFilter(e -> e.offset < first_stored OR e.offset >= next_offset, open) AS read,
        arrayCount(e -> e.offset < greatest(first_stored, passed), read) AS read_missing,
        CAST(arrayConcat(
            arrayMap(
                e -> (if(e.offset < greatest(first_stored, passed), 'missing', 'in_flight'), e.offset, e.offset, toUInt64(1), e.product, e.received_at),
                read
            ),
            [
                (
                    'missing',
                    if(missing_at_start > 0, log_start, next_offset),
                    toUInt64(if(missing_at_end > 0, passed, first_stored) - 1),
                    toUInt64(missing_at_start + missing_at_end - read_missing),
                    '',
                    checked_at
                ),
                (
                    'in_flight',
                    greatest(next_offset, passed),
                    toUInt64(log_end - 1),
                    toUInt64(in_flight + read_missing - length(read)),
                    '',
                    checked_at
                )
            ]
        ), 'Array(Tuple(state String, first UInt64, last UInt64, events UInt64, product String, received_at DateTime64(3, \'UTC\')))') AS all_events
    FROM candor.lineage
    INNER JOIN (SELECT generation, partition, argMax(open, checked_at) AS open FROM candor.log_checks GROUP BY generation, partition) AS latest
        USING (generation, partition)
    WHERE missing_at_start + missing_at_end + in_flight > 0
)
ARRAY JOIN all_events AS event
WHERE event.events > 0
GROUP BY state, generation, partition, day, product
COMMENT 'Events of the raw log before its first outcome and behind its last one';

CREATE OR REPLACE VIEW candor.lineage_faults
(
    fault LowCardinality(String) COMMENT 'missing or doubled',
    generation LowCardinality(String) COMMENT 'Name of the raw log',
    partition UInt16 COMMENT 'Partition of the raw log',
    first_offset UInt64 COMMENT 'First offset that is missing or doubled',
    last_offset UInt64 COMMENT 'Last one of the same kind',
    events UInt64 COMMENT 'Events that are missing, or outcomes that are too many',
    product LowCardinality(String) COMMENT 'Product of the events; empty for missing ones of which nothing is known',
    received_at DateTime64(3, 'UTC') COMMENT 'When it was received; for missing events of which nothing is known, when the one before them was or when the log was looked at, UTC'
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
    INNER JOIN (SELECT generation, partition, first_offset FROM candor.lineage WHERE missing > missing_at_start + missing_at_end) AS torn
        ON stored._generation = torn.generation AND stored._partition = torn.partition
    WHERE stored._offset >= torn.first_offset
    WINDOW neighbours AS (PARTITION BY stored._generation, stored._partition ORDER BY stored._offset
        ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
WHERE this > previous + 1
UNION ALL
SELECT state AS fault, generation, partition, first_offset, last_offset, events, product, received_at
FROM candor.open_events
WHERE state = 'missing'
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

CREATE OR REPLACE VIEW candor.balance
(
    day Date COMMENT 'Day on which the edge received them, UTC',
    product LowCardinality(String) COMMENT 'Product that reported; empty for events of which nothing is known',
    accepted Int64 COMMENT 'Events of the raw log: stored + dropped + dead_lettered + missing - doubled + in_flight',
    stored Int64 COMMENT 'Outcomes: stored',
    dropped Int64 COMMENT 'Outcomes: dropped on purpose',
    dead_lettered Int64 COMMENT 'Outcomes: dead letters',
    missing Int64 COMMENT 'Events without an outcome that can not get one any more',
    doubled Int64 COMMENT 'Outcomes of events that have one already',
    in_flight Int64 COMMENT 'Events that the log held when it was last looked at and that have no outcome yet'
)
AS SELECT
    day,
    product,
    stored + dropped + dead_lettered + missing - doubled + in_flight AS accepted,
    sumIf(events, what = 'stored') AS stored,
    sumIf(events, what = 'drop') AS dropped,
    sumIf(events, what = 'reject') AS dead_lettered,
    sumIf(events, what = 'missing') AS missing,
    sumIf(events, what = 'doubled') AS doubled,
    sumIf(events, what = 'in_flight') AS in_flight
FROM
(
    SELECT toDate(toStartOfMinute(received_at)) AS day, product, outcome AS what, count() AS events
    FROM candor.outcomes
    GROUP BY day, product, outcome
    UNION ALL
    SELECT toDate(received_at) AS day, product, fault AS what, events
    FROM candor.lineage_faults
    UNION ALL
    SELECT day, product, state AS what, events
    FROM candor.open_events
    WHERE state = 'in_flight'
)
GROUP BY day, product
COMMENT 'What became of the events of each product and day, and whether any is missing';

-- What the edges say of their own work, written down by the sink. What a run has accepted never falls, so the largest number
-- counts: a state store that has lost some makes no difference.
CREATE TABLE IF NOT EXISTS candor.edge_counts
(
    day Date COMMENT 'Day on which the edge received the events, UTC',
    run String COMMENT 'Random id of one run of a process of the edge',
    product LowCardinality(String) COMMENT 'Product that reported; empty on the row that has in_spool',
    accepted UInt64 COMMENT 'Events that it has made durable',
    in_spool UInt64 COMMENT 'Events of all days and products that were in its spool when it last told',
    checked_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When this was written down, UTC'
)
ENGINE = ReplacingMergeTree(accepted)
ORDER BY (day, run, product)
TTL day + INTERVAL 8 DAY
COMMENT 'Events that edges have accepted, as they counted them';

CREATE VIEW IF NOT EXISTS candor.edge_balance
(
    day Date COMMENT 'Day on which the edge received them, UTC',
    product LowCardinality(String) COMMENT 'Product that reported',
    accepted Int64 COMMENT 'Events that the edges have made durable',
    in_log Int64 COMMENT 'Events of the raw log: accepted of the balance',
    unnamed Int64 COMMENT 'Events of the raw log whose product is not known, and those in spools, of all days: any of them may be meant',
    unlogged Int64 COMMENT 'Events that can be in none of these'
)
AS SELECT
    day,
    product,
    of_edges AS accepted,
    of_log AS in_log,
    of_nobody AS unnamed,
    greatest(0, of_edges - of_log - of_nobody) AS unlogged
FROM
(
    SELECT
        day,
        product,
        toInt64(sum(of_edge)) AS of_edges,
        sumIf(in_log, product != '') AS of_log,
        sum(sum(in_a_spool) + sumIf(in_log, product = '')) OVER () AS of_nobody
    FROM
    (
        SELECT day, product, max(accepted) AS of_edge, argMax(in_spool, checked_at) AS in_a_spool, 0 AS in_log
        FROM candor.edge_counts
        WHERE day >= today() - 8
        GROUP BY day, run, product
        UNION ALL
        SELECT day, product, 0 AS of_edge, 0 AS in_a_spool, accepted AS in_log
        FROM candor.balance
        WHERE day >= today() - 8
    )
    GROUP BY day, product
)
WHERE of_edges > 0
COMMENT 'What the edges have accepted against what the raw log has had';
