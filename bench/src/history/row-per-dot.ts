import type { QuestionName } from "@penlight/infra/history/questions";

/** The obvious design beside ours: one row a dot, default codecs. */
export const ROW_PER_DOT_COLUMNS = [
  ...["assignment", "student", "page", "item", "box", "stroke", "down_ms"],
  ...["t", "x", "y", "force", "tilt_x", "tilt_y", "twist"],
];
export const ROW_PER_DOT = `CREATE TABLE row_per_dot (
  assignment LowCardinality(String), student LowCardinality(String), page LowCardinality(String), item LowCardinality(String),
  box LowCardinality(String), stroke String, down_ms Float64,
  t Int32, x Int32, y Int32, force Int32, tilt_x Int32, tilt_y Int32, twist Int32
) ENGINE = MergeTree ORDER BY (assignment, student, page, down_ms, t)`;

/** The same answers from one row per dot, duplicates not even considered. */
export const BESIDE_SQL: Partial<Record<QuestionName, string>> = {
  "01-page-ink": `SELECT stroke, any(item) AS item, any(box) AS box, any(down_ms) AS down_ms, groupArray(t) AS t_ms,
      groupArray(x * 0.0237066) AS x_mm, groupArray(y * 0.0237066) AS y_mm, groupArray(force) AS force
    FROM (SELECT * FROM row_per_dot
      WHERE assignment = {assignment:String} AND page = {page:String} AND student = {student:String} ORDER BY down_ms, t)
    GROUP BY stroke ORDER BY down_ms`,
  "07-writing-speed": `SELECT student, uniqExact(stroke) AS strokes, sum(mm) AS ink_mm, sum(ms) AS pen_down_ms,
      ink_mm / pen_down_ms * 1000 AS mean_speed, max(if(ms > 0, mm / ms * 1000, 0)) AS peak_speed, avg(force) AS mean_force
    FROM (SELECT student, stroke, force, t - lagInFrame(t, 1, t) OVER w AS ms,
      sqrt(pow(x - lagInFrame(x, 1, x) OVER w, 2) + pow(y - lagInFrame(y, 1, y) OVER w, 2)) * 0.0237066 AS mm
      FROM row_per_dot WHERE assignment = {assignment:String}
      WINDOW w AS (PARTITION BY student, stroke ORDER BY t ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
    GROUP BY student ORDER BY student`,
};
