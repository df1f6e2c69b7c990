import {
  DOT_FORCE,
  DOT_STRIDE,
  DOT_TILT_X,
  DOT_TILT_Y,
  DOT_TWIST,
  DOT_X,
  DOT_Y,
  type GapRow,
  type PenId,
  type StrokeRow,
} from "@penlight/proto";

/** Why a dot that a pen made may be in no history. SIM-5. */
export const LOSS_REASONS = ["lost in the air", "the gateway died with it", "the power was cut before it was on disk"] as const;
export type LossReason = (typeof LOSS_REASONS)[number];

/** Reasons of gaps that stand for dots which did arrive: their page had been lost, or the outbox was full. */
const TOLD_REASONS: ReadonlySet<string> = new Set(["missing-page", "outbox-ink"]);

interface MadeWhen {
  readonly downMs: number;
  readonly upMs: number;
}

interface DotAccount {
  readonly when: MadeWhen[];
  /** Times a pupil made a dot that looks just like this. */
  made: number;
  /** Times one was on its way when something happened that takes ink along. */
  readonly excused: Record<LossReason, number>;
}

export interface DotBalance {
  readonly made: number;
  readonly kept: number;
  readonly excused: Readonly<Record<LossReason, number>>;
  /** Dots that the gateway heard and could not place; it said so in gap records. PEN rules name the reasons. */
  readonly told: number;
  /** Dots that are nowhere and that nothing explains. */
  readonly unexplained: number;
  /** Dots that history has more often than a pupil made them. */
  readonly doubled: number;
  /** Dots in history that no pupil made: cut frames can look like that. */
  readonly strange: number;
}

/**
 * Every dot that the pupils made, by pen and by what a pen says of it, and what became of it on the way. It knows nothing
 * of strokes, counters or clocks, so it can judge those who do. SIM-5.
 */
export class InkLedger {
  readonly #accounts = new Map<string, DotAccount>();

  /** @param when world time of pen-down and pen-up; absent: it is not asked for */
  made(pen: PenId, dots: Int32Array, when: MadeWhen | null = null): void {
    for (let at = 0; at < dots.length; at += DOT_STRIDE) {
      const account = this.#of(lookOf(pen, dots, at));
      account.made++;
      if (when !== null) account.when.push(when);
    }
  }

  /** By how much a time is outside of every stroke with a dot that looks like this, ms; 0: it is within one, or none is known. */
  wrongBy(look: string, hostMs: number): number {
    const when = this.#accounts.get(look)?.when ?? [];
    return when.length === 0 ? 0 : Math.min(...when.map(({ downMs, upMs }) => Math.max(0, downMs - hostMs, hostMs - upMs)));
  }

  /** A pupil made a dot that looks like this. */
  isKnown(look: string): boolean {
    return this.#accounts.has(look);
  }

  excuse(looks: readonly string[], reason: LossReason): void {
    for (const look of looks) this.#of(look).excused[reason]++;
  }

  /** Holds what history has against what was made. */
  balance(rows: readonly StrokeRow[], gaps: readonly GapRow[]): DotBalance {
    const kept = new Map<string, number>();
    for (const row of rows) {
      for (let at = 0; at < row.dots.length; at += DOT_STRIDE) {
        const look = lookOf(row.pen, row.dots, at);
        kept.set(look, (kept.get(look) ?? 0) + 1);
      }
    }
    const sum = { made: 0, kept: 0, told: 0, unexplained: 0, doubled: 0, strange: 0 };
    const tellable = new Map<string, number>();
    for (const { pen, reason, lostEvents } of gaps) {
      if (TOLD_REASONS.has(reason)) tellable.set(pen, (tellable.get(pen) ?? 0) + lostEvents);
    }
    const excused = noExcuses();
    for (const [look, account] of this.#accounts) {
      const have = kept.get(look) ?? 0;
      kept.delete(look);
      sum.made += account.made;
      sum.kept += Math.min(have, account.made);
      sum.doubled += Math.max(0, have - account.made);
      let missing = Math.max(0, account.made - have);
      for (const reason of LOSS_REASONS) {
        const taken = Math.min(missing, account.excused[reason]);
        excused[reason] += taken;
        missing -= taken;
      }
      const pen = look.slice(0, look.indexOf(" "));
      const told = Math.min(missing, tellable.get(pen) ?? 0);
      if (told > 0) tellable.set(pen, (tellable.get(pen) ?? 0) - told);
      sum.told += told;
      sum.unexplained += missing - told;
    }
    for (const count of kept.values()) sum.strange += count;
    return { ...sum, excused };
  }

  #of(look: string): DotAccount {
    let account = this.#accounts.get(look);
    if (account === undefined) {
      account = { when: [], made: 0, excused: noExcuses() };
      this.#accounts.set(look, account);
    }
    return account;
  }
}

function noExcuses(): Record<LossReason, number> {
  return { "lost in the air": 0, "the gateway died with it": 0, "the power was cut before it was on disk": 0 };
}

/** What a pen says of a dot, its time left out: place, force and angles. */
export function lookOf(pen: PenId, dots: Int32Array, at: number): string {
  return `${pen} ${dots[at + DOT_X]} ${dots[at + DOT_Y]} ${dots[at + DOT_FORCE]} ${dots[at + DOT_TILT_X]} ${dots[at + DOT_TILT_Y]} ${dots[at + DOT_TWIST]}`;
}

const COUNTED_DOT = 0x6c;
const LEGACY_DOT = 0x65;

/** The same of a dot's frame, read from its bytes alone; null: another kind of frame. */
export function lookOfDotFrame(
  pen: PenId,
  frame: { readonly command: number; readonly body: Uint8Array; readonly payloadStart: number },
): string | null {
  if (frame.command !== COUNTED_DOT && frame.command !== LEGACY_DOT) return null;
  const at = frame.payloadStart + (frame.command === COUNTED_DOT ? 2 : 1);
  const byte = (index: number) => frame.body[at + index] as number;
  const word = (index: number) => byte(index) | (byte(index + 1) << 8);
  const [x, y] = [word(2) * 100 + byte(6), word(4) * 100 + byte(7)];
  return `${pen} ${x} ${y} ${word(0)} ${byte(8)} ${byte(9)} ${word(10)}`;
}
