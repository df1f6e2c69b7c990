-- One row per copy of a stroke; nothing is updated in place. The newest copy is chosen at read time (view
-- strokes_latest), so a repeated insert changes nothing that a reader sees. HIS-1, HIS-6.
-- Dots: zigzag differences in nested arrays, which share one column of lengths; the first dot apart, and what exceeds a
-- byte apart as well. View ink has them decoded. ADR 0004.
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
    `pen_down_ms` Float64 COMMENT 'Pen clock; with pen and page the identity of the stroke' CODEC(Delta, ZSTD(1)),
    `up_after_ms` Float64 COMMENT 'Pen-up minus last dot' CODEC(ZSTD(1)),
    `up_exact_ms` Array(Float64) COMMENT 'Pen-up on the pen clock, where the sum would not give it to the last bit' CODEC(ZSTD(1)),
    `clock_offset_ms` Float64 COMMENT 'Host clock minus pen clock' CODEC(Delta, ZSTD(3)),
    `extra_version` Int64 COMMENT 'Version minus dot count: 0' CODEC(T64, ZSTD(1)),
    `tip` Enum8('pen' = 0, 'eraser' = 1),
    `source` Enum8('live' = 0, 'memory' = 1),
    `color` UInt32 COMMENT '0xAARRGGBB' CODEC(ZSTD(3)),
    `max_force` UInt32 CODEC(T64, ZSTD(3)),
    `synthetic_start` Bool,
    `synthetic_end` Bool,
    `lost_dots` UInt32 CODEC(T64, ZSTD(3)),
    `first_t` Int32 CODEC(T64, ZSTD(3)),
    `first_x` Int32 COMMENT 'Hundredths of an Ncode unit' CODEC(Delta, ZSTD(3)),
    `first_y` Int32 COMMENT 'Hundredths of an Ncode unit' CODEC(Delta, ZSTD(3)),
    `first_force` Int32 CODEC(T64, ZSTD(3)),
    `first_tilt_x` Int32 CODEC(Delta, ZSTD(3)),
    `first_tilt_y` Int32 CODEC(Delta, ZSTD(3)),
    `first_twist` Int32 CODEC(Delta, ZSTD(3)),
    `low.t` Array(UInt8) COMMENT 'First differences, zigzag, low bytes' CODEC(ZSTD(6)),
    `low.x` Array(UInt8) COMMENT 'Second differences, zigzag, low bytes' CODEC(ZSTD(1)),
    `low.y` Array(UInt8) COMMENT 'Second differences, zigzag, low bytes' CODEC(ZSTD(1)),
    `low.force` Array(UInt8) COMMENT 'First differences, zigzag, low bytes' CODEC(ZSTD(1)),
    `low.tilt_x` Array(UInt8) COMMENT 'First differences, zigzag, low bytes' CODEC(T64('bit'), ZSTD(3)),
    `low.tilt_y` Array(UInt8) COMMENT 'First differences, zigzag, low bytes' CODEC(T64('bit'), ZSTD(3)),
    `low.twist` Array(UInt8) COMMENT 'First differences, zigzag, low bytes' CODEC(T64('bit'), ZSTD(3)),
    `high.t` Array(UInt32) COMMENT 'The rest of low.t / 256; empty: all zero' CODEC(T64, ZSTD(3)),
    `high.x` Array(UInt32) COMMENT 'The rest of low.x / 256; empty: all zero' CODEC(T64, ZSTD(3)),
    `high.y` Array(UInt32) COMMENT 'The rest of low.y / 256; empty: all zero' CODEC(T64, ZSTD(3)),
    `high.force` Array(UInt32) COMMENT 'The rest of low.force / 256; empty: all zero' CODEC(T64, ZSTD(3)),
    `high.tilt_x` Array(UInt32) COMMENT 'The rest of low.tilt_x / 256; empty: all zero' CODEC(T64, ZSTD(3)),
    `high.tilt_y` Array(UInt32) COMMENT 'The rest of low.tilt_y / 256; empty: all zero' CODEC(T64, ZSTD(3)),
    `high.twist` Array(UInt32) COMMENT 'The rest of low.twist / 256; empty: all zero' CODEC(T64, ZSTD(3)),
    `duration_ms` Int64 COMMENT 'Last dot minus first dot' CODEC(T64, ZSTD(3)),
    `length_10um` UInt64 COMMENT 'Ink in hundredths of a mm' CODEC(T64, ZSTD(3)),
    `peak_speed_tenths` UInt64 COMMENT 'Largest speed between two neighbouring dots, tenths of a mm/s' CODEC(T64, ZSTD(3)),
    `mean_force_tenths` Int64 COMMENT 'Tenths of a device unit' CODEC(T64, ZSTD(3)),
    `reach_left` UInt32 COMMENT 'Bounding box as distances from the first dot, hundredths of an Ncode unit' CODEC(T64, ZSTD(3)),
    `reach_right` UInt32 CODEC(T64, ZSTD(3)),
    `reach_up` UInt32 CODEC(T64, ZSTD(3)),
    `reach_down` UInt32 CODEC(T64, ZSTD(3)),
    INDEX down_ms_range pen_down_ms + clock_offset_ms TYPE minmax GRANULARITY 1,
    `stroke` String ALIAS concat(pen, '.', if(page = '', 'unknown', page), '.', toString(pen_down_ms)),
    `version` UInt32 ALIAS length(`low.t`) + extra_version,
    `pen_up_ms` Float64 ALIAS if(empty(up_exact_ms), pen_down_ms + (first_t + duration_ms) + up_after_ms, up_exact_ms[1]),
    `down_ms` Float64 ALIAS pen_down_ms + clock_offset_ms,
    `up_ms` Float64 ALIAS pen_up_ms + clock_offset_ms,
    `first_dot_ms` Float64 ALIAS pen_down_ms + clock_offset_ms + first_t,
    `last_dot_ms` Float64 ALIAS pen_down_ms + clock_offset_ms + first_t + duration_ms,
    `dots` UInt64 ALIAS length(`low.t`),
    `length_mm` Float64 ALIAS length_10um / 100,
    `mean_speed` Float64 ALIAS if(duration_ms > 0, length_10um * 10 / duration_ms, 0),
    `peak_speed` Float64 ALIAS peak_speed_tenths / 10,
    `mean_force` Float64 ALIAS mean_force_tenths / 10,
    `x_min_mm` Float64 ALIAS (toInt64(first_x) - reach_left) * (56 / 600 * 25.4 / 100),
    `x_max_mm` Float64 ALIAS (toInt64(first_x) + reach_right) * (56 / 600 * 25.4 / 100),
    `y_min_mm` Float64 ALIAS (toInt64(first_y) - reach_up) * (56 / 600 * 25.4 / 100),
    `y_max_mm` Float64 ALIAS (toInt64(first_y) + reach_down) * (56 / 600 * 25.4 / 100)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(toDateTime(greatest(0.0, least(pen_down_ms + clock_offset_ms, 4102444799000.0)) / 1000, 'UTC'))
