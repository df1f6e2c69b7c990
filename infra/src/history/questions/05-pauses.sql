-- When did a student stop writing for at least `pause_ms`, for how long, and between which items?
-- A silence in which ink of the student's pen was lost is not a pause: nobody knows whether it was one.
WITH neighbours AS (
    SELECT
        student, item,
        lagInFrame(item, 1, '') OVER earlier AS item_before,
        lagInFrame(last_dot_ms, 1, first_dot_ms) OVER earlier AS from_ms,
        first_dot_ms AS until_ms
    FROM strokes_latest
    WHERE assignment = {assignment:String}
    WINDOW earlier AS (PARTITION BY student ORDER BY first_dot_ms, stroke ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
), lost AS (
    SELECT student, groupArray(at_ms) AS gaps_ms
    FROM gaps_latest
    WHERE room IN (SELECT DISTINCT room FROM strokes WHERE assignment = {assignment:String})
    GROUP BY student
)
SELECT student, item_before, item AS item_after, from_ms, until_ms - from_ms AS pause_ms
FROM neighbours LEFT JOIN lost USING (student)
WHERE until_ms - from_ms >= {pause_ms:Float64} AND NOT arrayExists(at -> at > from_ms AND at <= until_ms, gaps_ms)
ORDER BY student, from_ms
