-- What did a student write on a page: every stroke, dot by dot, in the order of writing?
-- Times in ms since pen-down, places in mm on the pen's paper, force in device units.
SELECT stroke, item, box, down_ms, t_ms, x_mm, y_mm, force
FROM ink
WHERE assignment = {assignment:String} AND page = {page:String} AND student = {student:String}
ORDER BY down_ms, stroke
