import type { ItemId, Worksheet } from "@penlight/proto";

/** What is printed at each option's box; see {@link labelOf}. Made once a worksheet: every cell asks. */
export type OptionLabels = ReadonlyMap<ItemId, ReadonlyMap<string, string>>;

export function optionLabelsOf(worksheet: Worksheet | null): OptionLabels {
  const boxes = new Map(worksheet?.boxes.map((box) => [box.id, box.label]) ?? []);
  return new Map(
    worksheet?.items.map((item) => [item.id, new Map(item.options.map(({ id, box }) => [id, boxes.get(box) ?? id]))]) ?? [],
  );
}

/** The printed label, else the option's id. */
export function labelOf(labels: OptionLabels, item: ItemId, option: string): string {
  return labels.get(item)?.get(option) ?? option;
}
