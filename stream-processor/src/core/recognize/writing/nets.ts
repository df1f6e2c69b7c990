import type { Features } from "./features.ts";
import { GRID, PICTURE_CHANNELS, PICTURE_PAD, SEQUENCE_CHANNELS, SEQUENCE_PAD } from "./features.ts";
import { STEPS } from "./ink-path.ts";
import { connect, convolve, LANES, type Plane, planeOf, poolByTwo, type Weights } from "./layers.ts";

/** Name of a layer -> inputs of one output, outputs: in the order of the weights file. */
const LAYERS = {
  stem: [7 * SEQUENCE_CHANNELS, 32],
  same1: [3 * 32, 32],
  down1: [3 * 32, 64],
  same2: [3 * 64, 64],
  down2: [3 * 64, 96],
  full: [8 * 96, 112],
  pictureStem: [9 * PICTURE_CHANNELS, 16],
  pictureMid: [9 * 16, 32],
  pictureEnd: [9 * 32, 48],
  pictureFull: [4 * 48, 112],
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
  readonly #planes = {
    a1: planeOf(32, 1, 32, 1),
    a2: planeOf(32, 1, 32, 1),
    b1: planeOf(16, 1, 64, 1),
    b2: planeOf(16, 1, 64, 1),
    c: planeOf(8, 1, 96, 0),
    p1: planeOf(GRID, GRID, 16, 0),
    p2: planeOf(GRID / 2, GRID / 2, 16, 1),
    p3: planeOf(GRID / 2, GRID / 2, 32, 0),
    p4: planeOf(4, 4, 48, 0),
    p5: planeOf(2, 2, 48, 0),
  };
  readonly #hidden = new Float32Array(112);
  readonly #scores: Float32Array;
  readonly #pictureScores: Float32Array;

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
    this.#out = reader.read(112, wide);
    this.#pictureOut = reader.read(112, wide);
    this.#scores = new Float32Array(wide);
    this.#pictureScores = new Float32Array(wide);
  }

  /** Scores of every unit, and of each alphabet's refusal. The array is used again by the next call. */
  scoresOf(features: Features): Float32Array {
    const { a1, a2, b1, b2, c, p1, p2, p3, p4, p5 } = this.#planes;
    const layers = this.#layers;
    const line: Plane = { width: STEPS, height: 1, channels: SEQUENCE_CHANNELS, pad: SEQUENCE_PAD, data: features.sequence };
    convolve(line, layers.stem, { size: 7, rows: 1, stride: 2, pad: 3 }, a1, null);
    convolve(a1, layers.same1, { ...LINE, size: 3, stride: 1 }, a2, a1);
    convolve(a2, layers.down1, { ...LINE, size: 3, stride: 2 }, b1, null);
    convolve(b1, layers.same2, { ...LINE, size: 3, stride: 1 }, b2, b1);
    convolve(b2, layers.down2, { ...LINE, size: 3, stride: 2 }, c, null);
    connect(c.data, layers.full, this.#hidden, true);
    connect(this.#hidden, this.#out, this.#scores, false);
    const square: Plane = {
      width: GRID,
      height: GRID,
      channels: PICTURE_CHANNELS,
      pad: PICTURE_PAD,
      data: features.picture,
    };
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
    const weights = new Float32Array(inputs * outputs);
    for (let output = 0; output < outputs; output++) {
      const lane = output % LANES;
      const first = (output - lane) * inputs;
      for (let input = 0; input < inputs; input++) {
        weights[first + input * LANES + lane] = this.#view.getInt8(this.#at++) * (scales[output] as number);
      }
    }
    return { inputs, outputs, bias, weights };
  }

  #floats(count: number): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#view.getFloat32(this.#at + 4 * i, true);
    this.#at += 4 * count;
    return values;
  }
}
