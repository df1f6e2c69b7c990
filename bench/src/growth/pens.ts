import type { PenId, Worksheet } from "@penlight/proto";
import {
  bytesOf,
  type ClassBytes,
  DOTS_PER_STROKE,
  type HeardBytes,
  penAt,
  TURN_MS,
  worksheet,
} from "../pipeline/class-bytes.ts";
import { RoomRig } from "../pipeline/room-rig.ts";
import { hashOf } from "../result.ts";
import { collectGarbage } from "./garbage.ts";

/** Pens in one room. */
export const SIZES = [1, 10, 100, 1000] as const;
const PENS_MAX = 1000;
/** The pens of each room are numbered from 0: their bytes do not name them. */
const PENS = Array.from({ length: PENS_MAX }, (_, i) => penAt(i));

export interface PensGrowth {
  /** CPU us a dot, by size of {@link SIZES}, one value a round. */
  readonly usPerDot: readonly (readonly number[])[];
  readonly dots: number;
  /** Of every pupil's cells; the same for every size, or `measurePens` throws. */
  readonly hash: string;
}

/**
 * The same bytes of a thousand pens, as a thousand rooms of one, a hundred of ten, ten of a hundred, one of a thousand:
 * the total of dots, strokes and answers, and what has to be remembered, is the same, and only the size of a room
 * differs. Sizes take turns, so that whatever changes on the machine changes for all of them.
 */
export function measurePens({ strokes, rounds }: { readonly strokes: number; readonly rounds: number }): PensGrowth {
  const sheet = worksheet();
  const all = bytesOf(sheet, PENS_MAX, strokes);
  const usPerDot = SIZES.map((): number[] => []);
  let hash = "";
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const each of turnsOf(round)) {
      const result = measureSize(sheet, all, SIZES[each] as number);
      hash ||= result.hash;
      if (result.hash !== hash) throw new Error(`rooms of ${SIZES[each]} pens have other answers than rooms of another size`);
      if (round > 0) usPerDot[each]?.push(result.cpuUs / all.dots);
    }
  }
  return { usPerDot, dots: all.dots, hash };
}

/** Indices of SIZES, beginning with another one each round. */
function turnsOf(round: number): number[] {
  return SIZES.map((_, i) => (i + round) % SIZES.length);
}

function measureSize(sheet: Worksheet, all: ClassBytes, size: number): { readonly cpuUs: number; readonly hash: string } {
  const rooms = Array.from({ length: PENS_MAX / size }, (_, room) => {
    const pens = all.pens.slice(room * size, (room + 1) * size);
    return { air: new Air(pens.map(({ notifications }) => notifications)), rig: new RoomRig(sheet, size) };
  });
  collectGarbage();
  const before = process.cpuUsage();
  for (const { air, rig } of rooms) rig.hear((startMs) => air.heard(startMs));
  const { user, system } = process.cpuUsage(before);
  const strokes = rooms.reduce((sum, { rig }) => sum + rig.strokes, 0);
  if (strokes * DOTS_PER_STROKE !== all.dots) throw new Error(`${strokes} strokes of ${all.dots / DOTS_PER_STROKE}`);
  return { cpuUs: user + system, hash: hashOf(rooms.flatMap(({ rig }) => rig.result.states)) };
}

/**
 * What the pens of one room send, in the order in which it is heard and in one piece of memory, so that bringing the
 * bytes costs the same whatever the size: a radio's driver hands over what it has just written.
 */
class Air {
  readonly #bytes: Uint8Array;
  /** Length, pen and turn of each notification. */
  readonly #list: Int32Array;

  constructor(pens: readonly (readonly Uint8Array[])[]) {
    const turns = Math.max(...pens.map(({ length }) => length));
    const list: number[] = [];
    const pieces: Uint8Array[] = [];
    for (let turn = 0; turn < turns; turn++) {
      for (const [pen, notifications] of pens.entries()) {
        const bytes = notifications[turn];
        if (bytes === undefined) continue;
        list.push(bytes.length, pen, turn);
        pieces.push(bytes);
      }
    }
    this.#bytes = new Uint8Array(Buffer.concat(pieces));
    this.#list = Int32Array.from(list);
  }

  *heard(startMs: number): Generator<HeardBytes> {
    const list = this.#list;
    let at = 0;
    for (let i = 0; i < list.length; i += 3) {
      const [length, pen, turn] = [list[i] as number, list[i + 1] as number, list[i + 2] as number];
      const bytes = this.#bytes.subarray(at, at + length);
      at += length;
      yield { kind: "bytes", pen: PENS[pen] as PenId, receivedMs: startMs + turn * TURN_MS, bytes };
    }
  }
}
