import type { Features } from "./features.ts";
import { GRID, PICTURE_CHANNELS, PICTURE_PAD, SEQUENCE_CHANNELS, SEQUENCE_PAD } from "./features.ts";
import { STEPS } from "./ink-path.ts";
import { connect, convolve, LANES, planeOf, poolByTwo, type Weights, weightsOf } from "./layers.ts";

/** Numbers that either net makes of what it sees, before it says what that is. */
const FULL = 192;
/** Name of a layer -> inputs of one output, outputs: in the order of the weights file. */
const LAYERS = {
  stem: [7 * SEQUENCE_CHANNELS, 40],
  same1: [3 * 40, 40],
  down1: [3 * 40, 80],
  same2: [3 * 80, 80],
  down2: [3 * 80, 112],
  full: [8 * 112, FULL],
  pictureStem: [9 * PICTURE_CHANNELS, 24],
  pictureMid: [9 * 24, 40],
  pictureEnd: [9 * 40, 64],
  pictureFull: [4 * 64, FULL],
} as const;
const LINE = { rows: 1, pad: 1 } as const;
const SQUARE = { size: 3, rows: 3, stride: 1 } as const;

/**
 * The two nets with their weights: one reads along the ink (6 numbers at 64 steps), one looks at it (5 numbers in 12 x 12
 * cells). Their scores are added. Not to be shared between threads: it keeps its planes.
 */
export class Nets {
  /** How many scores there are. */
  readonly outputs: number;
  readonly #layers: Readonly<Record<keyof typeof LAYERS, Weights>>;
  readonly #out: Weights;
  readonly #pictureOut: Weights;
  /** What is read is changed on the way through a layer, so all of it is here. */
  readonly #planes = {
    line: planeOf(STEPS, 1, SEQUENCE_CHANNELS, SEQUENCE_PAD),
    square: planeOf(GRID, GRID, PICTURE_CHANNELS, PICTURE_PAD),
    a1: planeOf(32, 1, 40, 1),
    a2: planeOf(32, 1, 40, 1),
    b1: planeOf(16, 1, 80, 1),
    b2: planeOf(16, 1, 80, 1),
    c: planeOf(8, 1, 112, 0),
    p1: planeOf(GRID, GRID, 24, 0),
    p2: planeOf(GRID / 2, GRID / 2, 24, 1),
    p3: planeOf(GRID / 2, GRID / 2, 40, 0),
    p4: planeOf(4, 4, 64, 0),
    p5: planeOf(2, 2, 64, 0),
  };
  readonly #hidden = new Float64Array(FULL);
  readonly #scores: Float64Array;
  readonly #pictureScores: Float64Array;

  /** @param bytes layers one after the other: biases and scales (float32, little-endian), then weights (int8), by output. */
  constructor(bytes: Uint8Array, outputs: number) {
    this.outputs = outputs;
    const reader = new LayerReader(bytes);
    const layers: Partial<Record<keyof typeof LAYERS, Weights>> = {};
    for (const name of Object.keys(LAYERS) as (keyof typeof LAYERS)[]) {
      const [inputs, outputs] = LAYERS[name];
      layers[name] = reader.read(inputs, outputs);
    }
    this.#layers = layers as Record<keyof typeof LAYERS, Weights>;
    const wide = Math.ceil(outputs / LANES) * LANES;
    this.#out = reader.read(FULL, wide);
    this.#pictureOut = reader.read(FULL, wide);
    this.#scores = new Float64Array(wide);
    this.#pictureScores = new Float64Array(wide);
  }

  /** Scores of every unit, and of each alphabet's refusal. The array is used again by the next call. */
  scoresOf(features: Features): Float64Array {
    const { line, square, a1, a2, b1, b2, c, p1, p2, p3, p4, p5 } = this.#planes;
    const layers = this.#layers;
    line.data.set(features.sequence);
    square.data.set(features.picture);
    convolve(line, layers.stem, { size: 7, rows: 1, stride: 2, pad: 3 }, a1, null);
    convolve(a1, layers.same1, { ...LINE, size: 3, stride: 1 }, a2, a1);
    convolve(a2, layers.down1, { ...LINE, size: 3, stride: 2 }, b1, null);
    convolve(b1, layers.same2, { ...LINE, size: 3, stride: 1 }, b2, b1);
    convolve(b2, layers.down2, { ...LINE, size: 3, stride: 2 }, c, null);
    connect(c.data, layers.full, this.#hidden, true);
    connect(this.#hidden, this.#out, this.#scores, false);
    convolve(square, layers.pictureStem, { ...SQUARE, pad: 1 }, p1, null);
    poolByTwo(p1, p2);
    convolve(p2, layers.pictureMid, { ...SQUARE, pad: 1 }, p3, null);
    convolve(p3, layers.pictureEnd, { ...SQUARE, pad: 0 }, p4, null);
    poolByTwo(p4, p5);
    connect(p5.data, layers.pictureFull, this.#hidden, true);
    connect(this.#hidden, this.#pictureOut, this.#pictureScores, false);
    for (let at = 0; at < this.outputs; at++) {
      this.#scores[at] = (this.#scores[at] as number) + (this.#pictureScores[at] as number);
    }
    return this.#scores;
  }
}

class LayerReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(inputs: number, outputs: number): Weights {
    const bias = this.#floats(outputs);
    const scales = this.#floats(outputs);
    const whole = new Int8Array(inputs * outputs);
    for (let at = 0; at < whole.length; at++) whole[at] = this.#view.getInt8(this.#at++);
    return weightsOf(inputs, bias, scales, whole);
  }

  #floats(count: number): Float64Array {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#view.getFloat32(this.#at + 4 * i, true);
    this.#at += 4 * count;
    return values;
  }
}
