import type { BoardItem, ItemId } from "@penlight/proto";
import type { ReadonlySignal } from "@preact/signals";
import { computed, signal } from "@preact/signals";
import type { Messages } from "../i18n/messages.ts";
import type { BoardSignals } from "./board-signals.ts";

/** A screen reader is told something at most this often, ms. */
export const ANNOUNCE_EVERY_MS = 12_000;

/** The item in which most was judged since `before`, or null when nothing was. Of equals the first. */
export function mostJudged(items: readonly BoardItem[], before: ReadonlyMap<ItemId, number>): BoardItem | null {
  let best: BoardItem | null = null;
  let bestGain = 0;
  for (const item of items) {
    const gain = item.judged - (before.get(item.item) ?? 0);
    if (gain > bestGain) {
      best = item;
      bestGain = gain;
    }
  }
  return best;
}

/** One quiet sentence now and then: what the class has just done most of. `update` is called with the local time. */
export function announcements(board: BoardSignals, text: ReadonlySignal<Messages>) {
  const said = signal<BoardItem | null>(null);
  // Computed, so that it changes with the page's language.
  const sentence = computed(() => {
    const item = said.value;
    return item === null ? "" : text.value.announceItem(item.number, item.right, item.judged);
  });
  let saidMs = Number.NEGATIVE_INFINITY;
  let before: ReadonlyMap<ItemId, number> | null = null;
  return {
    sentence,
    update: (nowMs: number) => {
      if (nowMs - saidMs < ANNOUNCE_EVERY_MS) return;
      const items = board.itemIds.peek().flatMap((id) => board.item(id).peek() ?? []);
      if (items.length === 0) return;
      saidMs = nowMs;
      const item = before === null ? null : mostJudged(items, before);
      before = new Map(items.map((each) => [each.item, each.judged]));
      if (item !== null) said.value = item;
    },
  };
}
