import type { PenId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import type { LinkEvent } from "../../src/core/link-event.ts";
import { PenIdentity } from "../../src/core/pen-identity.ts";
import { PEN, STATUS, VERSION } from "./pen-bytes.ts";

const said = (mac: string): LinkEvent => ({ kind: "version", version: { ...VERSION, mac: mac as PenId } });
const status: LinkEvent = { kind: "status", status: STATUS };
const start: LinkEvent = { kind: "stroke-start", downMs: 1e12, tip: "pen", color: 0, synthetic: false, count: null };
const dots: LinkEvent = { kind: "dots", from: 0, to: 1 };
const gap: LinkEvent = { kind: "fault", fault: { kind: "gap", count: 3, command: null } };
const garbage: LinkEvent = { kind: "fault", fault: { kind: "garbage", count: 3, command: null } };

describe("[PEN-2] who a pen says it is", () => {
  test("before it has said so nothing of it is ink, nor a loss of ink; a stroke that began then is none to its end", () => {
    const identity = new PenIdentity(PEN, false);
    expect([status, start, dots, gap, garbage].map((each) => identity.admits(each))).toEqual([true, false, false, false, true]);
    expect([said(PEN), dots, start, dots, gap].map((each) => identity.admits(each))).toEqual([true, false, true, true, true]);
    identity.open();
    expect([dots, start].map((each) => identity.admits(each))).toEqual([false, false]);
  });

  test("another one: nothing of it is taken until the link is new", () => {
    const identity = new PenIdentity(PEN, false);
    expect([said("9c7bd2ffff02"), status, start, dots, garbage].map((each) => identity.admits(each))).not.toContain(true);
    expect(identity.isAnother).toBe(true);
    identity.open();
    expect([identity.isAnother, identity.admits(said(PEN))]).toEqual([false, true]);
  });

  test("a family whose pens do not say it is taken at its word", () => {
    const identity = new PenIdentity(PEN, true);
    expect([start, dots].map((each) => identity.admits(each))).toEqual([true, true]);
  });
});
