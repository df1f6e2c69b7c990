import type { ItemId } from "@penlight/proto";
import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { en } from "../../../web/src/i18n/en.ts";
import type { Messages } from "../../../web/src/i18n/messages.ts";
import { zhCN } from "../../../web/src/i18n/zh-CN.ts";
import { ANNOUNCE_EVERY_MS, announcements, mostJudged } from "../../../web/src/state/announce.ts";
import { BoardSignals } from "../../../web/src/state/board-signals.ts";
import { boardOf, itemOf } from "../live/boards.ts";

describe("mostJudged", () => {
  it("is the item with the most new answers, or none", () => {
    const items = [itemOf("1", { judged: 30 }), itemOf("2", { judged: 9 }), itemOf("3", { judged: 4 })];
    const before = new Map([
      ["1" as ItemId, 29],
      ["2" as ItemId, 2],
      ["3" as ItemId, 4],
    ]);
    expect(mostJudged(items, before)?.item).toBe("2");
    expect(mostJudged(items, new Map(items.map((item) => [item.item, item.judged])))).toBeNull();
  });
});

describe("announcements", () => {
  it("says one sentence of what has happened since, and not more often than agreed", () => {
    const board = new BoardSignals();
    const { sentence, update } = announcements(board, signal(en));
    board.apply({ kind: "snapshot", board: boardOf(1), worksheet: null }, 0);
    update(0);
    expect(sentence.value).toBe("");
    const item = itemOf("2", { judged: 40, right: 28 });
    board.apply({ kind: "delta", cells: [], items: [item], students: [], delays: null }, 0);
    update(ANNOUNCE_EVERY_MS - 1);
    expect(sentence.value).toBe("");
    update(ANNOUNCE_EVERY_MS);
    expect(sentence.value).toBe("Item 2: 28 of 40 right");
  });

  it("speaks the page's language, also when it changes after the sentence was said", () => {
    const board = new BoardSignals();
    const text = signal<Messages>(en);
    const { sentence, update } = announcements(board, text);
    board.apply({ kind: "snapshot", board: boardOf(1), worksheet: null }, 0);
    update(0);
    board.apply({ kind: "delta", cells: [], items: [itemOf("2", { judged: 40, right: 28 })], students: [], delays: null }, 0);
    update(ANNOUNCE_EVERY_MS);
    text.value = zhCN;
    expect(sentence.value).toMatch(/40.*28|28.*40/);
    expect(sentence.value).not.toMatch(/[a-z]/);
  });
});
