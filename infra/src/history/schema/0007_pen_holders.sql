-- Which pupil wrote with which pen, from when to when: a row for each stretch of strokes of one pupil. A pen's document says
-- whose it was on paper, also where nobody wrote; this says what the ink says. HIS-16.
CREATE OR REPLACE VIEW pen_holders AS
SELECT
    pen,
    any(holder) AS student,
    min(down_ms) AS since_ms,
    max(up_ms) AS until_ms,
    count() AS strokes
FROM
(
    SELECT
        pen, holder, down_ms, up_ms,
        sum(turn) OVER (PARTITION BY pen ORDER BY down_ms, up_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
    FROM
    (
        SELECT
            pen, student AS holder, down_ms, up_ms,
            student != lagInFrame(student, 1, student) OVER (PARTITION BY pen ORDER BY down_ms, up_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS turn
        FROM strokes_latest
    )
)
GROUP BY pen, stretch
ORDER BY pen, since_ms;
