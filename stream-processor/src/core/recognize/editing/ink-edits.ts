import { chordOf, type Rectangle, steepnessOf } from "../box-geometry.ts";
import { isTick } from "../kind.ts";
import { type StrokeShape, shapeOfPoints } from "../shape.ts";
import { completesCross, FLAT_RAD } from "../strike-out.ts";
import { around, bodiesOf, bodyOf, heightOf, widthOf } from "./ink-body.ts";
import { areNear, couldBeWritten, isOver, isPlainlyOver, lengthOf } from "./over-ink.ts";
import { isFlat, isLine, type Strike, strikeOf, takenBy } from "./strike-kind.ts";

/** What was done to ink, by the rule that decided it. */
export interface EditStep {
  readonly rule: "ANS-81" | "ANS-82" | "ANS-83" | "ANS-84" | "ANS-85" | "ANS-86" | "ANS-87" | "ANS-89";
  readonly what: string;
  /** Strokes that did it, and those that it was done to: their places among the item's strokes, from 0 on. */
  readonly by: readonly number[];
  readonly to: readonly number[];
}

/** What is left of a box's ink after its edits. */
export interface EditedInk {
  /** Strokes that count, in the order of writing; those written over a strike-out stand in its place. */
  readonly live: readonly StrokeShape[];
  readonly isStruck: boolean;
  /** Something could be meant one way or the other: nothing of it is counted. */
  readonly isDoubtful: boolean;
  readonly steps: readonly EditStep[];
}

/** Text of these strokes when it is certain enough to count; null: it is not. */
export type ReadSure = (strokes: readonly StrokeShape[]) => string | null;

/** More than this share of the ink beside the box is for the teacher. ANS-88. */
const OUTSIDE_SHARE = 0.6;
/** A stroke smaller than this, mm, is a dot: it edits nothing and says nothing alone. ANS-80. */
export const DOT_MM = 1.2;

/**
 * The ink of one written box, edit by edit in the order of writing. Each new stroke costs one look at those before it and
 * at most one reading. In doubt nothing is decided.
 */
export class InkEdits {
  readonly #read: ReadSure;
  readonly #isMark: boolean;
  readonly #placeOf = new Map<StrokeShape, number>();
  #live: StrokeShape[] = [];
  readonly #struck: StrokeShape[] = [];
  #lastStruck: readonly StrokeShape[] = [];
  /** Lines that could strike out or belong to a symbol, with what they go over. */
  readonly #open = new Map<StrokeShape, readonly StrokeShape[]>();
  /** Lines that end with what they go over: the bar of an F, or the first of two that strike it out. */
  readonly #short = new Map<StrokeShape, readonly StrokeShape[]>();
  /** Strokes written after the last strike-out. */
  #fresh: StrokeShape[] = [];
  /** Strokes outside the box: they count where ink inside goes on in them, or after a strike-out. */
  readonly #outside = new Set<StrokeShape>();
  readonly #steps: EditStep[] = [];

  /** @param isMark the box takes one mark, a tick or a cross. */
  constructor(read: ReadSure, isMark = false) {
    this.#read = read;
    this.#isMark = isMark;
  }

