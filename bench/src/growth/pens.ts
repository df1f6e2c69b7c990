import type { Worksheet } from "@penlight/proto";
import { bytesOf, type ClassBytes, DOTS_PER_STROKE, penAt, worksheet } from "../pipeline/class-bytes.ts";
import { RoomRig } from "../pipeline/room-rig.ts";
import { hashOf } from "../result.ts";
import { collectGarbage } from "./garbage.ts";

/** Pens in one room. */
export const SIZES = [1, 10, 100, 1000] as const;
const PENS_MAX = 1000;

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
  const inputs = roomsOf(all, size);
  const rigs = inputs.map(() => new RoomRig(sheet, size));
  collectGarbage();
  const before = process.cpuUsage();
  for (const [i, input] of inputs.entries()) rigs[i]?.work(input);
  const { user, system } = process.cpuUsage(before);
  const strokes = rigs.reduce((sum, rig) => sum + rig.strokes, 0);
  if (strokes * DOTS_PER_STROKE !== all.dots) throw new Error(`${strokes} strokes of ${all.dots / DOTS_PER_STROKE}`);
  return { cpuUs: user + system, hash: hashOf(rigs.flatMap((rig) => rig.result.states)) };
}

/**
 * The pens of each room are numbered from 0; their bytes do not name them. The notifications lie in memory in the order
 * in which they are heard, as a radio delivers them, whatever the size.
 */
function roomsOf(all: ClassBytes, size: number): ClassBytes[] {
  return Array.from({ length: PENS_MAX / size }, (_, room) => {
    const pens = all.pens.slice(room * size, (room + 1) * size);
    const turns = Math.max(...pens.map(({ notifications }) => notifications.length));
    const bytes = new Uint8Array(pens.reduce((sum, pen) => sum + bytesIn(pen.notifications), 0));
    const laid = pens.map((_, i) => ({ pen: penAt(i), notifications: [] as Uint8Array[] }));
    let at = 0;
    for (let turn = 0; turn < turns; turn++) {
      for (const [i, { notifications }] of pens.entries()) {
        const notification = notifications[turn];
        if (notification === undefined) continue;
        bytes.set(notification, at);
        laid[i]?.notifications.push(bytes.subarray(at, at + notification.length));
        at += notification.length;
      }
    }
    return { pens: laid, dots: (all.dots / PENS_MAX) * size };
  });
}

function bytesIn(notifications: readonly Uint8Array[]): number {
  return notifications.reduce((sum, { length }) => sum + length, 0);
}
