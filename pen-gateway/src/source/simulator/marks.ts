import type { Random } from "@penlight/proto";
import type { Curve, DrawnMovement, Hand, Movement } from "./hand.ts";

/** A rectangle on a page, mm. */
export interface Area {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

export const MARK_STYLES = ["tick", "cross", "circle", "fill"] as const;
export type MarkStyle = (typeof MARK_STYLES)[number];

/** The strokes of one mark, in the order in which they are drawn. */
export function markMovements(style: MarkStyle, area: Area, hand: Hand, random: Random): Movement[] {
  switch (style) {
    case "tick":
      return [tick(area, hand, random)];
    case "cross":
      return cross(area, hand, random);
    case "circle":
      return [circle(area, hand, random)];
    case "fill":
      return [fill(area, random)];
  }
}

function tick(area: Area, hand: Hand, random: Random): Movement {
  const out = hand.overshoot * 0.28;
  const start = place(area, random.between(0.1, 0.28), random.between(0.42, 0.6));
  const foot = place(area, random.between(0.34, 0.48), random.between(0.76, 0.92));
  const end = place(area, random.between(0.82, 0.95) + out * random.unit(), random.between(0.06, 0.22) - out * random.unit());
  return { curves: [bend(start, foot, random, 0.08), bend(foot, end, random, 0.1)], flowing: false, pace: 1 };
}

function cross(area: Area, hand: Hand, random: Random): Movement[] {
  const near = () => random.between(0.12, 0.26) - hand.overshoot * 0.14 * random.unit();
  const far = () => 1 - near();
  const falling = bend(place(area, near(), near()), place(area, far(), far()), random, 0.06);
  const rising = random.chance(0.7)
    ? bend(place(area, far(), near()), place(area, near(), far()), random, 0.06)
    : bend(place(area, near(), far()), place(area, far(), near()), random, 0.06);
  return [
    { curves: [falling], flowing: false, pace: 1 },
    { curves: [rising], flowing: false, pace: 1 },
  ];
}

const CIRCLE_PIECES = 9;

function circle(area: Area, hand: Hand, random: Random): Movement {
  const radiusX = random.between(0.3, 0.42) + hand.overshoot * 0.1 * random.unit();
  const radiusY = random.between(0.3, 0.42) + hand.overshoot * 0.1 * random.unit();
  const centreX = random.between(0.46, 0.54);
  const centreY = random.between(0.46, 0.54);
  const sense = random.chance(0.8) ? -1 : 1;
  const from = random.between(-2.2, -1);
  const sweep = (sense * random.between(345, 400) * Math.PI) / 180;
  const growth = random.between(-0.06, 0.06);
  const step = sweep / CIRCLE_PIECES;
  const curves: Curve[] = [];
  for (let i = 0; i < CIRCLE_PIECES; i++) {
    const at = (angle: number, factor: number) => {
      const size = (1 + (growth * (angle - from)) / sweep) * factor;
      return place(area, centreX + radiusX * size * Math.cos(angle), centreY + radiusY * size * Math.sin(angle));
    };
    const a = at(from + i * step, 1);
    const b = at(from + (i + 0.5) * step, 1 / Math.cos(step / 2));
    const c = at(from + (i + 1) * step, 1);
    curves.push({ fromX: a.x, fromY: a.y, viaX: b.x, viaY: b.y, toX: c.x, toY: c.y });
  }
  return { curves, flowing: true, pace: 1.1 };
}

/** Hatching that stays inside the box. */
function fill(area: Area, random: Random): Movement {
  const passes = random.integer(6, 10);
  const slanted = random.between(-0.08, 0.12);
  const upright = random.chance(0.35);
  return zigzag(passes, (pass) => {
    const across = pass % 2 === 0 ? random.between(0.14, 0.24) : random.between(0.76, 0.86);
    const down = 0.16 + (0.68 * pass) / passes + (pass % 2 === 0 ? slanted : -slanted) * 0.5;
    return upright ? place(area, down, across) : place(area, across, down);
  });
}

/** A line clearly across the whole box and beyond it on both sides; now and then drawn twice. */
export function strikeLine(area: Area, random: Random): Movement[] {
  const line = (): Movement => {
    const from = place(area, random.between(-0.5, -0.34), random.between(0.5, 0.72));
    const to = place(area, random.between(1.36, 1.6), random.between(0.28, 0.52));
    return { curves: [bend(from, to, random, 0.03)], flowing: false, pace: 1.4 };
  };
  return random.chance(0.25) ? [line(), line()] : [line()];
}

/** A scribble to and fro across the whole box and beyond it. */
export function strikeScribble(area: Area, random: Random): Movement[] {
  const passes = random.integer(5, 8);
  return [
    zigzag(passes, (pass) => {
      const across = pass % 2 === 0 ? random.between(-0.44, -0.3) : random.between(1.3, 1.46);
      return place(area, across, 0.12 + (0.76 * pass) / passes + random.between(-0.05, 0.05));
    }),
  ];
}

/** Working in the margin: a few digit-like squiggles that fill `area` from left to right. */
export function squiggles(area: Area, random: Random): Movement[] {
  const glyphs = random.integer(2, 4);
  const movements: Movement[] = [];
  for (let i = 0; i < glyphs; i++) {
    const cell: Area = {
      xMm: area.xMm + (area.widthMm * i) / glyphs,
      yMm: area.yMm,
      widthMm: (area.widthMm / glyphs) * 0.8,
      heightMm: area.heightMm,
    };
    const points = random.integer(3, 5);
    movements.push({ ...zigzag(points, () => place(cell, random.unit(), random.unit())), flowing: true, pace: 0.9 });
  }
  return movements;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place in the box by fractions of its width and height; outside 0..1 is outside the box. */
function place(area: Area, across: number, down: number): Point {
  return { x: area.xMm + across * area.widthMm, y: area.yMm + down * area.heightMm };
}

/** A curve from `from` to `to` that bulges sideways by up to `bulge` of its length. */
function bend(from: Point, to: Point, random: Random, bulge: number): Curve {
  const side = random.between(-bulge, bulge);
  return {
    fromX: from.x,
    fromY: from.y,
    viaX: (from.x + to.x) / 2 - side * (to.y - from.y),
    viaY: (from.y + to.y) / 2 + side * (to.x - from.x),
    toX: to.x,
    toY: to.y,
  };
}

function zigzag(passes: number, turn: (pass: number) => Point): DrawnMovement {
  const curves: Curve[] = [];
  let from = turn(0);
  for (let pass = 1; pass <= passes; pass++) {
    const to = turn(pass);
    curves.push({
      fromX: from.x,
      fromY: from.y,
      viaX: (from.x + to.x) / 2,
      viaY: (from.y + to.y) / 2,
      toX: to.x,
      toY: to.y,
    });
    from = to;
  }
  return { curves, flowing: false, pace: 1.6 };
}
