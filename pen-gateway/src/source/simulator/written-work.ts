import type { Random } from "@penlight/proto";
import type { Choice, WrittenItem } from "./class-model.ts";
import { type Hand, type Movement, moved } from "./hand.ts";
import { type Area, type MarkStyle, markMovements } from "./marks.ts";
import { type Setting, strikeText, write } from "./writing.ts";

/** Part of a bracket's shorter side that a tick or cross in it takes. */
const MARK_SHARE = 0.7;

/** What one pupil has written into the boxes of items that are answered in writing, and how it is taken back. */
export class WrittenWork {
  readonly #setting: Setting;
  readonly #hand: Hand;
  readonly #random: Random;
  /** What stands last in a box. */
  readonly #areas = new Map<string, Area>();

  constructor(setting: Setting, hand: Hand, random: Random) {
    this.#setting = setting;
    this.#hand = hand;
    this.#random = random;
  }

  /** Null: there is no room left. */
  write(item: WrittenItem, choice: Choice, box: Area): readonly Movement[] | null {
    const before = this.#areas.get(item.id) ?? null;
    if (item.kind === "true-false" && !this.#setting.writesTrueFalse) return this.#mark(item, choice, before, box);
    const written = write(textOf(item, choice), box, before, this.#setting, this.#random);
    if (written === null) return null;
    this.#areas.set(item.id, written.area);
    return written.movements;
  }

  strike(item: WrittenItem): readonly Movement[] {
    const area = this.#areas.get(item.id);
    return area === undefined ? [] : strikeText(area, this.#random);
  }

  #mark(item: WrittenItem, choice: Choice, before: Area | null, box: Area): readonly Movement[] | null {
    // A tick over a struck cross would be anybody's guess.
    if (before !== null) return null;
    const random = this.#random;
    const sizeMm = MARK_SHARE * Math.min(box.widthMm, box.heightMm) * random.between(0.8, 1.1);
    const area: Area = {
      xMm: box.xMm + (box.widthMm - sizeMm) * random.between(0.35, 0.65),
      yMm: box.yMm + (box.heightMm - sizeMm) * random.between(0.35, 0.65),
      widthMm: sizeMm,
      heightMm: sizeMm,
    };
    this.#areas.set(item.id, area);
    return markInk(this.#setting, choice[0] === "true" ? "tick" : "cross", area, this.#hand, random);
  }
}

/** A mark as the pupil's script has it, else a drawn one. */
export function markInk(setting: Setting, style: MarkStyle, area: Area, hand: Hand, random: Random): readonly Movement[] {
  const own = setting.script.mark?.(style, random) ?? null;
  if (own === null) return markMovements(style, area, hand, random);
  const place = { xMm: area.xMm, yMm: area.yMm, scale: Math.min(area.widthMm, area.heightMm) };
  return own.movements.map((movement) => moved(movement, place));
}

/** What is put on paper for an answer. */
function textOf(item: WrittenItem, choice: Choice): string {
  if (item.kind === "true-false") return choice[0] === "true" ? "T" : "F";
  return choice.join("");
}
