import type { Measured } from "./measure.ts";
import type { Sample } from "./samples.ts";

const CELL = 90;
const INK = 64;
const COLUMNS = 8;

/** One picture a row: what was written and read for what, with the ink; null when nothing was misread. */
export function confusionPicture({ row, confusions }: Measured, pairsMax = 24): string | null {
  const shown = confusions.slice(0, pairsMax);
  if (shown.length === 0) return null;
  const lines = shown.map(({ truth, read, count, examples }, at) => {
    const y = at * CELL;
    const ink = examples.slice(0, COLUMNS).map((sample, column) => inkOf(sample, 150 + column * CELL, y + 12));
    return `<text x="8" y="${y + CELL / 2}">${escaped(`${truth} read ${read} (${count})`)}</text>${ink.join("")}`;
  });
  const height = shown.length * CELL;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${160 + COLUMNS * CELL}" height="${height}" font-family="sans-serif" font-size="14"><title>${escaped(row.name)}</title><rect width="100%" height="100%" fill="white"/>${lines.join("")}</svg>\n`;
}

function inkOf({ strokes, writer }: Sample, x: number, y: number): string {
  const xs = strokes.flatMap(({ points }) => [...points].filter((_, at) => at % 2 === 0));
  const ys = strokes.flatMap(({ points }) => [...points].filter((_, at) => at % 2 === 1));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const scale = INK / Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 1e-6);
  const paths = strokes.map(({ points }) => {
    let path = "";
    for (let at = 0; at < points.length; at += 2) {
      const px = x + ((points[at] as number) - left) * scale;
      const py = y + ((points[at + 1] as number) - top) * scale;
      path += `${at === 0 ? "M" : "L"}${px.toFixed(1)} ${py.toFixed(1)}`;
    }
    // A line of no length is a dot under a round cap.
    if (points.length === 2) path += "h0";
    return `<path d="${path}" fill="none" stroke="#123" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
  });
  return `<g><title>${escaped(writer)}</title>${paths.join("")}</g>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
