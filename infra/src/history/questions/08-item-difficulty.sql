-- How difficult was each item for each class (an assignment is one class's copy of a worksheet)?
-- Facility P is the mean of points / full points over judged and blank answers: high is easy. With it goes the share
-- of right among judged answers and its Wilson 95 % interval.
-- Straight from the table with the order of marks_latest: the view's other columns take longer than the counting.
WITH
    1.959964 AS z,
    greatest(judged, 1) AS n,
    right / n AS q,
    z * z / n AS e,
    z * sqrt(q * (1 - q) / n + e / 4 / n) AS w
SELECT
    assignment, item, right, judged, blank,
    if(isNaN(p), NULL, p) AS facility,
    if(right = 0, 0, (q + e / 2 - w) / (1 + e)) AS low,
    if(right = judged, 1, (q + e / 2 + w) / (1 + e)) AS high
FROM
(
    SELECT
        assignment, item,
        toUInt32(countIf(state = 'right')) AS right,
        toUInt32(countIf(state IN ('right', 'partial', 'wrong'))) AS judged,
        toUInt32(countIf(state = 'blank')) AS blank,
        avgIf(points / max_points, state IN ('right', 'partial', 'wrong', 'blank')) AS p
    FROM
    (
        SELECT assignment, item, state, points, max_points
        FROM marks
        WHERE assignment IN {assignments:Array(String)}
        ORDER BY decision DESC, answer_version DESC, worksheet_version DESC, by = 'machine', at_ms DESC, by DESC, points DESC
        LIMIT 1 BY assignment, student, item
    )
    WHERE max_points > 0
    GROUP BY assignment, item
)
ORDER BY assignment, item
