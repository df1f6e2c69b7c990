-- Which strokes did the class write in an item, and how long, large and forceful was each?
SELECT
    student, stroke, box, down_ms, duration_ms::Float64 AS duration_ms, toUInt32(dots) AS dots, length_mm,
    x_max_mm - x_min_mm AS width_mm, y_max_mm - y_min_mm AS height_mm, mean_speed, peak_speed, mean_force
FROM strokes_latest
WHERE assignment = {assignment:String} AND item = {item:String}
ORDER BY student, down_ms, stroke
