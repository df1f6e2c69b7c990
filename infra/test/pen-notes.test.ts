import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { PenClockNote } from "@penlight/pen-gateway";
import type { PenId } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { afterEach, describe, expect, test } from "vitest";
import { parseConfig } from "../src/config.ts";
import { openPenNotes } from "../src/pen-notes.ts";
import { temporaryFolder } from "./e2e/penlight-process.ts";

const PEN = "9c7bd2000001" as PenId;
const OTHER = "9c7bd2000002" as PenId;
const note = (offsetMs: number): PenClockNote => ({
  drift: 2e-5,
  clocks: [{ fromPenMs: null, untilPenMs: null, anchors: [{ penMs: 1e12, offsetMs }] }],
});

let folder: ReturnType<typeof temporaryFolder> | null = null;
afterEach(() => folder?.remove());

function opened(school?: string) {
  folder ??= temporaryFolder();
  const directory = path.join(folder.path, "gateway");
  const file = school === undefined ? null : path.join(folder.path, "pens.json");
  if (file !== null && school !== undefined) writeFileSync(file, school);
  const clock = new SimulatedClock(1_780_000_000_000);
  return { clock, file, directory, open: () => openPenNotes({ directory, room: "room-1", file, clock }) };
}

describe("pen notes on the disk", () => {
  test("[PEN-10] clocks outlive the process; many notes at once are kept, the latest of each pen", async () => {
    folder = null;
    const { open, directory } = opened();
    const notes = await open();
    expect(notes.clockOf(PEN)).toBe(null);
    await Promise.all([notes.keepClock(PEN, note(1)), notes.keepClock(OTHER, note(2)), notes.keepClock(PEN, note(3))]);
    const again = await open();
    expect([again.clockOf(PEN), again.clockOf(OTHER)]).toEqual([note(3), note(2)]);
    writeFileSync(path.join(directory, "pen-clocks-room-1.json"), "{ torn");
    expect((await open()).clockOf(PEN)).toBe(null);
  });

  test("[PEN-11] passwords and settings come from the school's file, also after a change of it; passwords are never in the notes", async () => {
    folder = null;
    const { open, clock, file, directory } = opened('{"settings": {"beep": false}, "passwords": {"9c7bd2000001": "4711"}}');
    const notes = await open();
    expect([notes.settings(), notes.passwordOf(PEN), notes.passwordOf(OTHER)]).toEqual([{ beep: false }, "4711", null]);
    const change = async (text: string, second: number) => {
      writeFileSync(file as string, text);
      utimesSync(file as string, second, second);
      await clock.run(clock.nowMs() + 2000);
    };
    await change('{"passwords": {"9c7bd2000002": "0815"}}', 1);
    expect([notes.settings(), notes.passwordOf(PEN), notes.passwordOf(OTHER)]).toEqual([{}, null, "0815"]);
    await change('{"passwords": {', 2);
    expect(notes.passwordOf(OTHER)).toBe("0815");
    await notes.keepClock(PEN, note(1));
    expect(readFileSync(path.join(directory, "pen-clocks-room-1.json"), "utf8")).not.toContain("0815");
  });

  test("[PEN-11] a password that was set here outlives the process, in a file that nobody else may read; a later word of the school's counts", async () => {
    folder = null;
    const { open, clock, file, directory } = opened('{"passwords": {"9c7bd2000001": "4711"}}');
    const notes = await open();
    const kept = [notes.keepPassword(PEN, "0815"), notes.keepPassword(OTHER, "1234")];
    expect(notes.passwordOf(PEN)).toBe("0815");
    await Promise.all(kept);
    expect(statSync(path.join(directory, "pen-passwords-room-1.json")).mode & 0o777).toBe(0o600);
    const again = await open();
    expect([again.passwordOf(PEN), again.passwordOf(OTHER)]).toEqual(["0815", "1234"]);
    await again.keepPassword(PEN, null);
    expect(again.passwordOf(PEN)).toBe(null);
    writeFileSync(file as string, '{"passwords": {"9c7bd2000001": "9999"}}');
    utimesSync(file as string, 1, 1);
    await clock.run(clock.nowMs() + 2000);
    expect([again.passwordOf(PEN), again.passwordOf(OTHER)]).toEqual(["9999", "1234"]);
  });

  test.each([
    ["[]", /no JSON object/],
    ['{"pens": {}}', /"pens" is not known/],
    ['{"settings": {"beeps": true}}', /no setting "beeps"/],
    ['{"settings": {"hover": 1}}', /"hover" must be true or false/],
    ['{"settings": {"sensitivity": 5}}', /"sensitivity" must be a whole number from 0 to 4/],
    ['{"wacom": ["pad"]}', /"wacom" must be a list of pens/],
    ['{"passwords": {"pen": "1"}}', /"pen" is no pen/],
    ['{"passwords": {"9c7bd2000001": "0000"}}', /password of 9c7bd2000001 must be/],
    ['{"passwords": {"9c7bd2000001": "a secret that is too long"}}', /password of 9c7bd2000001 must be/],
  ])("a file that is not right is one line that names it and says no password: %s", async (text, says) => {
    folder = null;
    const { open, file } = opened(text);
    const error: unknown = await open().catch((each: unknown) => each);
    expect(error).toMatchObject({ name: "ConfigError", message: expect.stringMatching(says) });
    expect((error as Error).message).toContain("--pen-file");
    expect((error as Error).message).not.toMatch(/secret|\n/);
    expect(() => parseConfig("start", ["--pen-file", file as string], {})).toThrow(says);
  });
});
