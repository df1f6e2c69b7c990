import { type BoxId, type ItemId, optionsOf, type Worksheet } from "@penlight/proto";

/** What is printed at each option's box; see {@link labelOf}. Made once a worksheet: every cell asks. */
export type OptionLabels = ReadonlyMap<ItemId, ReadonlyMap<string, string>>;

export function optionLabelsOf(worksheet: Worksheet | null): OptionLabels {
  const boxes = new Map(worksheet?.boxes.map((box) => [box.id, box.label]) ?? []);
  const labelAt = (box: BoxId | undefined) => (box === undefined ? undefined : boxes.get(box));
  return new Map(
    worksheet?.items.map((item) => [item.id, new Map(optionsOf(item).map(({ id, box }) => [id, labelAt(box) ?? id]))]) ?? [],
  );
}

/** The printed label, else the option's id. */
export function labelOf(labels: OptionLabels, item: ItemId, option: string): string {
  return labels.get(item)?.get(option) ?? option;
}
