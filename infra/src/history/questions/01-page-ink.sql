-- What did a student write on a page: every stroke, dot by dot, in the order of writing?
-- Times in ms since pen-down, places in mm on the pen's paper, force in device units.
-- Other students' copies of the same strokes cannot hide: the pens are looked up first, then every copy is weighed.
SELECT stroke, item, box, down_ms, t_ms, x_mm, y_mm, force
FROM ink
WHERE assignment = {assignment:String} AND page = {page:String} AND student = {student:String}
    AND pen IN (
        SELECT pen FROM strokes
        WHERE assignment = {assignment:String} AND student = {student:String} AND page = {page:String}
    )
ORDER BY down_ms, stroke
