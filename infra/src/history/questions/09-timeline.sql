-- What did a student do, one thing after the other: visits to items, states of answers, and lost ink?
-- A visit is a run of strokes in one item (or in the margin: no item).
WITH strokes_in_order AS (
    SELECT
        item, first_dot_ms, last_dot_ms, length_mm, stroke,
        item != lagInFrame(item, 1, '\0') OVER earlier AS begins
    FROM strokes_latest
    WHERE assignment = {assignment:String} AND student = {student:String}
    WINDOW earlier AS (ORDER BY first_dot_ms, stroke ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
), numbered AS (
    SELECT *, sum(begins) OVER (ORDER BY first_dot_ms, stroke) AS visit FROM strokes_in_order
)
SELECT * FROM (
    SELECT
        'visit' AS kind, min(first_dot_ms) AS from_ms, max(last_dot_ms) AS until_ms, any(item) AS item,
        concat(toString(count()), ' strokes, ', toString(round(sum(length_mm), 1)), ' mm') AS detail
    FROM numbered GROUP BY visit
    UNION ALL
    SELECT 'answer', at_ms, at_ms, item, concat(toString(state), ' ', answer)
    FROM answers_versions
    WHERE assignment = {assignment:String} AND student = {student:String}
    UNION ALL
    SELECT 'gap', at_ms, at_ms, '', concat(toString(lost_events), ' lost: ', reason)
    FROM gaps_latest
    WHERE student = {student:String} AND room IN (SELECT DISTINCT room FROM strokes WHERE assignment = {assignment:String})
)
ORDER BY from_ms, kind, item
