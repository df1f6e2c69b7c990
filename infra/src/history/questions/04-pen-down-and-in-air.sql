-- How long was the pen on the paper and how long in the air between strokes, for each student and item?
-- A gap between two strokes is time in the air while it is shorter than `pause_ms`; a longer one is a pause (question 5).
-- It counts for an item when the student's strokes before and after it are both in that item.
WITH neighbours AS (
    SELECT
        student, item, duration_ms, length_mm,
        lagInFrame(item, 1, '') OVER earlier AS item_before,
        first_dot_ms - lagInFrame(last_dot_ms, 1, first_dot_ms) OVER earlier AS gap_ms
    FROM strokes_latest
    WHERE assignment = {assignment:String}
    WINDOW earlier AS (PARTITION BY student ORDER BY first_dot_ms, stroke ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
SELECT
    student, item,
    toUInt32(count()) AS strokes,
    sum(duration_ms)::Float64 AS pen_down_ms,
    sumIf(gap_ms, item_before = item AND gap_ms > 0 AND gap_ms < {pause_ms:Float64}) AS in_air_ms,
    sum(length_mm) AS ink_mm
FROM neighbours
WHERE item != ''
GROUP BY student, item
ORDER BY student, item
