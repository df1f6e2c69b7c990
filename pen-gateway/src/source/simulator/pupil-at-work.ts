import {
  type AnswerValue,
  type Box,
  DOT_STRIDE,
  DOT_TIME,
  type Item,
  type ItemId,
  type Random,
  type Worksheet,
  type WorksheetPage,
} from "@penlight/proto";
import {
  type Choice,
  chanceOfRight,
  drawChoice,
  drawStyle,
  type ItemModel,
  isMarked,
  type MarkedItem,
  type PupilModel,
} from "./class-model.ts";
import { freeArea } from "./free-area.ts";
import { type Movement, rest, trace } from "./hand.ts";
import { markMovements, squiggles, strikeLine, strikeScribble } from "./marks.ts";
import type { Away, PupilAct } from "./pupil-act.ts";

/** Nobody begins something this long before the link goes: the longest mark takes less. */
const AWAY_MARGIN_MS = 6000;

export interface PupilAtWorkOptions {
  readonly worksheet: Worksheet;
  readonly models: ReadonlyMap<ItemId, ItemModel>;
  readonly pupil: PupilModel;
  readonly random: Random;
  readonly bellMs: number;
  readonly away: Away | null;
  /** Writes on while the link is gone. */
  readonly writesWhileAway: boolean;
}

/** One pupil at work: walks through the items with a time cursor. */
export class PupilAtWork {
  readonly #worksheet: Worksheet;
  readonly #models: ReadonlyMap<ItemId, ItemModel>;
  readonly #pupil: PupilModel;
  readonly #random: Random;
  readonly #bellMs: number;
  readonly #away: Away | null;
  readonly #waits: boolean;
  readonly #boxes: ReadonlyMap<string, Box>;
  /** What was marked in the items that were visited. */
  readonly #drawn = new Map<ItemId, Choice>();
  #awayTold = false;
  #nowMs = 0;

  constructor(options: PupilAtWorkOptions) {
    this.#worksheet = options.worksheet;
    this.#models = options.models;
    this.#pupil = options.pupil;
    this.#random = options.random.fork("desk");
    this.#bellMs = options.bellMs;
    this.#away = options.away;
    this.#waits = !options.writesWhileAway;
    this.#boxes = new Map(options.worksheet.boxes.map((box) => [box.id, box]));
  }

