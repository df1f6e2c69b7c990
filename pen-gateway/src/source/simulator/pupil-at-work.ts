import { type Box, boxIdsOf, type Item, type ItemId, type Random, type Worksheet, type WorksheetPage } from "@penlight/proto";
import { Aside } from "./aside.ts";
import {
  type AnsweredItem,
  answerOf,
  type Choice,
  chanceOfRight,
  drawChoice,
  drawStyle,
  type ItemModel,
  isAnswered,
  isMarked,
  type MarkedItem,
  type PupilModel,
  type WrittenItem,
} from "./class-model.ts";
import { freeArea } from "./free-area.ts";
import { rest } from "./hand.ts";
import { squiggles, strikeLine, strikeScribble } from "./marks.ts";
import type { Away, PupilAct } from "./pupil-act.ts";
import { PupilPen } from "./pupil-pen.ts";
import { markInk, WrittenWork } from "./written-work.ts";

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

/** One pupil at work: walks through the items, pen in hand. */
export class PupilAtWork {
  readonly #worksheet: Worksheet;
  readonly #models: ReadonlyMap<ItemId, ItemModel>;
  readonly #pupil: PupilModel;
  readonly #random: Random;
  readonly #bellMs: number;
  readonly #away: Away | null;
  readonly #pen: PupilPen;
  readonly #written: WrittenWork;
  readonly #aside: Aside;
  readonly #boxes: ReadonlyMap<string, Box>;
  /** What was marked in the items that were visited. */
  readonly #drawn = new Map<ItemId, Choice>();

  constructor(options: PupilAtWorkOptions) {
    const { hand, setting } = options.pupil;
    this.#worksheet = options.worksheet;
    this.#models = options.models;
    this.#pupil = options.pupil;
    this.#random = options.random.fork("desk");
    this.#bellMs = options.bellMs;
    this.#away = options.away;
    this.#pen = new PupilPen({ ...options, hand, random: this.#random });
    this.#written = new WrittenWork(setting, hand, options.random.fork("writing"));
    this.#aside = new Aside({ ...options, pen: this.#pen, random: options.random.fork("aside") });
    this.#boxes = new Map(options.worksheet.boxes.map((box) => [box.id, box]));
  }

