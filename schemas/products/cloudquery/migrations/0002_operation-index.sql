ALTER TABLE candor.cloudquery_operations
    ADD COLUMN IF NOT EXISTS operation_index Nullable(UInt32) COMMENT 'Position of the operation in its report, from 0; null in rows older than this column' CODEC(ZSTD(1));

ALTER TABLE candor.cloudquery_operations
    MODIFY COMMENT 'One row per operation that a report of the cloudquery binary carries; operation is empty in reports of spans that ended before it';

ALTER TABLE candor.cloudquery_providers
    ADD COLUMN IF NOT EXISTS operation_index Nullable(UInt32) COMMENT 'Position of the operation in its report, from 0; null in rows older than this column' CODEC(ZSTD(1));

ALTER TABLE candor.cloudquery_providers
    MODIFY COMMENT 'One row per provider of an operation';
