import { boxIdsOf, type InkRegion, type Item, type Worksheet } from "@penlight/proto";

interface InkPictureProps {
  readonly region: InkRegion;
  /** Each flat: x, y, pressure for each dot, page mm. */
  readonly strokes: readonly (readonly number[])[];
  /** Null: what stands beside it says what it is. */
  readonly label: string | null;
  /** The item's boxes are drawn under the ink. */
  readonly worksheet: Worksheet | null;
  readonly item: Item | null;
}

/** What was written in an item, to scale, over its printed boxes. */
export function InkPicture({ region, strokes, label, worksheet, item }: InkPictureProps) {
  const names = new Set<string>(item === null ? [] : boxIdsOf(item));
  const boxes = worksheet?.boxes.filter((box) => names.has(box.id)) ?? [];
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label, or says nothing that is not said beside it
    <svg
      class="ink-picture"
      {...(label === null ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
      viewBox={`${region.xMm} ${region.yMm} ${region.widthMm} ${region.heightMm}`}
      data-strokes={strokes.length}
    >
      {boxes.map((box) => (
        <g key={box.id}>
          <rect x={box.xMm} y={box.yMm} width={box.widthMm} height={box.heightMm} />
          {box.label === undefined ? null : (
            <text x={box.xMm - 1} y={box.yMm + box.heightMm * 0.75} text-anchor="end" font-size="3.2">
              {box.label}
            </text>
          )}
        </g>
      ))}
      {strokes.map((stroke, index) => (
        <path key={index} d={pathOf(stroke)} />
      ))}
    </svg>
  );
}

/** @example pathOf([1, 2, 0.5, 3, 4, 0.5]) // "M1 2L3 4" */
export function pathOf(stroke: readonly number[]): string {
  let path = "";
  for (let at = 0; at < stroke.length; at += 3) path += `${at === 0 ? "M" : "L"}${stroke[at]} ${stroke[at + 1]}`;
  // A dot has no length, but a round end.
  return stroke.length === 3 ? `${path}h0` : path;
}