  add(stroke: StrokeShape, isOutside = false): void {
    this.#placeOf.set(stroke, this.#placeOf.size);
    if (isOutside) this.#outside.add(stroke);
    if (this.#isMark && this.#crossesTick(stroke)) return;
    const before = this.#live.filter((each) => !isDot(each));
    const strike = isDot(stroke) || before.length === 0 ? null : strikeOf(stroke, before);
    if (strike !== null && this.#strikes(stroke, strike)) return;
    if (strike === null && this.#strikesAgain(stroke)) return;
    this.#live.push(stroke);
    this.#fresh.push(stroke);
  }

  /** Whether the stroke is a strike-out; one that may be none stays live and open. ANS-81 to ANS-84. */
  #strikes(stroke: StrokeShape, { kind, over, isOpen, isShort }: Strike): boolean {
    const body = [...bodyOf(over, this.#live)];
    if (isShort && !this.#isSecond(stroke, over)) {
      if (this.#addsNothing(stroke)) this.#leaveOpen(stroke, body);
      else this.#short.set(stroke, body);
      return false;
    }
    if (isOpen && !this.#isSecond(stroke, over)) {
      const [first] = body as [StrokeShape];
      if (kind === "line" && body.length === 1 && isLine(first) && completesCross(first, stroke)) return false;
      if (kind === "scribble" && this.#read([stroke]) !== null) return false;
      const isReadable = this.#read([...this.#live, stroke]) !== null;
      if (isReadable && kind === "scribble") return false;
      if (isReadable || couldBeWritten(stroke, kind)) {
        this.#leaveOpen(stroke, body);
        return false;
      }
    }
    const { taken, parts } = takenBy(stroke, body, this.#live);
    if (parts.length > 0) {
      this.#open.set(stroke, [...taken, ...parts]);
      this.#note("ANS-89", `a ${kind} that ends in what may be meant`, [stroke], parts);
      return false;
    }
    const rule = kind === "line" ? "ANS-81" : kind === "scribble" ? "ANS-82" : "ANS-83";
    this.#strikeOut(taken);
    this.#note(rule, `struck out by a ${kind}`, [stroke], taken);
    return true;
  }

  #leaveOpen(stroke: StrokeShape, body: readonly StrokeShape[]): void {
    this.#open.set(stroke, body);
    this.#note("ANS-84", "could strike out, or belong to a symbol", [stroke], body);
  }

  /** What was there says the same with it, and is no 7, which may have a bar. ANS-84. */
  #addsNothing(stroke: StrokeShape): boolean {
    const before = this.#read(this.#live);
    return before !== null && !before.endsWith("7") && before === this.#read([...this.#live, stroke]);
  }

  /** Most of what counts lies beside the box, and no strike-out is the reason. ANS-88. */
  #isBeside(live: readonly StrokeShape[]): boolean {
    const outside = live.filter((each) => this.#outside.has(each));
    if (this.#struck.length > 0 || outside.length === 0) return false;
    return lengthOf(outside) >= OUTSIDE_SHARE * lengthOf(live);
  }

  /** A stroke against the long arm of a tick makes a cross of it: the arm and the stroke. ANS-87. */
  #crossesTick(stroke: StrokeShape): boolean {
    const [tick, ...others] = this.#live;
    if (tick === undefined || others.length > 0 || !isTick(tick) || !isLine(stroke)) return false;
    const arm = shapeOfPoints(tick.points.slice(2 * tick.bendAt));
    const steep = steepnessOf(stroke);
    if (!completesCross(arm, stroke) || steep < FLAT_RAD || steep > Math.PI / 2 - FLAT_RAD) return false;
    const [, , dx, dy] = chordOf(stroke);
    const [, , armX, armY] = chordOf(arm);
    if (dx * dy * armX * armY >= 0) return false;
    this.#note("ANS-87", "a tick made a cross", [stroke], [tick]);
    this.#placeOf.set(arm, this.#placeOf.get(tick) as number);
    this.#live = [arm, stroke];
    this.#fresh = [arm, stroke];
    return true;
  }

  /** A second line beside one that is open settles what that meant. ANS-84. */
  #isSecond(stroke: StrokeShape, over: readonly StrokeShape[]): boolean {
    const before = [...this.#open, ...this.#short];
    return before.some(([line, body]) => line !== stroke && over.some((each) => body.includes(each)));
  }

  /** More lines and scribbles over what is struck out already, and not over what was written since. ANS-84. */
  #strikesAgain(stroke: StrokeShape): boolean {
    if (isDot(stroke) || this.#struck.length === 0) return false;
    const isAlong = isFlat(stroke) && holdsMiddle(around(this.#struck), stroke);
    const isAgain = isAlong || strikeOf(stroke, this.#struck) !== null;
    return isAgain && ![...bodyOf([stroke], this.#live)].some((each) => this.#fresh.includes(each));
  }

  #strikeOut(body: readonly StrokeShape[]): void {
    const gone = new Set(body);
    for (const [line, over] of this.#open) if (over.some((each) => gone.has(each))) gone.add(line);
    for (const line of gone) {
      this.#open.delete(line);
      this.#short.delete(line);
    }
    this.#live = this.#live.filter((each) => !gone.has(each));
    this.#struck.push(...gone);
    this.#lastStruck = [...gone];
    this.#fresh = [];
  }

  #note(rule: EditStep["rule"], what: string, by: readonly StrokeShape[], to: readonly StrokeShape[]): void {
    this.#steps.push({ rule, what, by: this.#places(by), to: this.#places(to) });
  }

  #places(strokes: readonly StrokeShape[]): number[] {
    return strokes.map((each) => this.#placeOf.get(each) as number).sort((a, b) => a - b);
  }

  /** What counts of the ink so far. */
  get edited(): EditedInk {
    const steps = [...this.#steps];
    const counted = this.#counted();
    const replaced = this.#overwritten(counted);
    let live = counted;
    if (replaced !== null) {
      const what = replaced.isOpen ? "could be written over" : "written over";
      steps.push({ rule: "ANS-85", what, by: this.#places(replaced.fresh), to: this.#places(replaced.old) });
      if (!replaced.isOpen) live = counted.filter((each) => !replaced.old.includes(each));
    }
    const isDoubtful = this.#open.size > 0 || replaced?.isOpen === true || this.#isBeside(live);
    const isSaying = live.some((each) => !isDot(each));
    return {
      live: isSaying ? this.#inPlace(live) : [],
      isStruck: this.#struck.length > 0,
      isDoubtful: isDoubtful && isSaying,
      steps,
    };
  }

  /**
   * Live strokes that belong to the answer: those in the box, what goes on from them, and what was written after a
   * strike-out. Without any, all: ink beside an empty box is for the teacher. ANS-88.
   */
  #counted(): readonly StrokeShape[] {
    const isFresh = (each: StrokeShape) => this.#struck.length > 0 && this.#fresh.includes(each);
    const counted = new Set(this.#live.filter((each) => !this.#outside.has(each) || isFresh(each)));
    if (counted.size === 0) return this.#struck.length > 0 ? [] : this.#live;
    for (let grown = -1; grown !== counted.size; ) {
      grown = counted.size;
      for (const each of this.#live) if ([...counted].some((one) => areNear(one, each))) counted.add(each);
    }
    return this.#live.filter((each) => counted.has(each));
  }

  /** A symbol written over another one. Only the reading tells it from one symbol of several strokes. ANS-85. */
  #overwritten(
    live: readonly StrokeShape[],
  ): { readonly old: readonly StrokeShape[]; readonly fresh: readonly StrokeShape[]; readonly isOpen: boolean } | null {
    const bodies = bodiesOf(live.filter((each) => !isDot(each)));
    for (const body of bodies) {
      for (let cut = 1; cut < body.length; cut++) {
        const [old, fresh] = [body.slice(0, cut), body.slice(cut)];
        if (!isOver(around(fresh), around(old))) continue;
        const whole = this.#read(live);
        if (fresh.length === 1 && isLine(fresh[0] as StrokeShape)) {
          // More symbols than there are beside each other: a 1 over another digit is no slash.
          if (!this.#isMark && whole !== null && whole.length > bodies.length) return { old, fresh, isOpen: true };
          continue;
        }
        const alone = this.#read(live.filter((each) => !old.includes(each)));
        if (alone === null || alone === whole) continue;
        const isOldRead = this.#read(live.filter((each) => !fresh.includes(each))) !== null;
        if (whole === null && !isOldRead) continue;
        return { old, fresh, isOpen: whole !== null || !isPlainlyOver(fresh, old) };
      }
    }
    return null;
  }

  /** What was written above or below a strike-out stands where that was. ANS-86. */
  #inPlace(live: readonly StrokeShape[]): readonly StrokeShape[] {
    const fresh = live.filter((each) => this.#fresh.includes(each));
    if (this.#lastStruck.length === 0 || fresh.length === 0 || fresh.length === live.length) return live;
    const old = around(this.#lastStruck);
    const written = around(fresh);
    const isAside = written.right < old.left || written.left > old.right;
    const middle = (written.top + written.bottom) / 2;
    if (isAside || (middle > old.top && middle < old.bottom)) return live;
    const down = old.bottom - written.bottom;
    return live.map((each) => (this.#fresh.includes(each) ? moved(each, down) : each));
  }
}

function holdsMiddle(outer: Rectangle, { left, right, top, bottom }: Rectangle): boolean {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return x > outer.left && x < outer.right && y > outer.top && y < outer.bottom;
}

export function isDot(shape: StrokeShape): boolean {
  return widthOf(shape) < DOT_MM && heightOf(shape) < DOT_MM;
}

function moved(shape: StrokeShape, downMm: number): StrokeShape {
  const points = shape.points.map((value, at) => (at % 2 === 1 ? value + downMm : value));
  return { ...shape, points, top: shape.top + downMm, bottom: shape.bottom + downMm };
}
