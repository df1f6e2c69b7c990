import type { Random } from "@penlight/proto";
import { type Movement, moved } from "./hand.ts";
import type { Area } from "./marks.ts";
import type { Glyph, Script } from "./script.ts";

/** How somebody sets characters beside each other. Drawn once a pupil. */
export interface Setting {
  readonly script: Script;
  /** Height of a capital as a part of the box's, if it is one to be filled. */
  readonly size: number;
  /** Between two characters, in heights of a capital. */
  readonly gap: number;
  /** One number over the other and a line between; else beside each other with a slash. */
  readonly stacksFractions: boolean;
  /** T and F; else a tick and a cross. */
  readonly writesTrueFalse: boolean;
  /** How far ink may leave the box, 0 (never) to 1. */
  readonly overshoot: number;
}

/** Characters are not written larger or smaller than this, mm. */
const CAPITAL_MM = { min: 3.2, max: 9 };
/** Part of a box's width that one answer may take, so that another finds room beside it. */
const SHARE_OF_WIDTH = 0.46;
const EDGE = 0.08;
/** From what was struck out to what is written instead. */
const BESIDE_MM = 3;
/** How far a strike-out goes on beyond the ink, mm. */
const BEYOND_MM = [1, 2] as const;
/** What is so much higher than wide has one number over the other, or is a lone stroke. */
const STACKED_AT = 1.9;
/** A fraction that is stacked needs this much height, mm. */
const STACKED_MM = 10;

/** Something written: its strokes in their order, and the area they take up. */
export interface Written {
  readonly movements: readonly Movement[];
  readonly area: Area;
}

export function drawSetting(script: Script, overshoot: number, random: Random): Setting {
  return {
    script,
    size: random.between(0.5, 0.72),
    gap: random.between(0.14, 0.3),
    stacksFractions: random.chance(0.7),
    writesTrueFalse: random.chance(0.3),
    overshoot,
  };
}

/**
 * Writes a text into a box, beside what is there already. Null: there is no room left.
 * @example write("2 1/3", box, null, setting, random)
 */
export function write(text: string, box: Area, before: Area | null, setting: Setting, random: Random): Written | null {
  const leftMm = before === null ? box.xMm + EDGE * box.widthMm : before.xMm + before.widthMm + BESIDE_MM;
  const wholeMm = box.xMm + box.widthMm * (1 - EDGE / 2) - leftMm;
  const { pieces, top, height } = layOut(text, box.heightMm, setting, random);
  const width = endOf(pieces);
  const wantedMm = Math.min(CAPITAL_MM.max, Math.max(CAPITAL_MM.min, (setting.size * box.heightMm) / height ** 0.6));
  const shareMm = before === null ? box.widthMm * shareOf(text, box) : wholeMm;
  // What is long takes the whole width.
  const roomMm = shareMm < width * CAPITAL_MM.min ? wholeMm : shareMm;
  const capitalMm = Math.min(wantedMm, roomMm / Math.max(width, 0.2));
  if (capitalMm < CAPITAL_MM.min && before !== null) return null;
  const out = setting.overshoot * random.unit();
  const isAlone = before === null && shareOf(text, box) > SHARE_OF_WIDTH;
  const slackMm = Math.max(0, roomMm - width * capitalMm);
  const xMm = leftMm + slackMm * (isAlone ? random.between(0.3, 0.6) : random.between(0, 0.25));
  // About in the middle; who is careless comes near the border, or over it.
  const heightMm = height * capitalMm;
  const topMm = box.yMm + (box.heightMm - heightMm) * random.between(0.4, 0.6) + out * random.between(-0.25, 0.25) * capitalMm;
  const movements = pieces.flatMap(({ glyph, x, y, scale }) =>
    glyph.movements.map((each) =>
      moved(each, { xMm: xMm + x * capitalMm, yMm: topMm + (y - top) * capitalMm, scale: scale * capitalMm }),
    ),
  );
  return { movements, area: { xMm, yMm: topMm, widthMm: width * capitalMm, heightMm } };
}

/** A single letter in a bracket stands in its middle; numbers and words leave room for a second thought. */
function shareOf(text: string, box: Area): number {
  return text.length === 1 && box.widthMm < 2 * box.heightMm ? 1 - 2 * EDGE : SHARE_OF_WIDTH;
}

