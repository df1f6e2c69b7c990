-- Every version of an answer. HIS-2.
CREATE TABLE IF NOT EXISTS answers
(
    `room` LowCardinality(String),
    `assignment` LowCardinality(String),
    `student` LowCardinality(String),
    `item` LowCardinality(String),
    `version` UInt32,
    `state` Enum8('no-signal' = 0, 'not-started' = 1, 'writing' = 2, 'unsure' = 3, 'right' = 4, 'partial' = 5, 'wrong' = 6, 'blank' = 7, 'withdrawn' = 8),
    `answer` String COMMENT 'JSON: an option, a list of options, true or false, or null',
    `at_ms` Float64 COMMENT 'Host time of the last ink that counts; for a blank: when the assignment closed',
    `strokes` Array(String),
    `recognizer` LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(toDateTime(greatest(0.0, least(at_ms, 4102444799000.0)) / 1000, 'UTC'))
ORDER BY (assignment, student, item, version)
SETTINGS default_compression_codec = 'ZSTD(3)', index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- Every version once.
CREATE VIEW IF NOT EXISTS answers_versions AS
SELECT * FROM answers
ORDER BY at_ms DESC, recognizer DESC, state DESC, answer DESC
LIMIT 1 BY assignment, student, item, version;

CREATE VIEW IF NOT EXISTS answers_latest AS
SELECT * FROM answers
ORDER BY version DESC, at_ms DESC, recognizer DESC, state DESC, answer DESC
LIMIT 1 BY assignment, student, item;

-- What answer versions are worth, by machine or by a teacher. HIS-3.
CREATE TABLE IF NOT EXISTS marks
(
    `room` LowCardinality(String),
    `assignment` LowCardinality(String),
    `student` LowCardinality(String),
    `item` LowCardinality(String),
    `answer_version` UInt32,
    `worksheet_version` UInt32,
    `state` Enum8('no-signal' = 0, 'not-started' = 1, 'writing' = 2, 'unsure' = 3, 'right' = 4, 'partial' = 5, 'wrong' = 6, 'blank' = 7, 'withdrawn' = 8),
    `points` Float64,
    `max_points` Float64,
    `by` LowCardinality(String) COMMENT '"machine" or the id of a teacher',
    `at_ms` Float64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(toDateTime(greatest(0.0, least(at_ms, 4102444799000.0)) / 1000, 'UTC'))
ORDER BY (assignment, student, item, answer_version)
SETTINGS default_compression_codec = 'ZSTD(3)', index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS marks_latest AS
SELECT * FROM marks
ORDER BY answer_version DESC, worksheet_version DESC, by = 'machine', at_ms DESC, by DESC, points DESC
LIMIT 1 BY assignment, student, item;

-- Ink that was made and cannot be had. HIS-4.
CREATE TABLE IF NOT EXISTS gaps
(
    `room` LowCardinality(String),
    `pen` LowCardinality(String),
    `student` LowCardinality(String),
    `at_ms` Float64,
    `lost_events` UInt32,
    `reason` LowCardinality(String),
    `cause` String COMMENT 'Room, pen, time and reason of the record that declared it: its identity'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(toDateTime(greatest(0.0, least(at_ms, 4102444799000.0)) / 1000, 'UTC'))
ORDER BY (room, at_ms, cause)
SETTINGS default_compression_codec = 'ZSTD(3)', index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS gaps_latest AS
SELECT * FROM gaps
ORDER BY at_ms
LIMIT 1 BY cause;
