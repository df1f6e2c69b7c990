import type { PlacedBox } from "../worksheet-map.ts";
import { lengthWithin, scaledBox, sizeOf } from "./box-geometry.ts";
import { enclosesCentre, type StrokeKind } from "./kind.ts";
import type { StrokeShape } from "./shape.ts";
import { completesCross, isWide, STRIKE_CORE_WAY, strikesLine, strikesMark } from "./strike-out.ts";

/** Name and version of this recogniser, stored with every answer. */
export const RECOGNIZER = "marks-geometry/1";
/** On an empty box a stroke wider than this many box sizes cannot be told from a strike-out. ANS-34. */
export const MARK_WIDE_MAX = 1.75;

/** A placed stroke as the recogniser sees it. `box` is the index of its box among those of the item. */
export interface BoxStroke {
  readonly box: number;
  readonly kind: StrokeKind;
  readonly shape: StrokeShape;
}

/**
 * What the ink says of one printed box. `doubtful` is never counted: the teacher sees the ink.
 * `order` is the place (1, 2, ...) among the item's strokes of the last one that marked it; 0: none did.
 */
export interface BoxReading {
  readonly state: "empty" | "marked" | "struck" | "doubtful";
  readonly order: number;
}

interface OpenReading {
  state: BoxReading["state"];
  order: number;
  /** The strokes of the mark. */
  mark: BoxStroke[];
}

/** Reads the marks of one item, stroke by stroke in the order in which they were begun. ANS-30. */
export class MarkReader {
  readonly #boxes: readonly PlacedBox[];
  readonly #open: OpenReading[];
  #order = 0;

  /** @param boxes the item's boxes. */
  constructor(boxes: readonly PlacedBox[]) {
    this.#boxes = boxes;
    this.#open = boxes.map(() => ({ state: "empty", order: 0, mark: [] }));
  }

  get readings(): readonly BoxReading[] {
    return this.#open;
  }

  read(stroke: BoxStroke): void {
    this.#order++;
    if (stroke.kind === "rest" || stroke.kind === "slip") return;
    if (this.#strikeOthers(stroke)) return;
    const own = this.#open[stroke.box];
    const box = this.#boxes[stroke.box];
    if (own === undefined || box === undefined) return;
    const next = nextState(own, stroke, box);
    own.state = next;
    if (next === "marked") {
      own.order = this.#order;
      own.mark.push(stroke);
    } else if (next === "doubtful") {
      own.order = this.#order;
      own.mark = stroke.kind === "short" ? [...own.mark, stroke] : [];
    } else {
      own.mark = [];
    }
  }

  /** A long strike-out withdraws every mark that it passes through. Answers whether its own box was among them or empty. */
  #strikeOthers(stroke: BoxStroke): boolean {
    let struck = false;
    this.#open.forEach((other, index) => {
      if (index === stroke.box || (other.state !== "marked" && other.state !== "doubtful")) return;
      const box = this.#boxes[index] as PlacedBox;
      if (stroke.kind === "tick" || stroke.kind === "loop" || !isWide(stroke.shape, box)) return;
      other.state = "struck";
      other.mark = [];
      struck = true;
    });
    // Its own box holds nothing: it was a strike-out of the others and no mark.
    return struck && this.#open[stroke.box]?.state === "empty";
  }
}

function nextState(own: OpenReading, stroke: BoxStroke, box: PlacedBox): BoxReading["state"] {
  switch (own.state) {
    case "empty":
      return firstState(stroke, box);
    case "marked":
      return stateOverMark(own.mark, stroke, box);
    case "struck":
      // Lines and scribbles strike again; a fresh tick or ring may be a second thought. ANS-35.
      return stroke.kind === "tick" || stroke.kind === "loop" ? "doubtful" : "struck";
    case "doubtful":
      return stateOverDoubt(own.mark, stroke, box);
  }
}

function firstState(stroke: BoxStroke, box: PlacedBox): BoxReading["state"] {
  const { shape, kind } = stroke;
  if (kind === "short") return "doubtful";
  if (kind === "tick" || kind === "loop") return "marked";
  const wide = Math.max(
    (shape.right - shape.left) / (box.right - box.left),
    (shape.bottom - shape.top) / (box.bottom - box.top),
  );
  return wide > MARK_WIDE_MAX && isWide(shape, box) ? "doubtful" : "marked";
}

function stateOverMark(mark: readonly BoxStroke[], stroke: BoxStroke, box: PlacedBox): BoxReading["state"] {
  const first = mark[0] as BoxStroke;
  if (stroke.kind === "short") return "marked";
  if (mark.length === 1 && first.kind !== "loop" && first.kind !== "scribble") {
    // A line across what could be one arm of a cross. Over a tick it could as well strike it out.
    const crossed = completesCross(first.shape, stroke.shape) && !strikesLine(first.shape, stroke.shape, box);
    if (crossed && (first.kind !== "tick" || isWide(stroke.shape, box))) return first.kind === "tick" ? "struck" : "marked";
    if (crossed) return "doubtful";
    if (first.kind === "line" && !isWide(stroke.shape, box)) return "marked";
  }
  // Hatching: lines beside each other that do not leave the box.
  const hatched =
    mark.length > 1 && mark.every((each) => each.kind === "line") && !completesCross(first.shape, (mark[1] as BoxStroke).shape);
  if (hatched && stroke.kind === "line" && !isWide(stroke.shape, box)) return "marked";
  if (strikesMark(stroke.shape, stroke.kind, box)) return "struck";
  if (stroke.kind !== "scribble") return "marked";
  // A scribble that stays inside: more of a fill, or the end of another mark? ANS-36.
  const filled = mark.some((each) => each.kind === "scribble" || each.kind === "other");
  return filled || mark.every((each) => each.kind === "line") ? "marked" : "doubtful";
}

/** `shorts`: the short lines that are all there is to doubt; empty when the doubt is of another kind. */
function stateOverDoubt(shorts: readonly BoxStroke[], stroke: BoxStroke, box: PlacedBox): BoxReading["state"] {
  if (shorts.length === 0)
    return isWide(stroke.shape, box) && stroke.kind !== "tick" && stroke.kind !== "loop" ? "struck" : "doubtful";
  if (stroke.kind !== "short") return firstState(stroke, box);
  return shorts.some((each) => completesCross(each.shape, stroke.shape)) ? "marked" : "doubtful";
}

/** Whether a ring belongs to this box: it holds the middle and does not pass through it. ANS-11. */
export function ringsBox(shape: StrokeShape, box: PlacedBox): boolean {
  return enclosesCentre(shape, box) && lengthWithin(shape, scaledBox(box, 0.5)) < STRIKE_CORE_WAY * sizeOf(box);
}
