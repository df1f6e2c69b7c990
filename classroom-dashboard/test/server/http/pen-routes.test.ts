import { type ClassList, type ClassPens, MM_PER_CENTIUNIT, packDots } from "@penlight/proto";
import { MemoryLog } from "@penlight/proto/memory-log";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dots, ink, inkRecord, penId, START_MS, studentId, TestClock } from "../lesson-fixture.ts";
import { Bench, fill, type Running } from "../running.ts";

interface StoredClass {
  readonly document: { readonly list: ClassList };
}
type Free = Pick<ClassPens, "taps" | "free">;

const bench = new Bench();
let running: Running;
beforeEach(async () => {
  const log = new MemoryLog({ clock: new TestClock() });
  await fill(log);
  running = await bench.start({ log });
});
afterEach(() => bench.stop());

async function post(path: string, body: unknown, type = "application/json") {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${running.base}/api/v1/${path}`, {
    method: "POST",
    body: text,
    headers: { "content-type": type },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const stored = async (pen: number) =>
  (await (await fetch(`${running.base}/api/v1/setup/pens/${penId(pen)}`)).json()) as Record<string, unknown>;
const give = (...changes: object[]) => post("pens", { changes });

describe("pens API", () => {
  it("[REG-2] a question changes nothing; its answer does, and the ink of before stays", async () => {
    const change = { pen: penId(1), student: studentId(2), keeps: "this" };
    const asked = await give(change);
    expect([asked.status, asked.body.questions]).toEqual([
      409,
      [{ kind: "two-pupils", pen: penId(1), holder: studentId(1), wanted: studentId(2) }],
    ]);
    expect(asked.body.changes).toEqual([change]);
    expect(await stored(1)).toMatchObject({ version: 1 });
    expect((await give({ ...change, from: studentId(1) })).status).toBe(200);
    expect(await stored(1)).toMatchObject({ version: 2, document: { student: "s2", held: [{ student: "s1", fromMs: null }] } });
    expect(await stored(2)).toMatchObject({ document: { student: null, held: [{ student: "s2" }] } });
    const missing = await give({ pen: penId(1), student: "s9" });
    const details = [{ at: "/changes/0/student", reason: "no class has a student s9" }];
    expect(missing).toMatchObject({ status: 400, body: { details } });
  });

  it("[REG-5] a list of pens: all lines, or everything that is wrong with it", async () => {
    const csv = (text: string) => post("classes/3b/pens/csv", text, "text/csv");
    const wrong = await csv("pen,student\n9c7bd2000001,s1\nx,s1\n9c7bd2000009,s9\n");
    expect([wrong.status, (wrong.body.details as { at: string }[]).map(({ at }) => at)]).toEqual([400, ["line 3", "line 4"]]);
    expect((await csv("9c:7b:d2:00:00:01,s1\n9c7bd2000002;2")).body).toEqual({ pens: [] });
    const asked = await csv("9c7bd2000009,3");
    expect([asked.status, (asked.body.questions as { kind: string }[]).map(({ kind }) => kind)]).toEqual([409, ["two-pens"]]);
    expect((await post("classes/none/pens/csv", "9c7bd2000009,3", "text/csv")).status).toBe(404);
  });

  it("[REG-4] a class gets its printed list", async () => {
    const address = { section: 3, owner: 27, note: 900, page: 1 };
    const page = { address, widthMm: 210, heightMm: 297, originMm: { x: 0, y: 0 } };
    expect((await post("classes/3b/list", { ...page, heightMm: 30 })).status).toBe(400);
    expect((await post("classes/3b/list", page)).status).toBe(200);
    const pens = await (await fetch(`${running.base}/api/v1/classes/3b/pens`)).json();
    expect(pens).toMatchObject({ class: "3b", hasList: true, free: [], taps: [] });
  });

  it("[REG-4] a mark in a box of the list is there for the screen, which gives the pen", async () => {
    const address = { section: 3, owner: 27, note: 900, page: 1 };
    const page = { address, widthMm: 210, heightMm: 297, originMm: { x: 0, y: 0 } };
    expect((await post("classes/3b/list", page)).status).toBe(200);
    const { boxes } = ((await (await fetch(`${running.base}/api/v1/setup/classes/3b`)).json()) as StoredClass).document.list;
    const [, second] = boxes;
    const unit = (mm: number) => Math.round(mm / MM_PER_CENTIUNIT);
    const values = Int32Array.from([0, unit((second?.xMm ?? 0) + 5), unit((second?.yMm ?? 0) + 5), 100, 90, 90, 0]);
    await running.log.append("ink", [inkRecord(ink(dots(9, 900, 0, 1, { page: address, ink: packDots(values) })))]);
    let free: Free = { taps: [], free: [] };
    while (free.taps.length === 0) free = (await (await fetch(`${running.base}/api/v1/classes/3b/pens`)).json()) as Free;
    expect(free.taps).toEqual([{ pen: penId(9), student: "s2", atMs: START_MS + 900 }]);
    const [tap] = free.taps as [(typeof free.taps)[number]];
    expect((await give({ pen: tap.pen, student: tap.student, keeps: "this" })).status).toBe(200);
    expect(await stored(9)).toMatchObject({ document: { id: penId(9), student: "s2" } });
  });
});
