-- A stroke that a later setup places elsewhere gets a row there, and a row that says `gone` where it was: what readers see
-- of it is one row, and still one assignment is read to know the strokes of one assignment. HIS-7, ADR 0004.
ALTER TABLE strokes
    ADD COLUMN IF NOT EXISTS `placement` UInt32 COMMENT 'Revision of the setup that placed it: of rows of one stroke the largest counts' CODEC(T64, ZSTD(3)),
    ADD COLUMN IF NOT EXISTS `gone` Bool COMMENT 'No stroke: it is not (any more) under this assignment and student' CODEC(ZSTD(3));

-- The row that counts of each stroke that a student wrote in an assignment. Filters on the columns of LIMIT BY reach the
-- primary key; filters on others see what it leaves. HIS-7.
CREATE OR REPLACE VIEW strokes_latest AS
SELECT * EXCEPT gone
FROM
(
    SELECT
        *,
        stroke, version, pen_up_ms, down_ms, up_ms, first_dot_ms, last_dot_ms, dots, length_mm, mean_speed, peak_speed, mean_force, x_min_mm, x_max_mm, y_min_mm, y_max_mm
    FROM strokes
    ORDER BY
        placement DESC, version DESC, gone DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, item DESC, box DESC
    LIMIT 1 BY assignment, student, page, pen, pen_down_ms
)
WHERE NOT gone;

-- Their dots, decoded: one array a field, in the units of a researcher. Not made from strokes_latest: half the time of a
-- short question is spent on columns that it does not ask for.
CREATE OR REPLACE VIEW ink AS
SELECT * EXCEPT gone
FROM
(
    SELECT
        gone, room, assignment, student, page, pen, item, box,
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
        placement DESC, version DESC, gone DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, item DESC, box DESC
    LIMIT 1 BY assignment, student, page, pen, pen_down_ms
)
WHERE NOT gone;