  *acts(): Generator<PupilAct> {
    const pupil = this.#pupil;
    const random = this.#random;
    const pen = this.#pen;
    pen.nowMs = pupil.startMs;
    const items = this.#worksheet.items.filter(isAnswered);
    const later: AnsweredItem[] = [];
    const second = pickSecondLook(items, pupil, random);
    for (const item of items) {
      if (pen.nowMs > this.#bellMs) break;
      const fate = this.#fateOf(item);
      this.#think(item, fate === "answer" ? 1 : 0.35);
      if (fate === "leave") continue;
      if (fate === "later") later.push(item);
      else yield* this.#visit(item, second === item);
    }
    for (const item of later) {
      if (pen.nowMs > this.#bellMs) break;
      this.#think(item, 0.7);
      yield* this.#visit(item, second === item);
    }
    if (second !== null && this.#drawn.has(second.id)) {
      pen.nowMs += random.between(3000, 12_000);
      yield* this.#thinkAgain(second, this.#drawn.get(second.id) ?? []);
    }
    yield* this.#aside.openItems(this.#bellMs);
    yield* this.#aside.signs();
    pen.nowMs += random.between(1500, 5000);
    yield* pen.tellAway(Number.POSITIVE_INFINITY);
    const handInMs = Math.round(Math.max(pen.nowMs, this.#away?.toMs ?? 0));
    for (const item of this.#worksheet.items) {
      // What an open item says is for the teacher alone.
      if (this.#aside.given.has(item.id) || this.#drawn.has(item.id) || item.kind === "open") continue;
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
    this.#pen.nowMs += Math.max(1200, ms * 0.86);
    if (this.#random.chance(0.03)) this.#pen.nowMs += this.#random.between(8000, 25_000);
  }

  /** Answers an item; `openEnded`: another intention will follow after a second look. */
  *#visit(item: AnsweredItem, openEnded: boolean): Generator<PupilAct> {
    const { scribbles, rests, changesMind } = this.#pupil;
    const random = this.#random;
    const works = item.cognitiveLevel === "apply" || item.cognitiveLevel === "analyse" ? scribbles * 1.6 : scribbles * 0.5;
    if (random.chance(works)) yield* this.#scribble(item);
    if (random.chance(rests)) yield* this.#restOn(item);
    const choice = drawChoice(this.#pupil, this.#model(item), random, new Set());
    if (isMarked(item)) for (const id of choice) yield* this.#mark(item, id);
    else if (choice.length > 0) yield* this.#put(item, choice);
    this.#drawn.set(item.id, choice);
    const changes = !openEnded && random.chance(changesMind);
    yield this.#intends(item, choice, !changes && !openEnded);
    if (!changes) return;
    this.#pen.nowMs += random.between(900, 4500);
    yield* this.#thinkAgain(item, choice);
  }

  /** Strikes out what is wrong now and marks what is missing; now and then withdraws the answer for good. Once an item. */
  *#thinkAgain(item: AnsweredItem, before: Choice): Generator<PupilAct> {
    if (!isMarked(item)) return yield* this.#rewrite(item, before);
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
    this.#pen.nowMs += random.between(500, 2500);
    for (const id of added) yield* this.#mark(item, id);
    yield this.#intends(item, after, true);
  }

  /** Strikes out what is written, and writes something else beside it where there is room. */
  *#rewrite(item: WrittenItem, before: Choice): Generator<PupilAct> {
    const random = this.#random;
    const page = this.#page(this.#ownBox(item).page);
    if (before.length > 0) yield* this.#pen.write(this.#written.strike(item), page, [140, 320]);
    const after = random.chance(0.2) ? [] : this.#secondChoice(item, before);
    const movements = after.length === 0 ? null : this.#written.write(item, after, this.#ownBox(item));
    yield this.#intends(item, [], movements === null);
    if (movements === null) return;
    this.#pen.nowMs += random.between(500, 2500);
    yield* this.#pen.write(movements, page, [110, 280]);
    yield this.#intends(item, after, true);
  }

  *#put(item: WrittenItem, choice: Choice): Generator<PupilAct> {
    const box = this.#ownBox(item);
    this.#pen.nowMs += this.#random.between(250, 900);
    yield* this.#pen.write(this.#written.write(item, choice, box) ?? [], this.#page(box.page), [90, 240]);
  }

  /** Another answer than before; nothing when none comes to mind. A box that was struck out is not used again. */
  #secondChoice(item: AnsweredItem, before: Choice): Choice {
    const not = new Set(item.kind === "choices" ? [] : before);
    for (let tries = 0; tries < 6; tries++) {
      const choice = drawChoice(this.#pupil, this.#model(item), this.#random, not);
      if (choice.join() !== before.join()) return choice;
    }
    return [];
  }

  #intends(item: AnsweredItem, choice: Choice, final: boolean): PupilAct {
    return { kind: "intention", atMs: Math.round(this.#pen.nowMs), item: item.id, answer: answerOf(item, choice), final };
  }

  *#mark(item: MarkedItem, option: string): Generator<PupilAct> {
    const random = this.#random;
    const style = random.chance(0.94) ? this.#pupil.style : drawStyle(random);
    const box = this.#boxOf(item, option);
    this.#pen.nowMs += random.between(250, 900);
    const { setting, hand } = this.#pupil;
    yield* this.#pen.write(markInk(setting, style, box, hand, random), this.#page(box.page), [110, 260]);
  }

  *#strike(item: MarkedItem, option: string): Generator<PupilAct> {
    const random = this.#random;
    const box = this.#boxOf(item, option);
    const movements = random.chance(0.55) ? strikeLine(box, random) : strikeScribble(box, random);
    yield* this.#pen.write(movements, this.#page(box.page), [140, 320]);
  }

  *#scribble(item: AnsweredItem): Generator<PupilAct> {
    const random = this.#random;
    const { page } = this.#boxesOf(item)[0] as Box;
    const area = freeArea(this.#worksheet, page, item.stemMm.y, random);
    if (area === null) return;
    yield* this.#pen.write(squiggles(area, random), this.#page(page), [160, 600]);
    this.#pen.nowMs += random.between(800, 4000);
  }

  /** The pen rests on the paper: in the margin, or in a box that it has not marked. */
  *#restOn(item: AnsweredItem): Generator<PupilAct> {
    const random = this.#random;
    const box = random.pick(this.#boxesOf(item));
    const page = this.#page(box.page);
    const inBox = random.chance(0.35);
    const x = box.xMm + box.widthMm * (inBox ? random.between(0.3, 0.7) : -random.between(0.9, 1.3));
    const y = box.yMm + box.heightMm * random.between(0.3, 0.7);
    yield* this.#pen.ready(2500);
    const downMs = Math.round(this.#pen.nowMs);
    const dots = rest(x, y, random.between(250, 1400), this.#pupil.hand, page.originMm, random);
    yield this.#pen.stroke(page, downMs, dots);
    this.#pen.nowMs += random.between(600, 2500);
  }

  #model(item: Item): ItemModel {
    const model = this.#models.get(item.id);
    if (model === undefined) throw new Error(`no model of item ${item.id}`);
    return model;
  }

  #boxOf(item: MarkedItem, option: string): Box {
    return this.#box(item, item.options.find((each) => each.id === option)?.box);
  }

  #ownBox(item: WrittenItem): Box {
    return this.#box(item, item.box);
  }

  #boxesOf(item: Item): readonly Box[] {
    return boxIdsOf(item).map((id) => this.#box(item, id));
  }

  #box(item: Item, id: string | undefined): Box {
    const box = id === undefined ? undefined : this.#boxes.get(id);
    if (box === undefined) throw new Error(`item ${item.id} has no box ${id}`);
    return box;
  }

  #page(index: number): WorksheetPage {
    const page = this.#worksheet.pages[index];
    if (page === undefined) throw new Error(`the worksheet has no page ${index}`);
    return page;
  }
}

/** About a third of the pupils look over their work at the end and change something. */
function pickSecondLook(items: readonly AnsweredItem[], pupil: PupilModel, random: Random): AnsweredItem | null {
  return random.chance(0.15 + pupil.changesMind * 2) ? random.pick(items) : null;
}