ORDER BY (assignment, student, page, pen_down_ms, pen)
SETTINGS default_compression_codec = 'ZSTD(3)', index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- The newest copy of each stroke that a student wrote in an assignment. Filters on the columns of LIMIT BY reach the
-- primary key; filters on others see what it leaves. HIS-7.
CREATE VIEW IF NOT EXISTS strokes_latest AS
SELECT
    *,
    stroke, version, pen_up_ms, down_ms, up_ms, first_dot_ms, last_dot_ms, dots, length_mm, mean_speed, peak_speed, mean_force, x_min_mm, x_max_mm, y_min_mm, y_max_mm
FROM strokes
ORDER BY
    version DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, item DESC, box DESC
LIMIT 1 BY assignment, student, page, pen, pen_down_ms;

-- Their dots, decoded: one array a field, in the units of a researcher. Not made from strokes_latest: half the time of a
-- short question is spent on columns that it does not ask for.
CREATE VIEW IF NOT EXISTS ink AS
SELECT
    room, assignment, student, page, pen, item, box,
    concat(pen, '.', if(page = '', 'unknown', page), '.', toString(pen_down_ms)) AS stroke,
    pen_down_ms + clock_offset_ms AS down_ms,
    arrayMap(v -> toInt32(first_t + v), arrayCumSum(arrayMap((l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))), `low.t`, arrayResize(`high.t`, length(`low.t`))))) AS t_ms,
    arrayMap(v -> toInt32(first_x + v) * (56 / 600 * 25.4 / 100), arrayCumSum(arrayCumSum(arrayMap((l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))), `low.x`, arrayResize(`high.x`, length(`low.t`)))))) AS x_mm,
    arrayMap(v -> toInt32(first_y + v) * (56 / 600 * 25.4 / 100), arrayCumSum(arrayCumSum(arrayMap((l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))), `low.y`, arrayResize(`high.y`, length(`low.t`)))))) AS y_mm,
    arrayMap(v -> toInt32(first_force + v), arrayCumSum(arrayMap((l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))), `low.force`, arrayResize(`high.force`, length(`low.t`))))) AS force,
    arrayMap(v -> toInt32(first_tilt_x + v), arrayCumSum(arrayMap((l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))), `low.tilt_x`, arrayResize(`high.tilt_x`, length(`low.t`))))) AS tilt_x,
    arrayMap(v -> toInt32(first_tilt_y + v), arrayCumSum(arrayMap((l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))), `low.tilt_y`, arrayResize(`high.tilt_y`, length(`low.t`))))) AS tilt_y,
    arrayMap(v -> toInt32(first_twist + v), arrayCumSum(arrayMap((l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))), `low.twist`, arrayResize(`high.twist`, length(`low.t`))))) AS twist
FROM strokes
ORDER BY
    version DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, item DESC, box DESC
LIMIT 1 BY assignment, student, page, pen, pen_down_ms;
