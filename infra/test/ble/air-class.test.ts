import type { Board, CellState } from "@penlight/proto";
import { afterEach, describe, expect, test } from "vitest";
import { AirClass } from "./air-class.ts";
import { missing, suiteName } from "./open-rooms.ts";

let classroom: AirClass | null = null;
afterEach(async () => {
  await classroom?.close();
  classroom = null;
});

describe.skipIf(missing !== null)(suiteName("a class on the air, and the board"), () => {
  test("[BLE-2] [BLE-7] pens that are registered at the page are connected, and what they write is on the board", async () => {
    const pens = 6;
    const opened = await AirClass.open({ pens, args: ["--port", "0"], say: () => {} });
    classroom = opened;
    const soon = { timeout: 60_000, interval: 250 };
    const get = async (what: string) => {
      const response = await fetch(`${opened.address}api/v1/rooms/demo-room/${what}`);
      return response.ok ? await response.text() : "";
    };
    await expect.poll(() => get("radio"), soon).toMatch(/"name":"hci0".*"pens":6/);
    const cells = async () => (JSON.parse(await get("board")) as Board).cells;
    const judged = (state: CellState) => ["unsure", "right", "partial", "wrong"].includes(state);
    await expect.poll(async () => (await cells()).filter(({ state }) => judged(state)).length, soon).toBeGreaterThan(0);
    expect(opened.pupils.every(({ pen }) => pen.registered)).toBe(true);
  });
});
