import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_ARGS } from "../../tooling/chromium.ts";
import { axeFindings } from "./axe.ts";
import { EARLIER, type MarkingRoom, openMarkingRoom } from "./marking-room.ts";
import { eventually } from "./penlight-process.ts";

const ARTIFACTS = path.resolve(import.meta.dirname, "../../../artifacts");
const STUDENTS = 12;
const ENGLISH_LEFT = /\b(right|wrong|left|waits?|undo|marked|points|answers?)\b/i;

/** What a teacher says of answers: the queue, a mark of one's own, a corrected key. The tests follow one another. */
describe("marking in the browser", () => {
  let room: MarkingRoom;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    room = await openMarkingRoom(STUDENTS);
    browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
      args: [...CHROMIUM_ARGS],
    });
    page = await open("Ms Li");
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });

  async function open(teacher: string): Promise<Page> {
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1366, height: 768 } });
    await context.addInitScript((name) => localStorage.setItem("penlight.teacher", name), teacher);
    const opened = await context.newPage();
    await opened.goto(`${room.url}/`);
    await opened.waitForSelector("[data-testid=grid]");
    return opened;
  }
  const screenshot = (name: string) => page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`) });
  const left = async () => Number(await page.locator("[data-testid=review-left]").getAttribute("data-left"));
  const cellOf = (student: number, item: number) => page.locator(`.cell[data-student=s${student}][data-item=q${item}]`);
  const stateOf = (student: number, item: number) => cellOf(student, item).first().getAttribute("data-state");
  const inChinese = async () => {
    await page.locator("[data-testid=language]").click();
    await eventually("the page is Chinese", async () => (await page.evaluate(() => document.documentElement.lang)) === "zh-CN");
  };

  test("[SET-12] the queue: identical answers together, one key a decision, each can be undone", async () => {
    const waiting = STUDENTS / 2 + STUDENTS / 3;
    await page.locator(`[data-testid=open-queue][data-waiting="${waiting}"]`).click();
    await page.locator("[data-testid=waiting]").waitFor();
    expect(await left()).toBe(waiting);
    // The short lines of half of the class move most; they are one group.
    expect(await page.locator("[data-testid=waiting]").getAttribute("data-cells")).toBe("6");
    await screenshot("queue-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    await page.locator("[data-alike=s2]").click();
    await page.keyboard.press("b");
    await eventually("five are decided, and the one that was left out is next", async () => (await left()) === waiting - 5);
    expect(await page.locator("[data-testid=waiting]").getAttribute("data-student")).toBe("s2");
    await page.keyboard.press("Backspace");
    await eventually("the decision is taken back", async () => (await left()) === waiting);
    await page.keyboard.press("b");
    await page.keyboard.press("ArrowLeft");
    await eventually("six are decided", async () => (await left()) === waiting - 6);
    const marks = async () => (await room.board()).cells.filter((cell) => cell.item === "q1" && cell.mark !== null);
    await eventually("the board has the marks", async () => (await marks()).length === 6);
    expect((await marks()).map(({ student, state, mark }) => [student, state, mark?.by])).toEqual(
      [0, 2, 4, 6, 8, 10].map((n) => [`s${n}`, n === 2 ? "wrong" : "right", "Ms Li"]),
    );
  });

  test("[SET-12] open answers by digits, in Chinese, until nothing waits", async () => {
    await inChinese();
    await page.setViewportSize({ width: 1920, height: 1080 });
    await screenshot("queue-zh-1920");
    expect(await page.locator("[data-testid=review]").innerText()).not.toMatch(ENGLISH_LEFT);
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 1366, height: 768 });
    while ((await left()) > 0) {
      const before = await left();
      await page.keyboard.press("2");
      await eventually("the next one comes by itself", async () => (await left()) < before);
    }
    await page.locator("[data-testid=nothing-waits]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("[data-testid=grid]").waitFor();
    await eventually("the open answers are partly right", async () => (await stateOf(0, 4)) === "partial");
    await page.locator("[data-testid=language]").click();
  });

  test("[SET-13] what waits in an earlier lesson is decided in the same queue", async () => {
    await page.locator('[data-testid=open-queue][data-waiting="0"]').click();
    await page.locator("[data-testid=nothing-waits]").waitFor();
    await page.locator("[data-testid=review-lesson]").selectOption(EARLIER);
    await page.locator("[data-testid=waiting][data-student=s1]").waitFor();
    await screenshot("earlier-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("b");
    await page.locator("[data-testid=nothing-waits]").waitFor();
    await eventually("history has it", async () => (await room.waiting(EARLIER)) === 0);
    expect((await room.board()).cells.filter(({ item, mark }) => item === "q1" && mark !== null)).toHaveLength(STUDENTS / 2);
    await page.keyboard.press("Escape");
    await page.locator("[data-testid=grid]").waitFor();
  });

  test("[ANS-60] [SET-11] a mark of one's own stays until it is withdrawn; of two teachers both are told", async () => {
    const other = await open("Mr Wu");
    const mark = async (on: Page, decision: string) => {
      await on.locator(".cell[data-student=s1][data-item=q3]").first().click();
      await on.locator(`[data-testid=mark-bar] [data-decide=${decision}]`).click();
    };
    await mark(page, "wrong");
    await eventually("it is wrong", async () => (await stateOf(1, 3)) === "wrong");
    expect(await page.locator("[data-testid=marked-by]").innerText()).toContain("Ms Li");
    await screenshot("mark-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    await other.locator(".cell[data-student=s1][data-item=q3][data-state=wrong]").first().waitFor();
    await mark(other, "half");
    await eventually("the last one wins", async () => (await stateOf(1, 3)) === "partial");
    await page.locator("[data-testid=mark-message]", { hasText: "Mr Wu" }).waitFor();
    await other.locator("[data-testid=withdraw]").click();
    await eventually("the ink counts again", async () => (await stateOf(1, 3)) === "right");
    await other.context().close();
  });

  test("[STAT-6] [SET-20] a common wrong answer, and the key that caused it: preview, apply, banner, undo; in Chinese too", async () => {
    await page.keyboard.press("Escape");
    const alert = page.locator("[data-testid=wrong-alert][data-item=q2]");
    expect(await alert.innerText()).toContain("6 wrote A");
    await alert.click();
    const common = page.locator("[data-testid=common-wrong] li[data-common]");
    await common.locator(".ink-picture path").first().waitFor();
    expect(await common.getAttribute("data-count")).toBe("6");
    await page.locator("[data-testid=correct-key]").click();
    await page.locator("[data-key-option=A]").click();
    await page.locator(`[data-testid=key-preview][data-cells="${STUDENTS}"]`).waitFor();
    await screenshot("key-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    await page.locator("[data-testid=key-apply]").click();
    await eventually(
      "every answer is marked anew",
      async () => (await stateOf(0, 2)) === "right" && (await stateOf(1, 2)) === "wrong",
    );
    await page.locator('[data-testid=correction][data-version="2"]').waitFor();
    await inChinese();
    await screenshot("corrected-zh-1366");
    expect(await page.locator("[data-testid=correction]").innerText()).toContain("更正了答案");
    expect(await axeFindings(page)).toEqual([]);
    await page.locator("[data-testid=undo-key]").click();
    await page.locator('[data-testid=correction][data-version="3"]').waitFor();
    await eventually("the old key counts", async () => (await stateOf(0, 2)) === "wrong" && (await stateOf(1, 2)) === "right");
    await page.locator("[data-testid=language]").click();
  });

  test("[SET-12] a wall of ink: points by key, answers side by side", async () => {
    await page.locator("[role=columnheader][data-item=q4]").first().click();
    await page.locator("[data-testid=open-wall]").click();
    await page.locator("[data-tile=s0]").click();
    await page.locator("[data-tile=s3]").click();
    expect(await page.locator("[data-testid=compared] li").count()).toBe(2);
    await page.keyboard.press("3");
    await page.locator("[data-worth=s3][data-state-of=right]").waitFor();
    await screenshot("wall-en-1366");
    expect(await axeFindings(page)).toEqual([]);
    // Twice within one frame: the second one sees what the first one did.
    await page.evaluate(() => {
      const pressed = () => new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
      for (const event of [pressed(), pressed()]) document.activeElement?.dispatchEvent(event);
    });
    await page.locator("[data-testid=grid]").waitFor();
    expect(await stateOf(3, 4)).toBe("right");
  });
});
