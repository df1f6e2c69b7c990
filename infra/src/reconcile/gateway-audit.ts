import type { DotBatch, GapBody, InkRecord, PenId, PenState, PenTotals } from "@penlight/proto";
import type { Differences } from "./difference.ts";
import { Runs } from "./runs.ts";

/** A life of a gateway, as the log tells it. EVT-14. */
export interface LifeReport {
  readonly life: number;
  /** Null: no tick with its name was read. */
  readonly gateway: string | null;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly records: number;
  readonly repeated: number;
  /** False: it was killed, or goes on. What it heard after its last state cannot be proved. */
  readonly endedInOrder: boolean;
}

type Totals = { -readonly [Name in keyof PenTotals]: number };

/** What a life's records hold of a pen, and what its states say. */
interface Heard {
  readonly counted: Totals;
  /** Dots that the outbox gave up. */
  shedDots: number;
  /** The first state that counts, where the life began before what we look at, and the last one: what it says, what was counted then. */
  first: State | null;
  last: State | null;
}

interface State {
  readonly told: PenTotals;
  readonly counted: PenTotals;
  readonly shedDots: number;
}

const NOTHING: PenTotals = { liveDots: 0, liveStrokes: 0, memoryDots: 0, memoryStrokes: 0, lostEvents: 0 };

class Life {
  gateway: string | null = null;
  readonly life: number;
  readonly fromStart: boolean;
  firstMs: number;
  lastMs: number;
  next: number;
  records = 0;
  repeated = 0;
  ended = false;
  readonly missing = new Runs();
  readonly shed = new Runs();
  readonly unreadable = new Runs();
  readonly pens = new Map<PenId, Heard>();

  constructor(life: number, seq: number, atMs: number) {
    this.life = life;
    this.fromStart = seq === 1;
    this.next = seq;
    this.firstMs = atMs;
    this.lastMs = atMs;
  }
}

/**
 * Between gateway and log: reads a room's records in the order of their offsets and holds their numbers against each other
 * (EVT-14), and what each life says that it heard against what its records hold (EVT-15). Memory: lives and pens.
 */
export class GatewayAudit {
  readonly #lives = new Map<number, Life>();
  readonly #differences: Differences;
  /** Unreadable records since the last one that could be read: each is a number that is missing. */
  #unreadable = 0;
  readonly heard = new Map<PenId, PenTotals>();
  readonly declaredLost = new Map<PenId, number>();

  constructor(differences: Differences) {
    this.#differences = differences;
  }

  unreadable(): void {
    this.#unreadable++;
  }

  /** False: the same record was read before. */
  take(record: InkRecord): boolean {
    const { body, origin, receivedMs } = record;
    if (origin === undefined) {
      if (body.kind === "gap") this.#takeUnnumbered(body);
      return true;
    }
    const unreadable = this.#unreadable;
    this.#unreadable = 0;
    let life = this.#lives.get(origin.life);
    if (life === undefined) {
      life = new Life(origin.life, origin.seq, receivedMs);
      this.#lives.set(origin.life, life);
    }
    if (!isNew(life, origin.seq, unreadable)) {
      life.repeated++;
      return false;
    }
    if (life.records++ === 0) life.firstMs = receivedMs;
    life.lastMs = Math.max(life.lastMs, receivedMs);
    this.#count(life, record);
    return true;
  }

