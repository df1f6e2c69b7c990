-- How long after the items were opened did each student first put the pen down in each of them?
-- `opened_ms` is host time; a worksheet that lies open from the start opens all its items with the assignment.
SELECT student, item, min(down_ms) - {opened_ms:Float64} AS first_stroke_ms
FROM strokes_latest
WHERE assignment = {assignment:String} AND item != ''
GROUP BY student, item
ORDER BY student, item
