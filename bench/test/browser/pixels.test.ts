import { describe, expect, test } from "vitest";
import { cellLatencies, inkLatencies, staleCells } from "../../src/browser/pixels.ts";

describe("inkLatencies", () => {
  const heard = [
    { receivedMs: 100, dots: 10 },
    { receivedMs: 110, dots: 5 },
    { receivedMs: 130, dots: 7 },
  ];

  test("goes from each record to the frame that drew its last dot", () => {
    const shown = [
      { dots: 0, atMs: 50 },
      { dots: 15, atMs: 117 },
      { dots: 22, atMs: 150 },
    ];
    expect(inkLatencies(heard, shown)).toEqual([17, 7, 20]);
  });

  test("leaves out what was there before anybody looked, and what is not there yet", () => {
    const shown = [
      { dots: 10, atMs: 105 },
      { dots: 15, atMs: 120 },
    ];
    expect(inkLatencies(heard, shown)).toEqual([10]);
  });

  test("a record that is drawn in two frames counts with the second", () => {
    const shown = [
      { dots: 0, atMs: 50 },
      { dots: 4, atMs: 104 },
      { dots: 10, atMs: 121 },
    ];
    expect(inkLatencies(heard, shown)).toEqual([21]);
  });

  test("refuses a canvas with more dots than were heard", () => {
    expect(() => inkLatencies(heard, [{ dots: 23, atMs: 200 }])).toThrow("the canvas shows 23 dots of 22 heard");
  });
});

describe("cellLatencies", () => {
  const told = [
    { cell: "a/1", state: "writing", atMs: 0 },
    { cell: "b/1", state: "writing", atMs: 5 },
    { cell: "a/1", state: "right", atMs: 700 },
    { cell: "a/1", state: "writing", atMs: 705 },
    { cell: "a/1", state: "wrong", atMs: 1400 },
  ];

  test("goes from what a state follows from to its frame, each cell for itself", () => {
    const shown = [
      { cell: "a/1", state: "writing", atMs: 20 },
      { cell: "b/1", state: "writing", atMs: 20 },
      { cell: "a/1", state: "wrong", atMs: 1430 },
    ];
    expect(cellLatencies(told, shown)).toEqual([20, 15, 30]);
  });

  test("a late state is not taken for a newer one of the same name", () => {
    const shown = [
      { cell: "a/1", state: "right", atMs: 715 },
      { cell: "a/1", state: "writing", atMs: 725 },
    ];
    expect(cellLatencies(told, shown)).toEqual([15, 20]);
  });

  test("the same state told again, with another answer, changes no pixel", () => {
    const again = [...told, { cell: "a/1", state: "wrong", atMs: 2000 }];
    expect(cellLatencies(again, [{ cell: "a/1", state: "wrong", atMs: 2100 }])).toEqual([700]);
  });

  test("refuses a state that nobody told", () => {
    expect(() => cellLatencies(told, [{ cell: "b/1", state: "right", atMs: 900 }])).toThrow("nobody told that b/1 is right");
  });
});

describe("staleCells", () => {
  const told = [
    { cell: "a/1", state: "writing", atMs: 0 },
    { cell: "a/1", state: "right", atMs: 700 },
    { cell: "b/1", state: "writing", atMs: 900 },
  ];

  test("none while the page shows every last state", () => {
    expect(staleCells(told, { "a/1": "right", "b/1": "writing" }, 1000)).toEqual([]);
  });

  test("names a cell that shows an earlier state, or is not there", () => {
    expect(staleCells(told, { "a/1": "writing" }, 1000)).toEqual([
      { cell: "a/1", told: "right", shown: "writing" },
      { cell: "b/1", told: "writing", shown: "nothing" },
    ]);
  });

  test("what was told a moment ago may still be on its way", () => {
    expect(staleCells(told, { "a/1": "right" }, 800)).toEqual([]);
  });
});
