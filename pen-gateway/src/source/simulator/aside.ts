import { type Box, type Item, isSignal, type OpenItem, type Random, type SignalItem, type Worksheet } from "@penlight/proto";
import type { PupilModel } from "./class-model.ts";
import { squiggles } from "./marks.ts";
import type { PupilAct } from "./pupil-act.ts";
import type { PupilPen } from "./pupil-pen.ts";
import { markInk } from "./written-work.ts";

/** Who asks for help, who says that the sheet is handed in, and who tries what is open. */
const ASKS_FOR_HELP = 0.1;
const SAYS_HANDED_IN = 0.7;
const TRIES_OPEN_ITEM = 0.85;
/** Part of the expected time that goes to an open item, when there is time. */
const OPEN_SHARE = 0.5;

export interface AsideOptions {
  readonly worksheet: Worksheet;
  readonly pupil: PupilModel;
  readonly pen: PupilPen;
  readonly random: Random;
}

/** What a pupil puts on a sheet beside answers: drawings where the teacher decides, and signs to the teacher. */
export class Aside {
  /** Signs that were given. */
  readonly given = new Set<string>();
  readonly #options: AsideOptions;

  constructor(options: AsideOptions) {
    this.#options = options;
  }

  /** A few lines in the space for them. */
  *openItems(untilMs: number): Generator<PupilAct> {
    const { worksheet, random, pen, pupil } = this.#options;
    for (const item of worksheet.items.filter((each): each is OpenItem => each.kind === "open")) {
      if (pen.nowMs > untilMs || !random.chance(TRIES_OPEN_ITEM)) continue;
      pen.nowMs += item.expectedSeconds * 1000 * pupil.slowness * OPEN_SHARE;
      const box = this.#box(item, item.box);
      for (let line = 0, lines = random.integer(2, 4); line < lines; line++) {
        const place = { xMm: box.xMm + 4 + line * 28, yMm: box.yMm + box.heightMm * 0.3 };
        const area = { ...place, widthMm: 22, heightMm: box.heightMm * random.between(0.3, 0.5) };
        yield* this.#write(squiggles(area, random), box, [160, 600]);
      }
    }
  }

  *signs(): Generator<PupilAct> {
    const { worksheet, random } = this.#options;
    for (const item of worksheet.items.filter(isSignal)) {
      if (random.chance(item.kind === "help" ? ASKS_FOR_HELP : SAYS_HANDED_IN)) yield* this.#sign(item);
    }
  }

  *#sign(item: SignalItem): Generator<PupilAct> {
    const { pupil, pen, random } = this.#options;
    const box = this.#box(item, item.box);
    pen.nowMs += random.between(800, 3000);
    yield* this.#write(markInk(pupil.setting, "tick", box, pupil.hand, random), box, [110, 260]);
    this.given.add(item.id);
    yield { kind: "intention", atMs: Math.round(pen.nowMs), item: item.id, answer: true, final: true };
  }

  *#write(movements: Parameters<PupilPen["write"]>[0], box: Box, airMs: readonly [number, number]): Generator<PupilAct> {
    const page = this.#options.worksheet.pages[box.page];
    if (page === undefined) throw new Error(`the worksheet has no page ${box.page}`);
    yield* this.#options.pen.write(movements, page, airMs);
  }

  #box(item: Item, id: string): Box {
    const box = this.#options.worksheet.boxes.find((each) => each.id === id);
    if (box === undefined) throw new Error(`item ${item.id} has no box ${id}`);
    return box;
  }
}
