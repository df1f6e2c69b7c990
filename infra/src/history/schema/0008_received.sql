-- When the last of a stroke, and of an answer's ink, was received: ink of a pen's memory can come days after it was written.
-- HIS-17.
ALTER TABLE strokes
    ADD COLUMN IF NOT EXISTS `received_ms` Float64 COMMENT 'Gateway clock when the last of its dots was received; 0: nobody knows' CODEC(Delta, ZSTD(3));

ALTER TABLE answers
    ADD COLUMN IF NOT EXISTS `received_ms` Float64 COMMENT 'Gateway clock when the last of its ink was received; 0: it has none, or nobody knows';

CREATE OR REPLACE VIEW strokes_latest AS
SELECT * EXCEPT gone
FROM
(
    SELECT
        *,
        stroke, version, pen_up_ms, down_ms, up_ms, first_dot_ms, last_dot_ms, dots, length_mm, mean_speed, peak_speed, mean_force, x_min_mm, x_max_mm, y_min_mm, y_max_mm
    FROM strokes
    ORDER BY
        placement DESC, version DESC, gone DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, item DESC, box DESC, received_ms
    LIMIT 1 BY assignment, student, page, pen, pen_down_ms
)
WHERE NOT gone;

CREATE OR REPLACE VIEW answers_versions AS
SELECT * FROM answers
ORDER BY at_ms DESC, recognizer DESC, state DESC, answer DESC, received_ms
LIMIT 1 BY assignment, student, item, version;

CREATE OR REPLACE VIEW answers_latest AS
SELECT * FROM answers
ORDER BY version DESC, at_ms DESC, recognizer DESC, state DESC, answer DESC, received_ms
LIMIT 1 BY assignment, student, item;
