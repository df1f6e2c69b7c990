import { describe, expect, test } from "vitest";
import { connect, convolve, planeOf, poolByTwo, type Weights } from "../../../../src/core/recognize/writing/layers.ts";

/** Layer whose weight from input i to output o is `of(i, o)`. */
function layer(inputs: number, outputs: number, of: (input: number, output: number) => number): Weights {
  const weights = new Float32Array(inputs * outputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) weights[(o - (o % 4)) * inputs + i * 4 + (o % 4)] = of(i, o);
  }
  return { inputs, outputs, bias: Float32Array.from({ length: outputs }, (_, o) => o / 8), weights };
}

const weight = (input: number, output: number) => (((input * 7 + output * 5) % 11) - 5) / 16;

describe("layers", () => {
  test("a convolution along a line is the sum that its definition says", () => {
    const input = planeOf(8, 1, 3, 1);
    for (let at = 0; at < 8 * 3; at++) input.data[3 + at] = ((at * 5) % 7) - 3;
    const output = planeOf(4, 1, 4, 0);
    const weights = layer(9, 4, weight);
    convolve(input, weights, { size: 3, rows: 1, stride: 2, pad: 1 }, output, null);
    for (let cell = 0; cell < 4; cell++) {
      for (let o = 0; o < 4; o++) {
        let sum = o / 8;
        for (let i = 0; i < 9; i++) sum += (input.data[cell * 2 * 3 + i] as number) * weight(i, o);
        expect(output.data[cell * 4 + o]).toBe(Math.max(0, sum));
      }
    }
  });

  test("a convolution over a square adds what is skipped to it", () => {
    const input = planeOf(4, 4, 2, 1);
    for (let row = 0; row < 4; row++) {
      for (let at = 0; at < 8; at++) input.data[(row + 1) * 12 + 2 + at] = ((row * 8 + at) % 5) - 2;
    }
    const skip = planeOf(4, 4, 4, 0);
    skip.data.fill(0.25);
    const output = planeOf(4, 4, 4, 1);
    convolve(input, layer(18, 4, weight), { size: 3, rows: 3, stride: 1, pad: 1 }, output, skip);
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        let sum = 3 / 8 + 0.25;
        for (let i = 0; i < 18; i++) {
          const at = (row + Math.floor(i / 6)) * 12 + column * 2 + (i % 6);
          sum += (input.data[at] as number) * weight(i, 3);
        }
        expect(output.data[(row + 1) * 24 + (column + 1) * 4 + 3]).toBe(Math.max(0, sum));
      }
    }
  });

  test("pooling takes the largest of two by two", () => {
    const input = planeOf(4, 4, 1, 0);
    input.data.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const output = planeOf(2, 2, 1, 0);
    poolByTwo(input, output);
    expect([...output.data]).toEqual([6, 8, 14, 16]);
  });

  test("a full layer connects all, and cuts when asked to", () => {
    const output = new Float32Array(4);
    const weights = layer(2, 4, (input, o) => (input === 0 ? 1 : -o));
    connect(Float32Array.of(1, 2), weights, output, false);
    expect([...output]).toEqual([1, -0.875, -2.75, -4.625]);
    connect(Float32Array.of(1, 2), weights, output, true);
    expect([...output]).toEqual([1, 0, 0, 0]);
  });
});
