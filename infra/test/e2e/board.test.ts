import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Board } from "@penlight/proto";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_ARGS } from "../../tooling/chromium.ts";
import { axeFindings } from "./axe.ts";
import { type CuttableProxy, openCuttableProxy } from "./cuttable-proxy.ts";
import { eventually, type PenlightProcess, startPenlight, temporaryFolder } from "./penlight-process.ts";
import { differencesFromTruth, finalAnswers } from "./truth.ts";

const ARTIFACTS = path.resolve(import.meta.dirname, "../../../artifacts");
const STUDENTS = 40;
const ITEMS = 12;

/** One lesson, started as a user does, looked at in a real browser. The tests follow one another through the lesson. */
describe("a lesson in the browser", () => {
  const folder = temporaryFolder();
  let penlight: PenlightProcess;
  let proxy: CuttableProxy;
  let browser: Browser;
  let page: Page;
  const consoleErrors: string[] = [];

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    penlight = await startPenlight(["--students", String(STUDENTS), "--seed", "7", "--speed", "6", "--data", folder.path]);
    proxy = await openCuttableProxy(Number(new URL(penlight.url).port));
    browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
      args: [...CHROMIUM_ARGS],
    });
    page = await (await browser.newContext({ locale: "en-GB", viewport: { width: 1366, height: 768 } })).newPage();
    page.on("console", (message) => {
      if (message.type() === "error") consoleErrors.push(message.text());
    });
    page.on("pageerror", (error) => consoleErrors.push(error.message));
    await page.goto(`http://127.0.0.1:${proxy.port}/`);
    await page.waitForSelector("[data-testid=grid]");
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await penlight?.stop();
    folder.remove();
  });

  const board = async () => (await (await fetch(`${penlight.url}/api/v1/rooms/demo-room/board`)).json()) as Board;
  const cellsIn = (...states: string[]) => page.locator(states.map((state) => `.cell[data-state=${state}]`).join(",")).count();
  const screenshot = (name: string) => page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`) });

  test("the grid has a cell for every student and item, and it fills while they write", async () => {
    expect(await page.locator(".cell[data-student][data-item]").count()).toBe(STUDENTS * ITEMS);
    await eventually("something is being written", async () => (await cellsIn("writing")) > 0);
    const before = await eventually("something is right", async () => {
      const right = await cellsIn("right");
      return right > 0 ? right : null;
    });
    await eventually("more is right", async () => (await cellsIn("right")) > before + 10);
    expect(await cellsIn("wrong", "partial")).toBeGreaterThan(0);
    await screenshot("board-en-1366");
  });

  test("a click on a pupil shows the page with ink that grows", async () => {
    const cell = page.locator(".cell[data-state=right]").first();
    await cell.click();
    const drawer = page.locator("[data-testid=drawer][data-kind=student]");
    await drawer.waitFor();
    const ink = page.locator("[data-testid=ink]");
    const dots = async () => Number(await ink.getAttribute("data-dots"));
    const first = await eventually("there is ink", async () => ((await dots()) > 0 ? await dots() : null));
    const inked = await ink.evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const pixels = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
      let count = 0;
      for (let at = 3; at < pixels.length; at += 4) if ((pixels[at] ?? 0) > 0) count++;
      return count;
    });
    expect(inked).toBeGreaterThan(20);
    await eventually("the ink has grown", async () => (await dots()) > first);
    await screenshot("student-en-1366");
    expect(await axeFindings(page)).toEqual([]);
  });

  test("Escape closes, arrow keys walk the grid, Enter opens", async () => {
    await page.keyboard.press("Escape");
    await page.locator("[data-testid=drawer]").waitFor({ state: "detached" });
    const at = () => page.evaluate(() => ({ ...(document.activeElement as HTMLElement | null)?.dataset }));
    const from = await at();
    expect(from.student).toBeDefined();
    await page.keyboard.press("ArrowRight");
    const right = await at();
    expect(right.student).toBe(from.student);
    expect(right.item).not.toBe(from.item);
    await page.keyboard.press("ArrowDown");
    const below = await at();
    expect(below.item).toBe(right.item);
    expect(below.student).not.toBe(right.student);
    await page.keyboard.press("Enter");
    await page.locator(`[data-testid=drawer][data-kind=student]`).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("[data-testid=drawer]").waitFor({ state: "detached" });
    expect(await at()).toEqual(below);
  });

  test("an item opens with its options counted", async () => {
    await page.locator("[role=columnheader][data-item]").first().click();
    const drawer = page.locator("[data-testid=drawer][data-kind=item]");
    await drawer.waitFor();
    const counts = await drawer
      .locator("[data-option]")
      .evaluateAll((all) => all.map((each) => Number((each as HTMLElement).dataset.count)));
    expect(counts.length).toBeGreaterThanOrEqual(2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    await screenshot("item-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });

  test("the language can be switched, and everything speaks it", async () => {
    await page.locator("[data-testid=language]").click();
    await eventually("the page is Chinese", async () => (await page.evaluate(() => document.documentElement.lang)) === "zh-CN");
    expect(await page.locator("[data-testid=live-state]").innerText()).toMatch(/[一-鿿]/);
    expect(await page.locator("body").innerText()).not.toMatch(/\b(right|wrong|writing|withdrawn|judged)\b/);
    await screenshot("board-zh-1366");
    await page.setViewportSize({ width: 1920, height: 1080 });
    await screenshot("board-zh-1920");
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.locator("[data-testid=language]").click();
    await eventually("the page is English", async () =>
      (await page.evaluate(() => document.documentElement.lang)).startsWith("en"),
    );
  });

  test("the class's pens: a second pen is a question, and every pen has its pupil", async () => {
    await page.locator(".views [data-view=pens]").click();
    await page.waitForSelector("[data-testid=pens-page] .pupil");
    expect(await page.locator(".pupil[data-pens='1']").count()).toBe(STUDENTS);
    const free = await eventually("a pen that is nobody's is heard", async () =>
      page.locator("[data-free-pen]").first().getAttribute("data-free-pen"),
    );
    const pupil = page.locator(".pupil").first();
    await pupil.locator("[data-testid=choose-pen]").selectOption(free);
    await page.locator("[data-testid=question][data-kind=two-pens]").waitFor();
    await screenshot("pens-question-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    await page.locator("[data-answer=both]").click();
    await page.locator(`.pupil [data-pen-id="${free}"]`).waitFor();
    await pupil.locator(`[data-pen-id="${free}"] .chip-back`).click();
    await page.locator(`.pupil [data-pen-id="${free}"]`).waitFor({ state: "detached" });
    await passwordOfAPen();
    await page.locator("[data-testid=csv]").setInputFiles({
      ...{ name: "pens.csv", mimeType: "text/csv", buffer: Buffer.from("pen,pupil\n12,1\n9c7bd2ffff01,99\n") },
    });
    await page.locator("[data-testid=pen-faults]").waitFor();
    expect(await page.locator("[data-testid=pen-faults] li").count()).toBe(2);
    await page.locator("[name=list-page]").fill("3.27.900.1");
    await page.keyboard.press("Enter");
    await page.locator("[data-testid=list-link]").click();
    await page.waitForSelector("[data-testid=list-page] rect");
    expect(await page.locator(".list-sheet rect").count()).toBe(STUDENTS);
    expect(await axeFindings(page)).toEqual([]);
    await screenshot("list-en-1366");
  });

  /** Set, a wrong old one, and taken away: what the pen says of it is shown. A pen that is away just then is asked again. */
  async function passwordOfAPen(): Promise<void> {
    const form = page.locator("[data-testid=password]");
    const send = (way: string, fields: Readonly<Record<string, string>>) =>
      eventually(`the pen answers to ${way}`, async () => {
        await form.locator("[name=password-way]").selectOption(way);
        for (const [name, value] of Object.entries(fields)) await form.locator(`[name=password-${name}]`).fill(value);
        await Promise.all([page.waitForResponse(/\/password$/), form.locator("button").click()]);
        const told = form.locator("[data-testid=password-told]:not([data-outcome=asking])");
        const outcome = await told.getAttribute("data-outcome");
        return outcome === "not-here" || outcome === "not-now" ? null : [outcome, await told.innerText()];
      });
    expect(await send("set", { new: "4711" })).toEqual(["done", expect.any(String)]);
    expect(await send("change", { old: "1234", new: "5678" })).toEqual(["refused", expect.stringContaining("9 tries left")]);
    await screenshot("password-en-1366");
    expect(await send("clear", { old: "4711" })).toEqual(["done", expect.any(String)]);
  }

  test("the radios: each adapter and pen, and a test lesson that says who has drawn", async () => {
    await page.locator(".views [data-view=radio]").click();
    await page.waitForSelector("[data-testid=radio-page] [data-adapter]");
    expect(await page.locator("[data-row] [data-signal]").count()).toBeGreaterThanOrEqual(STUDENTS);
    await page.locator("[data-testid=test-toggle]").click();
    await eventually(
      "somebody has drawn a line",
      async () => Number(await page.locator("[data-testid=test-sum]").getAttribute("data-drawn")) > 0,
    );
    expect(await page.locator("[data-result]").count()).toBe(STUDENTS);
    await screenshot("radio-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    await page.locator("[data-testid=language]").click();
    await page.setViewportSize({ width: 1920, height: 1080 });
    await screenshot("radio-zh-1920");
    await page.locator("[data-testid=language]").click();
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.locator(".views [data-view=board]").click();
    await page.waitForSelector("[data-testid=grid]");
  });

  test("a cut socket is said, and comes back by itself with the right board", async () => {
    proxy.cut();
    await page.locator("[data-testid=live-state][data-live=reconnecting]").waitFor();
    await screenshot("reconnecting-en-1366");
    proxy.mend();
    await page.locator("[data-testid=live-state][data-live=live]").waitFor();
    await eventually("the page agrees with the server", pageEqualsServer);
    // What the browser itself reports of the cut wire is no fault of the page.
    expect(consoleErrors.filter((text) => !/WebSocket|ERR_|Failed to load resource/.test(text))).toEqual([]);
  });

  /** Every settled cell of the page is as the server has it (the class writes on, so it is asked until both stand still). */
  async function pageEqualsServer(): Promise<boolean> {
    const served = await board();
    const shown = await page
      .locator(".cell[data-student]")
      .evaluateAll((all) =>
        all.map((each) => ({ ...(each as HTMLElement).dataset }) as { student: string; item: string; state: string }),
      );
    const states = new Map(shown.map((cell) => [`${cell.student}/${cell.item}`, cell.state]));
    return (
      served.cells.length === shown.length &&
      served.cells.every((cell) => states.get(`${cell.student}/${cell.item}`) === cell.state)
    );
  }

  test("at the end every cell equals what the pupils meant, on the server and on the page", async () => {
    const last = await eventually(
      "the assignment is closed",
      async () => {
        const now = await board();
        const settled = now.cells.every((cell) => !["writing", "not-started"].includes(cell.state));
        return now.assignment?.closesMs !== null && settled ? now : null;
      },
      240_000,
    );
    expect(differencesFromTruth(last, finalAnswers(penlight.data))).toEqual([]);
    await eventually("the page agrees with the server", pageEqualsServer);
    await screenshot("board-en-1366-end");
    const health = await fetch(`${penlight.url}/healthz`);
    expect(health.status).toBe(200);
  });
});
