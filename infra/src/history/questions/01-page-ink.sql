-- What did a student write on a page: every stroke, dot by dot, in the order of writing?
-- Times in ms since pen-down, places in mm on the pen's paper, force in device units.
-- What view ink says, for four of its fields and with one decoding for them all: of the time that a page takes, most goes
-- into understanding the query.
SELECT
    concat(pen, '.', if(page = '', 'unknown', page), '.', toString(pen_down_ms)) AS stroke,
    item, box,
    pen_down_ms + clock_offset_ms AS down_ms,
    arrayMap(v -> toInt32(first_t + v), arrayCumSum(arraySlice(steps, 1, n))) AS t_ms,
    arrayMap(v -> toInt32(first_x + v), arrayCumSum(arrayCumSum(arraySlice(steps, n + 1, n)))) * (56 / 600 * 25.4 / 100) AS x_mm,
    arrayMap(v -> toInt32(first_y + v), arrayCumSum(arrayCumSum(arraySlice(steps, 2 * n + 1, n)))) * (56 / 600 * 25.4 / 100) AS y_mm,
    arrayMap(v -> toInt32(first_force + v), arrayCumSum(arraySlice(steps, 3 * n + 1, n))) AS force
FROM
(
    SELECT
        gone, item, box, pen, page, pen_down_ms, clock_offset_ms, first_t, first_x, first_y, first_force,
        length(`low.t`) AS n,
        -- Where one of the high parts is there all are, as long as the low ones.
        arrayMap(
            (l, h) -> toInt64(bitXor(toInt32(bitShiftRight(l + 256 * h, 1)), -toInt32(bitAnd(l, 1)))),
            arrayConcat(`low.t`, `low.x`, `low.y`, `low.force`),
            arrayResize(arrayConcat(`high.t`, `high.x`, `high.y`, `high.force`), 4 * n)
        ) AS steps
    FROM strokes
    WHERE assignment = {assignment:String} AND page = {page:String} AND student = {student:String}
    ORDER BY
        placement DESC, n + extra_version DESC, gone DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, item DESC, box DESC
    LIMIT 1 BY pen, pen_down_ms
)
WHERE NOT gone
ORDER BY down_ms, stroke
SETTINGS max_threads = 1
