/**
 * The arithmetic of the nets: whole numbers, two sums in one double. What goes into a layer is rounded to levels, weights are
 * whole too, and no sum reaches SUM_LIMIT: so each is exact, and the same ink gives the same numbers on every machine whatever
 * the order. Only the factors around them are rounded, as IEEE 754 says.
 */

/** Outputs are computed in eights: LANES / 2 doubles, each with two sums. */
export const LANES = 8;
/** The second sum of a double is counted in these; the first stays below half of it. */
const PAIR = 2 ** 26;
const SUM_LIMIT = PAIR / 2;
/** Finer levels than this would say nothing more. */
const LEVELS_MAX = 4095;

/** Weights of one layer. Weight from input i to output o: `whole` x `scales[o]`. */
export interface Weights {
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: Float64Array;
  readonly scales: Float64Array;
  /** [outputs / LANES][inputs][LANES / 2]: the weight of an even output, and PAIR times that of the next. */
  readonly packed: Float64Array;
  /** Levels that an input may have, so that no sum reaches SUM_LIMIT. */
  readonly levels: number;
}

/** Rows of cells of channels, with `pad` cells around (above and below only when there is more than one row). */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pad: number;
  readonly data: Float64Array;
}

/** @param outputs a multiple of LANES. @param whole by output. */
export function weightsOf(inputs: number, bias: Float64Array, scales: Float64Array, whole: Int8Array): Weights {
  const outputs = bias.length;
  const packed = new Float64Array((inputs * outputs) / 2);
  let most = 1;
  for (let output = 0; output < outputs; output++) {
    const lane = output % LANES;
    const first = ((output - lane) * inputs + lane - (lane % 2)) / 2;
    let sum = 0;
    for (let input = 0; input < inputs; input++) {
      const weight = whole[output * inputs + input] as number;
      const at = first + (input * LANES) / 2;
      packed[at] = (packed[at] as number) + (lane % 2 === 0 ? weight : weight * PAIR);
      sum += Math.abs(weight);
    }
    most = Math.max(most, sum);
  }
  return { inputs, outputs, bias, scales, packed, levels: Math.min(LEVELS_MAX, Math.floor((SUM_LIMIT - 1) / most)) };
}

export function planeOf(width: number, height: number, channels: number, pad: number): Plane {
  const rows = height === 1 ? 1 : height + 2 * pad;
  return { width, height, channels, pad, data: new Float64Array((width + 2 * pad) * rows * channels) };
}

function startOf(plane: Plane): number {
  return (plane.height === 1 ? 0 : plane.pad * (plane.width + 2 * plane.pad) * plane.channels) + plane.pad * plane.channels;
}

/** How a convolution walks over its input. */
export interface Walk {
  /** Cells on each side of the window; rows of it (1 along a line). */
  readonly size: number;
  readonly rows: number;
  readonly stride: number;
  /** Cells of border that it reads. */
  readonly pad: number;
}

/** In place: numbers to whole levels. @returns what one level is worth. */
function levelled(data: Float64Array, levels: number): number {
  let most = 0;
  for (let at = 0; at < data.length; at++) most = Math.max(most, Math.abs(data[at] as number));
  if (most === 0) return 0;
  const factor = levels / most;
  for (let at = 0; at < data.length; at++) data[at] = Math.floor((data[at] as number) * factor + 0.5);
  return most / levels;
}

/** Takes a double apart into its two sums, and adds what they are worth to two outputs. */
function put(out: Float64Array, at: number, pair: number, layer: Weights, output: number, worth: number): void {
  const second = Math.floor(pair / PAIR + 0.5);
  const { bias, scales } = layer;
  out[at] = (bias[output] as number) + (pair - second * PAIR) * ((scales[output] as number) * worth);
  out[at + 1] = (bias[output + 1] as number) + second * ((scales[output + 1] as number) * worth);
}

/**
 * Convolution, plus `skip` (of the output's form) if there is one, negative sums cut to 0. Pairs of cells, LANES outputs at a
 * time. What is in `input` becomes levels, and is of no use afterwards.
 */
