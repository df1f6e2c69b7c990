-- How fast, how forcefully and how much did each student write?
-- Mean speed is ink length / pen-down time in mm/s; peak speed is the largest between two neighbouring dots, unsmoothed.
SELECT
    student,
    toUInt32(count()) AS strokes,
    sum(length_mm) AS ink_mm,
    sum(duration_ms)::Float64 AS pen_down_ms,
    if(pen_down_ms > 0, ink_mm / pen_down_ms * 1000, 0) AS mean_speed,
    max(strokes_latest.peak_speed) AS peak_speed,
    sum(strokes_latest.mean_force * dots) / sum(dots) AS mean_force
FROM strokes_latest
WHERE assignment = {assignment:String} AND dots > 0
GROUP BY student
ORDER BY student
