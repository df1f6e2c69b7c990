/**
 * The arithmetic of the nets. Sums are made in double precision in one order and kept in single precision; only +, *, and
 * comparisons occur, which ECMAScript defines to the last bit: the same ink gives the same numbers on every machine.
 */

/** Outputs are computed in fours. */
export const LANES = 4;

/** Weights of one layer, as the loops read them: [outputs / LANES][inputs][LANES]. */
export interface Weights {
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: Float32Array;
  readonly weights: Float32Array;
}

/** Rows of cells of channels, with `pad` cells around (above and below only when there is more than one row). */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pad: number;
  readonly data: Float32Array;
}

export function planeOf(width: number, height: number, channels: number, pad: number): Plane {
  const rows = height === 1 ? 1 : height + 2 * pad;
  return { width, height, channels, pad, data: new Float32Array((width + 2 * pad) * rows * channels) };
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

/** Convolution, plus `skip` (of the output's form) if there is one, negative sums cut to 0. Pairs of cells, four outputs at a time. */
export function convolve(input: Plane, layer: Weights, walk: Walk, output: Plane, skip: Plane | null): void {
  const { channels, data } = input;
  const line = (input.width + 2 * input.pad) * channels;
  const origin = startOf(input) - walk.pad * channels - (walk.rows > 1 ? walk.pad * line : 0);
  const step = walk.stride * channels;
  const run = walk.size * channels;
  const { bias, weights } = layer;
  const out = output.data;
  const outLine = (output.width + 2 * output.pad) * output.channels;
  const outStart = startOf(output);
  const skipLine = skip === null ? 0 : (skip.width + 2 * skip.pad) * skip.channels;
  const skipStart = skip === null ? 0 : startOf(skip);
  for (let lane = 0; lane < layer.outputs; lane += LANES) {
    const first = lane * layer.inputs;
    for (let row = 0; row < output.height; row++) {
      for (let column = 0; column < output.width; column += 2) {
        let a0 = bias[lane] as number;
        let a1 = bias[lane + 1] as number;
        let a2 = bias[lane + 2] as number;
        let a3 = bias[lane + 3] as number;
        let b0 = a0;
        let b1 = a1;
        let b2 = a2;
        let b3 = a3;
        let w = first;
        for (let r = 0; r < walk.rows; r++) {
          let at = origin + (row * walk.stride + r) * line + column * step;
          for (const end = at + run; at < end; at++) {
            const u = data[at] as number;
            const v = data[at + step] as number;
            const w0 = weights[w] as number;
            const w1 = weights[w + 1] as number;
            const w2 = weights[w + 2] as number;
            const w3 = weights[w + 3] as number;
            a0 += u * w0;
            a1 += u * w1;
            a2 += u * w2;
            a3 += u * w3;
            b0 += v * w0;
            b1 += v * w1;
            b2 += v * w2;
            b3 += v * w3;
            w += LANES;
          }
        }
        const to = outStart + row * outLine + column * output.channels + lane;
        const next = to + output.channels;
        if (skip !== null) {
          const from = skipStart + row * skipLine + column * skip.channels + lane;
          const then = from + skip.channels;
          a0 += skip.data[from] as number;
          a1 += skip.data[from + 1] as number;
          a2 += skip.data[from + 2] as number;
          a3 += skip.data[from + 3] as number;
          b0 += skip.data[then] as number;
          b1 += skip.data[then + 1] as number;
          b2 += skip.data[then + 2] as number;
          b3 += skip.data[then + 3] as number;
        }
        out[to] = a0 > 0 ? a0 : 0;
        out[to + 1] = a1 > 0 ? a1 : 0;
        out[to + 2] = a2 > 0 ? a2 : 0;
        out[to + 3] = a3 > 0 ? a3 : 0;
        out[next] = b0 > 0 ? b0 : 0;
        out[next + 1] = b1 > 0 ? b1 : 0;
        out[next + 2] = b2 > 0 ? b2 : 0;
        out[next + 3] = b3 > 0 ? b3 : 0;
      }
    }
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

/** Every input to every output. `cut`: negative sums become 0. */
export function connect(input: Float32Array, layer: Weights, output: Float32Array, cut: boolean): void {
  const { inputs, outputs, bias, weights } = layer;
  for (let lane = 0; lane < outputs; lane += LANES) {
    let a0 = bias[lane] as number;
    let a1 = bias[lane + 1] as number;
    let a2 = bias[lane + 2] as number;
    let a3 = bias[lane + 3] as number;
    let w = lane * inputs;
    for (let at = 0; at < inputs; at++) {
      const u = input[at] as number;
      a0 += u * (weights[w] as number);
      a1 += u * (weights[w + 1] as number);
      a2 += u * (weights[w + 2] as number);
      a3 += u * (weights[w + 3] as number);
      w += LANES;
    }
    output[lane] = cut && a0 < 0 ? 0 : a0;
    output[lane + 1] = cut && a1 < 0 ? 0 : a1;
    output[lane + 2] = cut && a2 < 0 ? 0 : a2;
    output[lane + 3] = cut && a3 < 0 ? 0 : a3;
  }
}