export function convolve(input: Plane, layer: Weights, walk: Walk, output: Plane, skip: Plane | null): void {
  // The skip may be the input itself, so it goes first.
  if (skip !== null) copyCells(skip, output);
  const { channels, data } = input;
  const worth = levelled(data, layer.levels);
  const line = (input.width + 2 * input.pad) * channels;
  const origin = startOf(input) - walk.pad * channels - (walk.rows > 1 ? walk.pad * line : 0);
  const step = walk.stride * channels;
  const run = walk.size * channels;
  const { packed } = layer;
  const out = output.data;
  const outLine = (output.width + 2 * output.pad) * output.channels;
  const outStart = startOf(output);
  const sums = new Float64Array(2 * LANES);
  for (let lane = 0; lane < layer.outputs; lane += LANES) {
    const first = (lane * layer.inputs) / 2;
    for (let row = 0; row < output.height; row++) {
      for (let column = 0; column < output.width; column += 2) {
        let a0 = 0;
        let a1 = 0;
        let a2 = 0;
        let a3 = 0;
        let b0 = 0;
        let b1 = 0;
        let b2 = 0;
        let b3 = 0;
        let w = first;
        for (let r = 0; r < walk.rows; r++) {
          let at = origin + (row * walk.stride + r) * line + column * step;
          for (const end = at + run; at < end; at++) {
            const u = data[at] as number;
            const v = data[at + step] as number;
            const w0 = packed[w] as number;
            const w1 = packed[w + 1] as number;
            const w2 = packed[w + 2] as number;
            const w3 = packed[w + 3] as number;
            a0 += u * w0;
            a1 += u * w1;
            a2 += u * w2;
            a3 += u * w3;
            b0 += v * w0;
            b1 += v * w1;
            b2 += v * w2;
            b3 += v * w3;
            w += LANES / 2;
          }
        }
        put(sums, 0, a0, layer, lane, worth);
        put(sums, 2, a1, layer, lane + 2, worth);
        put(sums, 4, a2, layer, lane + 4, worth);
        put(sums, 6, a3, layer, lane + 6, worth);
        put(sums, 8, b0, layer, lane, worth);
        put(sums, 10, b1, layer, lane + 2, worth);
        put(sums, 12, b2, layer, lane + 4, worth);
        put(sums, 14, b3, layer, lane + 6, worth);
        const to = outStart + row * outLine + column * output.channels + lane;
        for (let k = 0; k < LANES; k++) {
          const [here, next] = [to + k, to + output.channels + k];
          const a = (sums[k] as number) + (skip === null ? 0 : (out[here] as number));
          const b = (sums[LANES + k] as number) + (skip === null ? 0 : (out[next] as number));
          out[here] = a > 0 ? a : 0;
          out[next] = b > 0 ? b : 0;
        }
      }
    }
  }
}

function copyCells(from: Plane, to: Plane): void {
  const width = from.width * from.channels;
  for (let row = 0; row < from.height; row++) {
    const start = startOf(from) + row * (from.width + 2 * from.pad) * from.channels;
    const cells = from.data.subarray(start, start + width);
    to.data.set(cells, startOf(to) + row * (to.width + 2 * to.pad) * to.channels);
  }
}

/** The largest of every two by two cells. */
export function poolByTwo(input: Plane, output: Plane): void {
  const { channels, data } = input;
  const line = (input.width + 2 * input.pad) * channels;
  const outLine = (output.width + 2 * output.pad) * channels;
  for (let row = 0; row < output.height; row++) {
    for (let column = 0; column < output.width; column++) {
      const from = startOf(input) + 2 * row * line + 2 * column * channels;
      const to = startOf(output) + row * outLine + column * channels;
      for (let c = 0; c < channels; c++) {
        const upper = Math.max(data[from + c] as number, data[from + channels + c] as number);
        const lower = Math.max(data[from + line + c] as number, data[from + line + channels + c] as number);
        output.data[to + c] = Math.max(upper, lower);
      }
    }
  }
}

/** Every input to every output. `cut`: negative sums become 0. What is in `input` becomes levels. */
export function connect(input: Float64Array, layer: Weights, output: Float64Array, cut: boolean): void {
  const { inputs, outputs, packed } = layer;
  const worth = levelled(input, layer.levels);
  for (let lane = 0; lane < outputs; lane += LANES) {
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    let w = (lane * inputs) / 2;
    for (let at = 0; at < inputs; at++) {
      const u = input[at] as number;
      a0 += u * (packed[w] as number);
      a1 += u * (packed[w + 1] as number);
      a2 += u * (packed[w + 2] as number);
      a3 += u * (packed[w + 3] as number);
      w += LANES / 2;
    }
    put(output, lane, a0, layer, lane, worth);
    put(output, lane + 2, a1, layer, lane + 2, worth);
    put(output, lane + 4, a2, layer, lane + 4, worth);
    put(output, lane + 6, a3, layer, lane + 6, worth);
    for (let k = lane; cut && k < lane + LANES; k++) output[k] = Math.max(0, output[k] as number);
  }
}