  #count(life: Life, { body }: InkRecord): void {
    switch (body.kind) {
      case "dots":
        addBatch(heardOf(life, body.batch.pen), body.batch);
        break;
      case "gap":
        heardOf(life, body.pen).counted.lostEvents += body.lostEvents;
        this.#declare(body);
        break;
      case "pen-state":
        noteState(life, body.state);
        break;
      case "tick":
        if (body.gateway !== undefined) life.gateway = body.gateway;
        if (body.last === true) life.ended = true;
        for (const state of body.pens) noteState(life, state);
    }
  }

  #declare({ pen, lostEvents, reason }: GapBody): void {
    if (reason !== "outbox-ticks") this.declaredLost.set(pen, (this.declaredLost.get(pen) ?? 0) + lostEvents);
  }

  /** Of an outbox, or of a gateway that does not number. */
  #takeUnnumbered(gap: GapBody): void {
    const { gone, pen, lostEvents } = gap;
    if (gone === undefined) {
      this.#declare(gap);
      return;
    }
    const life = this.#lives.get(gone.life) ?? new Life(gone.life, gone.runs[0] ?? 1, 0);
    this.#lives.set(gone.life, life);
    let fresh = 0;
    for (let at = 0; at < gone.runs.length; at += 2) {
      const [from, count] = [gone.runs[at] as number, gone.runs[at + 1] as number];
      fresh += life.shed.add(from, from + count);
    }
    // The same gap record again: a delivery that was repeated.
    if (fresh === 0) return;
    this.#declare(gap);
    if (gap.reason === "outbox-ink") heardOf(life, pen).shedDots += lostEvents;
  }

  /** Everything is read: tells what differs. */
  end(): LifeReport[] {
    return Array.from(this.#lives.values(), (life) => {
      this.#judgeNumbers(life);
      for (const [pen, heard] of life.pens) this.#judgeTotals(life, pen, heard);
      const { gateway, firstMs, lastMs, records, repeated, ended } = life;
      return { life: life.life, gateway, firstMs, lastMs, records, repeated, endedInOrder: ended };
    });
  }

  #judgeNumbers(life: Life): void {
    const id = (runs: Runs) => runs.names().map((name) => `${lifeName(life.life)}:${name}`);
    for (const name of life.shed.names()) {
      const [from, to] = boundsOf(name);
      life.missing.remove(from, to);
    }
    const told = (kind: "records-shed" | "records-unreadable" | "records-missing", runs: Runs, explained: string | null) => {
      for (const [at, name] of runs.names().entries()) {
        const [from, to] = boundsOf(name);
        this.#differences.add({ kind, pen: null, id: id(runs)[at] as string, count: to - from, explained });
      }
    };
    told("records-shed", life.shed, "told by gap records");
    told("records-unreadable", life.unreadable, "they stand in the log, unreadable");
    told("records-missing", life.missing, null);
    if (life.repeated === 0) return;
    this.#differences.add({
      ...{ kind: "records-repeated", pen: null, id: lifeName(life.life), count: life.repeated },
      explained: "an append was repeated; the numbers tell them apart",
    });
  }

  #judgeTotals(life: Life, pen: PenId, { counted, shedDots, first, last }: Heard): void {
    const sum = this.heard.get(pen) ?? NOTHING;
    // After the last state, and before the first where the life is older, only the records themselves tell what was heard.
    const from = first ?? { told: NOTHING, counted: NOTHING, shedDots: 0 };
    const to = last ?? from;
    const said = minus(to.told, from.told);
    const held = minus(to.counted, from.counted);
    this.heard.set(pen, plus(sum, plus(said, minus(counted, held))));
    const shed = to.shedDots - from.shedDots;
    const dots = said.liveDots + said.memoryDots - (held.liveDots + held.memoryDots) - shed;
    const strokes = said.liveStrokes + said.memoryStrokes - (held.liveStrokes + held.memoryStrokes);
    const gaps = said.lostEvents - held.lostEvents;
    // Gap records do not count strokes: where ink was given up, ends may be among it.
    if (dots === 0 && gaps === 0 && (strokes === 0 || shedDots > 0)) return;
    const more = dots > 0 || (dots === 0 && (gaps > 0 || strokes > 0));
    let explained: string | null = null;
    if (more && life.missing.size + life.unreadable.size > 0) explained = "with the records that are missing or unreadable";
    // A gap record may stand behind a state that came after what it tells.
    else if (dots > 0 && dots <= shedDots - to.shedDots) explained = "told by gap records";
    const kind = more ? "dots-unrecorded" : "dots-unheard";
    this.#differences.add({ kind, pen, id: `${lifeName(life.life)} ${pen}`, count: Math.abs(dots), explained });
  }
}

export function lifeName(life: number): string {
  return life.toString(16).padStart(8, "0");
}

function boundsOf(name: string): [from: number, to: number] {
  const [first, last] = name.split("-").map(Number) as [number, number | undefined];
  return [first, (last ?? first) + 1];
}

/** Notes the number. False: it was there before. */
function isNew(life: Life, seq: number, unreadable: number): boolean {
  if (seq < life.next) {
    // Late, or a repeat. Before the first one that we read: earlier than what we look at.
    return life.missing.remove(seq, seq + 1) + life.unreadable.remove(seq, seq + 1) > 0;
  }
  // What could not be read since the last record of this life came last in the hole.
  const readable = Math.max(life.next, seq - unreadable);
  if (readable > life.next) life.missing.add(life.next, readable);
  if (seq > readable) life.unreadable.add(readable, seq);
  life.next = seq + 1;
  return true;
}

function heardOf(life: Life, pen: PenId): Heard {
  let heard = life.pens.get(pen);
  if (heard === undefined) {
    heard = { counted: { ...NOTHING }, shedDots: 0, first: null, last: null };
    life.pens.set(pen, heard);
  }
  return heard;
}

function addBatch({ counted }: Heard, { dotCount, end, source }: DotBatch): void {
  const strokes = end === null ? 0 : 1;
  if (source === "live") {
    counted.liveDots += dotCount;
    counted.liveStrokes += strokes;
  } else {
    counted.memoryDots += dotCount;
    counted.memoryStrokes += strokes;
  }
}

function noteState(life: Life, { pen, totals }: PenState): void {
  if (totals === undefined) return;
  const heard = heardOf(life, pen);
  const state = { told: totals, counted: { ...heard.counted }, shedDots: heard.shedDots };
  if (!life.fromStart) heard.first ??= state;
  heard.last = state;
}

function plus(a: PenTotals, b: PenTotals): PenTotals {
  return {
    liveDots: a.liveDots + b.liveDots,
    liveStrokes: a.liveStrokes + b.liveStrokes,
    memoryDots: a.memoryDots + b.memoryDots,
    memoryStrokes: a.memoryStrokes + b.memoryStrokes,
    lostEvents: a.lostEvents + b.lostEvents,
  };
}

function minus(a: PenTotals, b: PenTotals): PenTotals {
  return {
    liveDots: a.liveDots - b.liveDots,
    liveStrokes: a.liveStrokes - b.liveStrokes,
    memoryDots: a.memoryDots - b.memoryDots,
    memoryStrokes: a.memoryStrokes - b.memoryStrokes,
    lostEvents: a.lostEvents - b.lostEvents,
  };
}
