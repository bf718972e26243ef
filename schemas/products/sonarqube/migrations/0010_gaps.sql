-- Servers number their reports: a number between two others that never came is a report that never reached us.
CREATE VIEW IF NOT EXISTS candor.sonarqube_gaps
(
    installation_id String COMMENT 'Random id of the installation as the product sends it',
    first_missing UInt64 COMMENT 'First number that never came',
    last_missing UInt64 COMMENT 'Last one of the same run',
    reports UInt64 COMMENT 'Reports that never reached us',
    received_before DateTime64(3, 'UTC') COMMENT 'When the report before them was received, UTC',
    received_after DateTime64(3, 'UTC') COMMENT 'When the report after them was received, UTC'
)
AS SELECT
    installation_id,
    previous + 1 AS first_missing,
    number - 1 AS last_missing,
    number - previous - 1 AS reports,
    previous_received_at AS received_before,
    first_received_at AS received_after
FROM
(
    SELECT
        installation_id,
        number,
        first_received_at,
        lagInFrame(number, 1, number) OVER neighbours AS previous,
        lagInFrame(first_received_at, 1, first_received_at) OVER neighbours AS previous_received_at
    FROM
    (
        SELECT
            installation_id,
            assumeNotNull(message_sequence_number) AS number,
            min(received_at) AS first_received_at
        FROM candor.sonarqube_reports
        WHERE message_sequence_number IS NOT NULL
        GROUP BY installation_id, number
    )
    WINDOW neighbours AS (PARTITION BY installation_id ORDER BY number ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
WHERE number > previous + 1
COMMENT 'Reports of SonarQube servers that never reached us, by their numbers';
