import { describe, expect, test } from "vitest";
import {
  connect,
  convolve,
  planeOf,
  poolByTwo,
  type Weights,
  weightsOf,
} from "../../../../src/core/recognize/writing/layers.ts";

const LANES = 8;
/** Layer whose weight from input i to output o is `of(i, o)` / 16, and whose bias is o / 8. */
function layer(inputs: number, of: (input: number, output: number) => number): Weights {
  const whole = new Int8Array(inputs * LANES);
  for (let o = 0; o < LANES; o++) for (let i = 0; i < inputs; i++) whole[o * inputs + i] = of(i, o);
  const bias = Float64Array.from({ length: LANES }, (_, o) => o / 8);
  return weightsOf(inputs, bias, new Float64Array(LANES).fill(1 / 16), whole);
}

const weight = (input: number, output: number) => ((input * 7 + output * 5) % 11) - 5;

describe("layers", () => {
  test("a convolution along a line is the sum that its definition says", () => {
    const input = planeOf(8, 1, 3, 1);
    for (let at = 0; at < 8 * 3; at++) input.data[3 + at] = ((at * 5) % 7) - 3;
    const before = input.data.slice();
    const output = planeOf(4, 1, LANES, 0);
    convolve(input, layer(9, weight), { size: 3, rows: 1, stride: 2, pad: 1 }, output, null);
    for (let cell = 0; cell < 4; cell++) {
      for (let o = 0; o < LANES; o++) {
        let sum = o / 8;
        for (let i = 0; i < 9; i++) sum += ((before[cell * 2 * 3 + i] as number) * weight(i, o)) / 16;
        expect(output.data[cell * LANES + o]).toBeCloseTo(Math.max(0, sum), 3);
      }
    }
  });

  test("a convolution over a square adds what is skipped to it", () => {
    const input = planeOf(4, 4, 2, 1);
    for (let row = 0; row < 4; row++) {
      for (let at = 0; at < 8; at++) input.data[(row + 1) * 12 + 2 + at] = ((row * 8 + at) % 5) - 2;
    }
    const before = input.data.slice();
    const skip = planeOf(4, 4, LANES, 0);
    skip.data.fill(0.25);
    const output = planeOf(4, 4, LANES, 1);
    convolve(input, layer(18, weight), { size: 3, rows: 3, stride: 1, pad: 1 }, output, skip);
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        let sum = 3 / 8 + 0.25;
        for (let i = 0; i < 18; i++) {
          const at = (row + Math.floor(i / 6)) * 12 + column * 2 + (i % 6);
          sum += ((before[at] as number) * weight(i, 3)) / 16;
        }
        expect(output.data[(row + 1) * 6 * LANES + (column + 1) * LANES + 3]).toBeCloseTo(Math.max(0, sum), 3);
      }
    }
  });

  test("what is skipped may be the input", () => {
    const line = planeOf(4, 1, LANES, 1);
    line.data.fill(0.5, LANES, 5 * LANES);
    const output = planeOf(4, 1, LANES, 1);
    convolve(
      line,
      layer(3 * LANES, () => 0),
      { size: 3, rows: 1, stride: 1, pad: 1 },
      output,
      line,
    );
    expect([...output.data.subarray(LANES, 2 * LANES)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((o) => 0.5 + o / 8));
  });

  test("pooling takes the largest of two by two", () => {
    const input = planeOf(4, 4, 1, 0);
    input.data.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const output = planeOf(2, 2, 1, 0);
    poolByTwo(input, output);
    expect([...output.data]).toEqual([6, 8, 14, 16]);
  });

  test("a full layer connects all, and cuts when asked to", () => {
    const output = new Float64Array(LANES);
    const weights = layer(2, (input, o) => (input === 0 ? 16 : -16 * (o % 4)));
    connect(Float64Array.of(1, 2), weights, output, false);
    [1, -0.875, -2.75, -4.625, 1.5, -0.375, -2.25, -4.125].forEach((sum, o) => {
      expect(output[o]).toBeCloseTo(sum, 2);
    });
    connect(Float64Array.of(1, 2), weights, output, true);
    expect([...output].map((value) => value > 0)).toEqual([true, false, false, false, true, false, false, false]);
  });

  test("[ANS-72] both sums of a double are exact at the largest that levels and weights allow", () => {
    for (const inputs of [9, 896]) {
      const weights = layer(inputs, (_, o) => (o % 2 === 0 ? 127 : -127));
      expect(weights.levels * inputs * 127).toBeLessThan(2 ** 25);
      const output = new Float64Array(LANES);
      connect(new Float64Array(inputs).fill(3), weights, output, false);
      for (let o = 0; o < LANES; o++)
        expect(output[o]).toBeCloseTo(o / 8 + ((o % 2 === 0 ? 1 : -1) * inputs * 3 * 127) / 16, 6);
    }
  });

  test("no ink gives the biases, not a division by nothing", () => {
    const output = new Float64Array(LANES);
    connect(new Float64Array(2), layer(2, weight), output, false);
    expect([...output]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((o) => o / 8));
  });
});
