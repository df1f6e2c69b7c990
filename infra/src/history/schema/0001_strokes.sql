-- One row per copy of a stroke; nothing is updated in place. The newest copy is chosen at read time (view
-- strokes_latest), so a repeated insert changes nothing that a reader sees. HIS-1, HIS-6.
-- Dots: zigzag differences in nested arrays, which share one column of lengths; the first dot apart. ADR 0004.
-- Text columns say '' where there is nothing. Times are host milliseconds unless a name says "pen".
CREATE TABLE IF NOT EXISTS strokes
(
    `room` LowCardinality(String),
    `assignment` LowCardinality(String),
    `student` LowCardinality(String),
    `page` LowCardinality(String),
    `pen` LowCardinality(String),
    `item` LowCardinality(String),
    `box` LowCardinality(String),
    `pen_down_ms` Float64 CODEC(Delta, ZSTD(1)) COMMENT 'Pen clock; with pen and page the identity of the stroke',
    `pen_up_ms` Float64 CODEC(Delta, ZSTD(1)) COMMENT 'Pen clock',
    `clock_offset_ms` Float64 CODEC(Delta, ZSTD(1)) COMMENT 'Host clock minus pen clock',
    `version` UInt32 CODEC(T64, ZSTD(1)) COMMENT 'Dot count: the longer copy is the newer one',
    `tip` Enum8('pen' = 0, 'eraser' = 1),
    `source` Enum8('live' = 0, 'memory' = 1),
    `color` UInt32 CODEC(ZSTD(1)) COMMENT '0xAARRGGBB',
    `max_force` UInt32 CODEC(T64, ZSTD(1)),
    `synthetic_start` Bool,
    `synthetic_end` Bool,
    `lost_dots` UInt32 CODEC(T64, ZSTD(1)),
    `first_t` Int32 CODEC(T64, ZSTD(1)),
    `first_x` Int32 CODEC(Delta, ZSTD(1)) COMMENT 'Hundredths of an Ncode unit',
    `first_y` Int32 CODEC(Delta, ZSTD(1)) COMMENT 'Hundredths of an Ncode unit',
    `first_force` Int32 CODEC(T64, ZSTD(1)),
    `first_tilt_x` Int32 CODEC(Delta, ZSTD(1)),
    `first_tilt_y` Int32 CODEC(Delta, ZSTD(1)),
    `first_twist` Int32 CODEC(Delta, ZSTD(1)),
    `ink.t` Array(UInt32) CODEC(T64, ZSTD(1)) COMMENT 'First differences, zigzag',
    `ink.x` Array(UInt32) CODEC(T64, ZSTD(1)) COMMENT 'Second differences, zigzag',
    `ink.y` Array(UInt32) CODEC(T64, ZSTD(1)) COMMENT 'Second differences, zigzag',
    `ink.force` Array(UInt32) CODEC(T64, ZSTD(1)) COMMENT 'First differences, zigzag',
    `ink.tilt_x` Array(UInt32) CODEC(T64, ZSTD(1)) COMMENT 'First differences, zigzag',
    `ink.tilt_y` Array(UInt32) CODEC(T64, ZSTD(1)) COMMENT 'First differences, zigzag',
    `ink.twist` Array(UInt32) CODEC(T64, ZSTD(1)) COMMENT 'First differences, zigzag',
    `duration_ms` Int64 CODEC(T64, ZSTD(1)) COMMENT 'Last dot minus first dot',
    `length_um` UInt64 CODEC(T64, ZSTD(1)) COMMENT 'Micrometres of ink',
    `peak_um_per_s` UInt64 CODEC(T64, ZSTD(1)) COMMENT 'Largest speed between two neighbouring dots',
    `mean_force_milli` Int64 CODEC(T64, ZSTD(1)) COMMENT 'Thousandths of a device unit',
    `left` UInt32 CODEC(T64, ZSTD(1)) COMMENT 'Bounding box as distances from the first dot, hundredths of an Ncode unit',
    `right` UInt32 CODEC(T64, ZSTD(1)),
    `above` UInt32 CODEC(T64, ZSTD(1)),
    `below` UInt32 CODEC(T64, ZSTD(1)),
    `stroke` String ALIAS concat(pen, '.', if(page = '', 'unknown', page), '.', toString(pen_down_ms)),
    `down_ms` Float64 ALIAS pen_down_ms + clock_offset_ms,
    `up_ms` Float64 ALIAS pen_up_ms + clock_offset_ms,
    `dots` UInt64 ALIAS length(`ink.t`),
    `length_mm` Float64 ALIAS length_um / 1000,
    `mean_speed` Float64 ALIAS if(duration_ms > 0, length_um / duration_ms, 0),
    `peak_speed` Float64 ALIAS peak_um_per_s / 1000,
    `mean_force` Float64 ALIAS mean_force_milli / 1000,
    `x_min_mm` Float64 ALIAS (toInt64(first_x) - left) * (56 / 600 * 25.4 / 100),
    `x_max_mm` Float64 ALIAS (toInt64(first_x) + right) * (56 / 600 * 25.4 / 100),
    `y_min_mm` Float64 ALIAS (toInt64(first_y) - above) * (56 / 600 * 25.4 / 100),
    `y_max_mm` Float64 ALIAS (toInt64(first_y) + below) * (56 / 600 * 25.4 / 100)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(toDateTime(greatest(0, least(pen_down_ms + clock_offset_ms, 4102444799000)) / 1000, 'UTC'))
ORDER BY (assignment, student, page, pen_down_ms, pen)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- The newest copy of each stroke of an assignment. A filter on assignment, page and pen reaches the primary key; one
-- on student does not (a pen may have changed hands between two copies). HIS-7.
CREATE VIEW IF NOT EXISTS strokes_latest AS
SELECT
    *,
    stroke, down_ms, up_ms, dots, length_mm, mean_speed, peak_speed, mean_force, x_min_mm, x_max_mm, y_min_mm, y_max_mm
FROM strokes
ORDER BY
    version DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, student DESC, item DESC, box DESC
LIMIT 1 BY assignment, page, pen, pen_down_ms;

-- The dots of strokes_latest, decoded: one array a field, in the units of a researcher.
CREATE VIEW IF NOT EXISTS ink AS
SELECT
    room, assignment, student, page, pen, item, box, stroke, down_ms,
    arrayMap(v -> toInt32(first_t + v), arrayCumSum(arrayMap(v -> toInt64(bitXor(toInt32(bitShiftRight(v, 1)), -toInt32(bitAnd(v, 1)))), `ink.t`))) AS t_ms,
    arrayMap(v -> toInt32(first_x + v) * (56 / 600 * 25.4 / 100), arrayCumSum(arrayCumSum(arrayMap(v -> toInt64(bitXor(toInt32(bitShiftRight(v, 1)), -toInt32(bitAnd(v, 1)))), `ink.x`)))) AS x_mm,
    arrayMap(v -> toInt32(first_y + v) * (56 / 600 * 25.4 / 100), arrayCumSum(arrayCumSum(arrayMap(v -> toInt64(bitXor(toInt32(bitShiftRight(v, 1)), -toInt32(bitAnd(v, 1)))), `ink.y`)))) AS y_mm,
    arrayMap(v -> toInt32(first_force + v), arrayCumSum(arrayMap(v -> toInt64(bitXor(toInt32(bitShiftRight(v, 1)), -toInt32(bitAnd(v, 1)))), `ink.force`))) AS force,
    arrayMap(v -> toInt32(first_tilt_x + v), arrayCumSum(arrayMap(v -> toInt64(bitXor(toInt32(bitShiftRight(v, 1)), -toInt32(bitAnd(v, 1)))), `ink.tilt_x`))) AS tilt_x,
    arrayMap(v -> toInt32(first_tilt_y + v), arrayCumSum(arrayMap(v -> toInt64(bitXor(toInt32(bitShiftRight(v, 1)), -toInt32(bitAnd(v, 1)))), `ink.tilt_y`))) AS tilt_y,
    arrayMap(v -> toInt32(first_twist + v), arrayCumSum(arrayMap(v -> toInt64(bitXor(toInt32(bitShiftRight(v, 1)), -toInt32(bitAnd(v, 1)))), `ink.twist`))) AS twist
FROM strokes_latest;
