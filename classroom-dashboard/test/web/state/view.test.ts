import { describe, expect, it } from "vitest";
import { addressOf, VIEWS, viewOf } from "../../../web/src/state/view.ts";

describe("views", () => {
  it("an address leads to its view, anything else to the board", () => {
    for (const view of VIEWS) expect(viewOf(addressOf(view, "room 1/a").slice(1))).toBe(view);
    expect([viewOf(""), viewOf("?view=attic"), viewOf("?room=x")]).toEqual(["board", "board", "board"]);
    expect(new URLSearchParams(addressOf("pens", "room 1/a").slice(2)).get("room")).toBe("room 1/a");
  });
});
