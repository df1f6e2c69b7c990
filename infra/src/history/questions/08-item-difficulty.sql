-- How difficult was each item for each class (an assignment is one class's copy of a worksheet)?
-- Facility P is the mean of points / full points over judged and blank answers: high is easy. With it goes the share
-- of right among judged answers and its Wilson 95 % interval.
WITH
    1.959964 AS z,
    counts AS (
        SELECT
            assignment, item,
            countIf(state = 'right') AS n_right,
            countIf(state IN ('right', 'partial', 'wrong')) AS n_judged,
            countIf(state = 'blank') AS n_blank,
            avgIf(points / max_points, state IN ('right', 'partial', 'wrong', 'blank')) AS p
        FROM marks_latest
        WHERE assignment IN {assignments:Array(String)} AND max_points > 0
        GROUP BY assignment, item
    )
SELECT
    assignment, item,
    toUInt32(n_right) AS right, toUInt32(n_judged) AS judged, toUInt32(n_blank) AS blank,
    if(isNaN(p), NULL, p) AS facility,
    if(n_judged = 0, 0, (q + z * z / 2 / n_judged - z * sqrt(q * (1 - q) / n_judged + z * z / 4 / n_judged / n_judged)) / (1 + z * z / n_judged)) AS low,
    if(n_judged = 0, 1, (q + z * z / 2 / n_judged + z * sqrt(q * (1 - q) / n_judged + z * z / 4 / n_judged / n_judged)) / (1 + z * z / n_judged)) AS high
FROM (SELECT *, n_right / greatest(n_judged, 1) AS q FROM counts)
ORDER BY assignment, item
