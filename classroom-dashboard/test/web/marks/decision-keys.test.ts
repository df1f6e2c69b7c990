import type { Item } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { meaningOf, toggled, typingOf } from "../../../web/src/marks/decision-keys.ts";
import { worksheetOf } from "../../server/lesson-fixture.ts";

const [choice] = worksheetOf(1).items as [Item];
const base = { ...choice, points: 4 };
const trueFalse = { ...base, kind: "true-false", key: true, options: [{ id: "true" }, { id: "false" }] } as Item;
const number = { ...base, kind: "number", box: "b", key: { value: "-3" } } as unknown as Item;
const letters = { ...base, kind: "letters", box: "b", key: ["b"], alphabet: "a-z" } as unknown as Item;
const open = { ...base, kind: "open", box: "b" } as unknown as Item;
const press = (key: string, item: Item, code = key.length === 1 ? `Key${key.toUpperCase()}` : key) =>
  meaningOf({ key, code }, item);

describe("keys of the queue", () => {
  it("[SET-12] arrows are right, wrong and half, for every kind of item", () => {
    for (const item of [choice, trueFalse, number, letters, open]) {
      expect(press("ArrowRight", item)).toEqual({ kind: "decide", verdict: { kind: "right" } });
      expect(press("ArrowLeft", item)).toEqual({ kind: "decide", verdict: { kind: "wrong" } });
      expect(press("ArrowDown", item)).toEqual({ kind: "decide", verdict: { kind: "points", points: item.points / 2 } });
      expect([press(" ", item)?.kind, press("Backspace", item)?.kind]).toEqual(["skip", "undo"]);
    }
  });

  it("[SET-12] a letter is the option that was written, whatever the input method makes of the key", () => {
    const b = { kind: "decide", verdict: { kind: "answer", answer: "B" } };
    expect([press("b", choice), press("Process", choice, "KeyB"), press("z", choice)]).toEqual([b, b, null]);
    expect(press("f", trueFalse)).toEqual({ kind: "decide", verdict: { kind: "answer", answer: false } });
    expect(press("a", { ...choice, kind: "choices", key: ["A"] } as Item)).toEqual({ kind: "toggle", option: "A" });
  });

  it("[SET-12] digits and signs are typed for a number, and are points of an open answer", () => {
    expect(press("7", number, "Digit7")).toEqual({ kind: "type", text: "7" });
    expect(press("-", number, "Minus")).toEqual({ kind: "type", text: "-" });
    expect(press("a", number)).toBeNull();
    expect(press("a", letters)).toEqual({ kind: "type", text: "a" });
    expect(press("3", open, "Digit3")).toEqual({ kind: "decide", verdict: { kind: "points", points: 3 } });
    expect(press("5", open, "Digit5")).toBeNull();
  });

  it("[SET-12] options of one answer are put together in their order", () => {
    expect(toggled(toggled(["C"], "A"), "C")).toEqual(["A"]);
    expect(toggled(["C"], "A")).toEqual(["A", "C"]);
    expect([choice, number, open, { ...base, kind: "help" } as unknown as Item].map(typingOf)).toEqual([
      "option",
      "text",
      "points",
      null,
    ]);
  });
});