/** A glyph and where it stands: in heights of a capital, from the left end and top of the text. */
interface Piece {
  readonly glyph: Glyph;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Block {
  readonly pieces: readonly Piece[];
  /** Heights of a capital: where the block begins, above the capital's top if below 0, and how high it is. */
  readonly top: number;
  readonly height: number;
}

function layOut(text: string, boxMm: number, setting: Setting, random: Random): Block {
  const [, sign = "", whole = "", over, under] = /^(-?)(?:(\d+) )?(\d+)\/(\d+)$/.exec(text) ?? [];
  // A mixed number with a slash would be another number.
  const isStacked = over !== undefined && (setting.stacksFractions || whole !== "") && boxMm >= STACKED_MM;
  if (!isStacked || under === undefined) return { pieces: inLine(text, 0, 1, setting, random), top: 0, height: 1 };
  const pieces = stacked({ whole: sign + whole, over, under }, setting, random);
  return { pieces, top: STACKED.over, height: STACKED.under + STACKED.scale - STACKED.over };
}

function inLine(text: string, from: number, scale: number, setting: Setting, random: Random): Piece[] {
  let x = from;
  return [...text].flatMap((character): Piece[] => {
    if (character === " ") {
      x += 0.45 * scale;
      return [];
    }
    const glyph = setting.script.glyph(character, random);
    const piece = { glyph, x, y: random.between(-0.03, 0.03), scale };
    x += (glyph.width + setting.gap * random.between(0.7, 1.3)) * scale;
    return [piece];
  });
}

interface Fraction {
  readonly whole: string;
  readonly over: string;
  readonly under: string;
}

const STACKED = { scale: 0.72, over: -0.42, bar: 0.5, under: 0.68 };

function stacked({ whole, over, under }: Fraction, setting: Setting, random: Random): Piece[] {
  const { scale, over: top, bar: middle, under: bottom } = STACKED;
  const before = inLine(whole, 0, 1, setting, random);
  const from = endOf(before) + (before.length > 0 ? 0.3 : 0.1);
  const upper = inLine(over, from, scale, setting, random).map((piece) => ({ ...piece, y: piece.y + top }));
  const lower = inLine(under, from, scale, setting, random).map((piece) => ({ ...piece, y: piece.y + bottom }));
  const [upperWidth, lowerWidth] = [endOf(upper) - from, endOf(lower) - from];
  const width = Math.max(upperWidth, lowerWidth) + 0.3;
  const bar = barOf(width, random);
  const centred = (pieces: Piece[], own: number) => pieces.map((piece) => ({ ...piece, x: piece.x + (width - own) / 2 }));
  const line = { glyph: bar, x: from, y: middle, scale: 1 };
  return [...before, ...centred(upper, upperWidth), line, ...centred(lower, lowerWidth)];
}

function endOf(pieces: readonly Piece[]): number {
  return Math.max(0, ...pieces.map(({ x, glyph, scale }) => x + glyph.width * scale));
}

function barOf(width: number, random: Random): Glyph {
  const [fromY, toY] = [random.between(-0.03, 0.03), random.between(-0.03, 0.03)];
  const curve = { fromX: 0, fromY, viaX: width / 2, viaY: (fromY + toY) / 2, toX: width, toY };
  return { width, movements: [{ curves: [curve], flowing: false, pace: 1.2 }] };
}

/** Strikes out what was written: a line, two, a wave or a scribble, from beside it to beside it. */
export function strikeText(area: Area, random: Random): Movement[] {
  const way = random.unit();
  if (way < 0.6) return way < 0.4 ? [strikeLine(area, random)] : [strikeLine(area, random), strikeLine(area, random)];
  const passes = Math.max(5, Math.round((area.widthMm / area.heightMm) * random.between(5, 7)));
  const [high, low] = way < 0.8 ? [0.3, 0.7] : [0.05, 0.95];
  const [before, beyond] = [random.between(...BEYOND_MM), random.between(...BEYOND_MM)];
  const points = Array.from({ length: passes + 1 }, (_, pass) => {
    const xMm = area.xMm - before + ((area.widthMm + before + beyond) * pass) / passes;
    return { x: xMm, y: area.yMm + area.heightMm * ((pass % 2 === 0 ? high : low) + random.between(-0.08, 0.08)) };
  });
  const curves = points.slice(1).map((to, i) => {
    const from = points[i] as Point;
    return { fromX: from.x, fromY: from.y, viaX: (from.x + to.x) / 2, viaY: (from.y + to.y) / 2, toX: to.x, toY: to.y };
  });
  return [{ curves, flowing: false, pace: 1.5 }];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Flat through the middle; over what is stacked, where that would be another bar, from corner to corner. */
function strikeLine(area: Area, random: Random): Movement {
  const rise = area.heightMm > STACKED_AT * area.widthMm ? 0.4 : random.between(0, 0.1);
  const side = () => random.between(-0.06, 0.06);
  const y = (down: number) => area.yMm + area.heightMm * (down + side());
  const from = { x: area.xMm - random.between(...BEYOND_MM), y: y(0.5 + rise) };
  const to = { x: area.xMm + area.widthMm + random.between(...BEYOND_MM), y: y(0.5 - rise) };
  const via = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 + random.between(-0.2, 0.2) };
  const curve = { fromX: from.x, fromY: from.y, viaX: via.x, viaY: via.y, toX: to.x, toY: to.y };
  return { curves: [curve], flowing: false, pace: 1.4 };
}
