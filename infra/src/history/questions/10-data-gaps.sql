-- What is missing: how much ink of each pen of a room was declared lost in a time, and how many strokes are incomplete?
SELECT
    pen, student,
    toUInt32(sum(gap)) AS gaps, toUInt32(sum(lost)) AS lost_events,
    toUInt32(sum(lossy)) AS lossy_strokes, toUInt32(sum(missing)) AS lost_dots
FROM (
    SELECT pen, student, 1 AS gap, lost_events AS lost, 0 AS lossy, 0 AS missing
    FROM gaps_latest
    WHERE room = {room:String} AND at_ms >= {from_ms:Float64} AND at_ms < {until_ms:Float64}
    UNION ALL
    SELECT pen, student, 0, 0, 1, lost_dots
    FROM strokes_latest
    WHERE room = {room:String} AND down_ms >= {from_ms:Float64} AND down_ms < {until_ms:Float64}
        AND assignment IN (
            SELECT DISTINCT assignment FROM strokes
            WHERE room = {room:String} AND down_ms >= {from_ms:Float64} AND down_ms < {until_ms:Float64}
        )
        AND (lost_dots > 0 OR synthetic_start OR synthetic_end)
)
GROUP BY pen, student
ORDER BY pen, student