  *acts(): Generator<PupilAct> {
    const pupil = this.#pupil;
    const random = this.#random;
    this.#nowMs = pupil.startMs;
    const items = this.#worksheet.items.filter(isMarked);
    const later: MarkedItem[] = [];
    const second = pickSecondLook(items, pupil, random);
    for (const item of items) {
      if (this.#nowMs > this.#bellMs) break;
      const fate = this.#fateOf(item);
      this.#think(item, fate === "answer" ? 1 : 0.35);
      if (fate === "leave") continue;
      if (fate === "later") later.push(item);
      else yield* this.#visit(item, second === item);
    }
    for (const item of later) {
      if (this.#nowMs > this.#bellMs) break;
      this.#think(item, 0.7);
      yield* this.#visit(item, second === item);
    }
    if (second !== null && this.#drawn.has(second.id)) {
      this.#nowMs += random.between(3000, 12_000);
      yield* this.#thinkAgain(second, this.#drawn.get(second.id) ?? []);
    }
    this.#nowMs += random.between(1500, 5000);
    yield* this.#tellAway(Number.POSITIVE_INFINITY);
    const handInMs = Math.round(Math.max(this.#nowMs, this.#away?.toMs ?? 0));
    for (const item of this.#worksheet.items) {
      if (this.#drawn.has(item.id)) continue;
      yield { kind: "intention", atMs: handInMs, item: item.id, answer: null, final: true };
    }
    yield { kind: "hand-in", atMs: handInMs };
  }

  #fateOf(item: Item): "answer" | "later" | "leave" {
    const hard = 1 - chanceOfRight(this.#pupil, this.#model(item));
    if (this.#random.chance(0.012 + this.#pupil.givesUp * hard)) return "leave";
    return this.#random.chance(0.1 * hard) ? "later" : "answer";
  }

  #think(item: Item, share: number): void {
    const spread = Math.exp(this.#random.normal(0, 0.28));
    const ms = item.expectedSeconds * 1000 * this.#pupil.slowness * spread * share;
    this.#nowMs += Math.max(1200, ms * 0.86);
    if (this.#random.chance(0.03)) this.#nowMs += this.#random.between(8000, 25_000);
  }

  /** Marks an item; `openEnded`: another intention will follow after a second look. */
  *#visit(item: MarkedItem, openEnded: boolean): Generator<PupilAct> {
    const { scribbles, rests, changesMind } = this.#pupil;
    const random = this.#random;
    const works = item.cognitiveLevel === "apply" || item.cognitiveLevel === "analyse" ? scribbles * 1.6 : scribbles * 0.5;
    if (random.chance(works)) yield* this.#scribble(item);
    if (random.chance(rests)) yield* this.#restOn(item);
    const choice = drawChoice(this.#pupil, this.#model(item), random, new Set());
    for (const id of choice) yield* this.#mark(item, id);
    this.#drawn.set(item.id, choice);
    const changes = !openEnded && random.chance(changesMind);
    yield this.#intends(item, choice, !changes && !openEnded);
    if (!changes) return;
    this.#nowMs += random.between(900, 4500);
    yield* this.#thinkAgain(item, choice);
  }

  /** Strikes out what is wrong now and marks what is missing; now and then withdraws the answer for good. Once an item. */
  *#thinkAgain(item: MarkedItem, before: Choice): Generator<PupilAct> {
    const random = this.#random;
    const after = random.chance(0.2) ? [] : this.#secondChoice(item, before);
    const kept = before.filter((id) => after.includes(id));
    for (const id of before) if (!kept.includes(id)) yield* this.#strike(item, id);
    const added = after.filter((id) => !kept.includes(id));
    if (added.length === 0) {
      yield this.#intends(item, after, true);
      return;
    }
    if (kept.length === 0) yield this.#intends(item, [], false);
    this.#nowMs += random.between(500, 2500);
    for (const id of added) yield* this.#mark(item, id);
    yield this.#intends(item, after, true);
  }

  /** Another answer than before; nothing when none comes to mind. A box that was struck out is not used again. */
  #secondChoice(item: MarkedItem, before: Choice): Choice {
    const not = new Set(item.kind === "choices" ? [] : before);
    for (let tries = 0; tries < 6; tries++) {
      const choice = drawChoice(this.#pupil, this.#model(item), this.#random, not);
      if (choice.join() !== before.join()) return choice;
    }
    return [];
  }

  #intends(item: MarkedItem, choice: Choice, final: boolean): PupilAct {
    return { kind: "intention", atMs: Math.round(this.#nowMs), item: item.id, answer: answerOf(item, choice), final };
  }

  *#mark(item: MarkedItem, option: string): Generator<PupilAct> {
    const random = this.#random;
    const style = random.chance(0.94) ? this.#pupil.style : drawStyle(random);
    const box = this.#boxOf(item, option);
    this.#nowMs += random.between(250, 900);
    yield* this.#write(markMovements(style, box, this.#pupil.hand, random), this.#page(box.page), [110, 260]);
  }

  *#strike(item: MarkedItem, option: string): Generator<PupilAct> {
    const random = this.#random;
    const box = this.#boxOf(item, option);
    const movements = random.chance(0.55) ? strikeLine(box, random) : strikeScribble(box, random);
    yield* this.#write(movements, this.#page(box.page), [140, 320]);
  }

  *#scribble(item: MarkedItem): Generator<PupilAct> {
    const random = this.#random;
    const page = this.#boxOf(item, item.options[0]?.id ?? "").page;
    const area = freeArea(this.#worksheet, page, item.stemMm.y, random);
    if (area === null) return;
    yield* this.#write(squiggles(area, random), this.#page(page), [160, 600]);
    this.#nowMs += random.between(800, 4000);
  }

  /** The pen rests on the paper: in the margin, or in a box that it has not marked. */
  *#restOn(item: MarkedItem): Generator<PupilAct> {
    const random = this.#random;
    const box = this.#boxOf(item, random.pick(item.options).id);
    const page = this.#page(box.page);
    const inBox = random.chance(0.35);
    const x = box.xMm + box.widthMm * (inBox ? random.between(0.3, 0.7) : -random.between(0.9, 1.3));
    const y = box.yMm + box.heightMm * random.between(0.3, 0.7);
    yield* this.#ready(2500);
    const downMs = Math.round(this.#nowMs);
    const dots = rest(x, y, random.between(250, 1400), this.#pupil.hand, page.originMm, random);
    yield this.#stroke(page, downMs, dots);
    this.#nowMs += random.between(600, 2500);
  }

  *#write(movements: readonly Movement[], page: WorksheetPage, airMs: readonly [number, number]): Generator<PupilAct> {
    yield* this.#ready(AWAY_MARGIN_MS);
    let first = true;
    for (const movement of movements) {
      if (!first) this.#nowMs += this.#random.between(airMs[0], airMs[1]);
      first = false;
      const dots = trace(movement, this.#pupil.hand, page.originMm, this.#random);
      yield this.#stroke(page, Math.round(this.#nowMs), dots);
    }
  }

  #stroke(page: WorksheetPage, downMs: number, dots: Int32Array): PupilAct {
    const lastMs = dots[dots.length - DOT_STRIDE + DOT_TIME] ?? 0;
    const upMs = downMs + lastMs + this.#random.integer(4, 12);
    this.#nowMs = upMs;
    return { kind: "stroke", stroke: { page: page.address, downMs, upMs, dots } };
  }

  /** Waits for the link when it is gone, or about to go within `needMs`. */
  *#ready(needMs: number): Generator<PupilAct> {
    const away = this.#away;
    yield* this.#tellAway(this.#nowMs + needMs);
    if (away === null || !this.#waits) return;
    if (this.#nowMs + needMs > away.fromMs && this.#nowMs < away.toMs) {
      this.#nowMs = away.toMs + this.#random.between(2500, 5000);
    }
  }

  *#tellAway(beforeMs: number): Generator<PupilAct> {
    if (this.#away === null || this.#awayTold || beforeMs <= this.#away.fromMs) return;
    this.#awayTold = true;
    yield { kind: "away", ...this.#away };
  }

  #model(item: Item): ItemModel {
    const model = this.#models.get(item.id);
    if (model === undefined) throw new Error(`no model of item ${item.id}`);
    return model;
  }

  #boxOf(item: MarkedItem, option: string): Box {
    const id = item.options.find((each) => each.id === option)?.box;
    const box = id === undefined ? undefined : this.#boxes.get(id);
    if (box === undefined) throw new Error(`item ${item.id} has no box for option ${option}`);
    return box;
  }

  #page(index: number): WorksheetPage {
    const page = this.#worksheet.pages[index];
    if (page === undefined) throw new Error(`the worksheet has no page ${index}`);
    return page;
  }
}

/** About a third of the pupils look over their work at the end and change something. */
function pickSecondLook(items: readonly MarkedItem[], pupil: PupilModel, random: Random): MarkedItem | null {
  return random.chance(0.15 + pupil.changesMind * 2) ? random.pick(items) : null;
}

export function answerOf(item: MarkedItem, choice: Choice): AnswerValue {
  if (choice.length === 0) return null;
  switch (item.kind) {
    case "choice":
      return choice[0] ?? null;
    case "choices":
      return [...choice].sort();
    case "true-false":
      return choice[0] === "true";
  }
}
