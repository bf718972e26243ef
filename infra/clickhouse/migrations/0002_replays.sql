-- A dead letter can be sent through the pipeline again: which one an event is a replay of.
ALTER TABLE candor.outcomes
    ADD COLUMN IF NOT EXISTS replay_of Nullable(String) COMMENT 'Id of the dead letter that this event is a replay of; null for what a client sent' CODEC(ZSTD(1));

ALTER TABLE candor.dead_letters
    ADD COLUMN IF NOT EXISTS replay_of Nullable(String) COMMENT 'Id of the dead letter that this event is a replay of; null for what a client sent' CODEC(ZSTD(1));
