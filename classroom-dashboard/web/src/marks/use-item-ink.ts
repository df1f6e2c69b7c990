import type { ItemId, ItemInk } from "@penlight/proto";
import { useEffect, useState } from "preact/hooks";
import { useApp } from "../state/app.ts";
import { fetchItemInk } from "./api.ts";

/** Ink is asked for again this long after answers of the item changed, ms. */
const AGAIN_MS = 1500;

/** Everybody's ink of an item; null: not here yet. It follows the answers. */
export function useItemInk(item: ItemId | null): ItemInk | null {
  const app = useApp();
  const [ink, setInk] = useState<ItemInk | null>(null);
  const figures = item === null ? null : app.board.item(item).value;
  const changed = figures === null ? 0 : figures.judged + figures.unsure;
  const room = app.board.head.value?.room;
  const isHere = ink?.item === item;
  useEffect(() => {
    if (item === null || room === undefined) return;
    let isOpen = true;
    const load = async () => {
      const next = await fetchItemInk(room, item);
      if (isOpen && next !== null) setInk(next);
    };
    const timer = setTimeout(() => void load(), changed > 0 && isHere ? AGAIN_MS : 0);
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, [item, room, changed, isHere]);
  return isHere ? ink : null;
}
