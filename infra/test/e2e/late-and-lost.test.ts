import type { AssignmentId, Board, ItemId, PenId, StudentId } from "@penlight/proto";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_ARGS } from "../../tooling/chromium.ts";
import { axeFindings } from "./axe.ts";
import { type CuttableProxy, openCuttableProxy } from "./cuttable-proxy.ts";
import { eventually } from "./penlight-process.ts";
import { openTwoDashboards, type TwoDashboards } from "./two-dashboards.ts";

const STUDENTS = 40;
const LATE = { ageMs: 42_000, bytes: 214_300, bytesMax: 64_000_000, shedTicks: 0, shedInk: 0 };

/** What a teacher sees when something is late or lost, and when the page is served by another dashboard. */
describe("late, lost and moved", () => {
  let two: TwoDashboards;
  let proxy: CuttableProxy;
  let browser: Browser;
  let page: Page;
  let pens: readonly PenId[];

  beforeAll(async () => {
    two = await openTwoDashboards(STUDENTS);
    pens = (await two.board(two.ports[0])).students.map((student) => student.pen?.id as PenId);
    await tick();
    proxy = await openCuttableProxy(two.ports[0]);
    browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
      args: [...CHROMIUM_ARGS],
    });
    page = await (await browser.newContext({ locale: "en-GB", viewport: { width: 1366, height: 768 } })).newPage();
    await page.goto(`http://127.0.0.1:${proxy.port}/`);
    await page.waitForSelector("[data-testid=grid]");
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await two?.close();
  });

  /** Every pen is there. */
  function tick(delivery: typeof LATE | null = null): Promise<void> {
    const state = { link: "connected", batteryPercent: 90, charging: false, lostDots: 0, model: "", firmware: "" } as const;
    const states = pens.map((pen) => ({ ...state, pen, heardMs: Date.now() }));
    return two.gateway({ kind: "tick", pens: states, ...(delivery === null ? {} : { delivery }) });
  }

  const late = (kind: string) => page.locator(`[data-testid=late-${kind}]`);
  const heights = () =>
    page.evaluate(() => [...document.querySelectorAll("[data-row]")].map((row) => row.getBoundingClientRect().height));

  test("[LIVE-14] sending that is delayed is said with age and size, in both languages, and moves nothing", async () => {
    const before = await heights();
    await tick(LATE);
    await late("delivery").waitFor();
    expect(await late("delivery").innerText()).toBe("Sending is delayed by 42 sec, nothing is lost: 214 kB wait");
    expect(await heights()).toEqual(before);
    await page.locator("[data-testid=language]").click();
    await eventually("the page is Chinese", async () => (await late("delivery").innerText()).includes("数据不会丢失"));
    expect(await late("delivery").innerText()).toMatch(/42秒.*214 kB/);
    expect(await axeFindings(page)).toEqual([]);
    await page.locator("[data-testid=language]").click();
    await tick({ ...LATE, shedInk: 3 });
    await eventually("it is not said that nothing is lost", async () => !/nothing/.test(await late("delivery").innerText()));
    await tick();
    await late("delivery").waitFor({ state: "detached" });
  });

  test("[LIVE-14] a history that is behind is said, until it has caught up", async () => {
    await two.processor({ kind: "history", delay: { ageMs: 9000, rows: 812 } });
    await late("history").waitFor();
    expect(await late("history").innerText()).toBe("History is delayed by 9 sec, nothing is lost");
    await two.processor({ kind: "history", delay: { ageMs: 0, rows: 0 } });
    await late("history").waitFor({ state: "detached" });
  });

  test("[LIVE-15] lost ink is a mark at the pupil, with count and reason in words, and never wrong", async () => {
    const states = async () =>
      page.locator(".cell[data-student]").evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.state));
    const before = await states();
    await two.gateway({ kind: "gap", pen: pens[2] as PenId, lostEvents: 34, reason: "gap" });
    const row = page.locator("[data-row]").nth(2);
    await row.locator("[data-testid=loss]").waitFor();
    expect(await page.locator("[data-row] [data-testid=loss]").count()).toBe(1);
    expect(await row.locator(".name").getAttribute("aria-label")).toContain(
      "about 34 dots of ink lost: they did not arrive by radio",
    );
    expect(await states()).toEqual(before);
    await row.locator(".name").click();
    await page.locator("[data-testid=loss-words]").waitFor();
    expect(await page.locator("[data-testid=loss-words]").innerText()).toContain("about 34 dots of ink lost");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });

  test("a viewer that moves to another dashboard has the same board", async () => {
    const item = (await two.board(two.ports[0])).items[0]?.item ?? ("" as never);
    const student = (await two.board(two.ports[0])).students[4]?.student ?? ("" as never);
    const times = { inkMs: Date.now(), receivedMs: Date.now(), lateInkMs: 0 };
    const cell = { item, state: "right" as const, answer: "A", points: 1, version: 9, ...times };
    await two.processor({ kind: "cells", student, cells: [cell] });
    const shown = page.locator(`.cell[data-student="${student}"][data-item="${item}"]`);
    await eventually("the mark is there", async () => (await shown.getAttribute("data-state")) === "right");
    const told = async () => Promise.all(two.ports.map(two.board));
    await eventually("both tell the same", async () => {
      const [first, second] = await told();
      return JSON.stringify(timeless(first)) === JSON.stringify(timeless(second));
    });
    const before = await page.locator(".grid").innerText();
    proxy.moveTo(two.ports[1]);
    await eventually("the viewer is there", async () => (await two.viewers(two.ports[1])) === 1);
    await tick();
    await page.locator("[data-testid=live-state][data-live=live]").waitFor();
    expect(await page.locator(".grid").innerText()).toBe(before);
    // It goes on from there: numbers of the other dashboard are its own.
    await two.processor({ kind: "cells", student, cells: [{ ...cell, state: "wrong", answer: "B", points: 0, version: 10 }] });
    await eventually("the next mark is there", async () => (await shown.getAttribute("data-state")) === "wrong");
  });

  test("[LIVE-31] what arrived after the end, and what was written after it, are signs of their own, in words and in the legend", async () => {
    const { assignment, items, students } = await two.board(two.ports[0]);
    const [student, other] = [students[0]?.student, students[1]?.student] as [StudentId, StudentId];
    const ids = items.slice(0, 2).map(({ item }) => item) as [ItemId, ItemId];
    expect(await page.locator("[data-legend=arrived]").count()).toBe(0);
    const closesMs = Date.now() - 60_000;
    await two.end(assignment?.id as AssignmentId, closesMs);
    const cell = { state: "right" as const, answer: "A", points: 1, version: 9, inkMs: closesMs - 5000 };
    const [inTime, late] = [closesMs - 4900, Date.now()];
    await two.processor({
      ...{ kind: "cells", student },
      cells: [
        { ...cell, item: ids[0], receivedMs: late, lateInkMs: 0 },
        { ...cell, item: ids[1], receivedMs: inTime, lateInkMs: closesMs + 9000 },
      ],
    });
    await two.processor({
      kind: "cells",
      student: other,
      cells: [{ ...cell, item: ids[0], receivedMs: late, lateInkMs: late }],
    });
    const shown = (who: StudentId, item: ItemId) => page.locator(`.cell[data-student="${who}"][data-item="${item}"]`);
    await eventually("the signs are there", async () => (await shown(other, ids[0]).getAttribute("data-late")) === "both");
    const words = (who: StudentId, item: ItemId) => shown(who, item).getAttribute("aria-label");
    expect(await words(student, ids[0])).toContain("written in time, arrived after the end");
    expect(await words(student, ids[1])).toContain("written on after the end, not counted");
    // Each sign is another picture, also without colour.
    const pictures = await Promise.all(
      [shown(student, ids[0]), shown(student, ids[1]), shown(other, ids[0])].map(async (each) =>
        (await each.screenshot()).toString("base64"),
      ),
    );
    expect(new Set(pictures).size).toBe(3);
    await page.locator("[data-testid=legend] [data-legend=written]").waitFor();
    await shown(student, ids[0]).click();
    expect(await page.locator("[data-testid=late-words]").innerText()).toBe("written in time, arrived after the end");
    await page.locator("[data-testid=language]").click();
    await eventually("the page is Chinese", async () => ((await words(student, ids[0])) ?? "").includes("结束后才收到"));
    expect(await page.locator("[data-testid=legend]").innerText()).toContain("结束后书写");
    expect(await axeFindings(page)).toEqual([]);
  });
});

/** Without what differs from one dashboard to the next, or by the moment: numbers and times. */
function timeless(board: Board | undefined) {
  const students = board?.students.map((student) => ({ ...student, lastInkMs: 0, pen: { ...student.pen, heardMs: 0 } }));
  return { ...board, seq: 0, dataMs: 0, students };
}
