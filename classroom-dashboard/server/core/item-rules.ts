import {
  acceptsForm,
  faultOf,
  type Item,
  type LetterRange,
  type LettersItem,
  type NumberItem,
  numberOf,
  optionsOf,
  type SetupFault,
  type Worksheet,
} from "@penlight/proto";
import { repeated } from "./repeated.ts";

type OptionItem = Extract<Item, { readonly options: unknown }>;

/** What can be written into a bracket: one capital letter. */
const LETTER = /^[A-Z]$/;
const LETTERS: Readonly<Record<LetterRange, RegExp>> = {
  "A-D": /^[A-D]+$/,
  "A-H": /^[A-H]+$/,
  "A-Z": /^[A-Z]+$/,
  "a-z": /^[a-z]+$/,
};

/** Everything that is wrong with an item of the right shape. SET-3. */
export function checkItem(item: Item, at: string, worksheet: Worksheet): SetupFault[] {
  const faults = checkBoxes(item, at, worksheet);
  switch (item.kind) {
    case "choice":
    case "choices":
    case "true-false":
      return [...checkOptions(item, at), ...faults, ...checkKey(item, at)];
    case "number":
      return [...faults, ...checkNumber(item, `${at}/key`)];
    case "letters":
      return [...faults, ...checkLetters(item, at)];
    case "open":
      return [
        ...faults,
        ...(item.rubric ?? []).flatMap(({ points }, index) =>
          points <= item.points ? [] : [faultOf(`${at}/rubric/${index}/points`, "rubric-points", item.points)],
        ),
      ];
    case "help":
    case "submit":
      return faults;
  }
}

/** Each box that an item names, with the place that names it. */
function boxesNamed(item: Item, at: string): { readonly box: string; readonly at: string; readonly owner: string }[] {
  if (item.box !== undefined) return [{ box: item.box, at: `${at}/box`, owner: at }];
  return optionsOf(item).flatMap(({ box }, index) => {
    const owner = `${at}/options/${index}`;
    return box === undefined ? [] : [{ box, at: `${owner}/box`, owner }];
  });
}

function checkBoxes(item: Item, at: string, { boxes }: Worksheet): SetupFault[] {
  return boxesNamed(item, at).flatMap((named) =>
    boxes.some((box) => box.id === named.box) ? [] : [faultOf(named.at, "no-box", named.box)],
  );
}

/** Options have a box each, or the item has one and the options are what can be written into it. */
function checkOptions(item: OptionItem, at: string): SetupFault[] {
  const { options, box } = item;
  const faults = repeated(options, (option) => option.id, `${at}/options`, "id");
  for (const [index, option] of options.entries()) {
    const place = `${at}/options/${index}`;
    if (box === undefined && option.box === undefined) faults.push(faultOf(`${place}/box`, "missing"));
    if (box === undefined) continue;
    if (option.box !== undefined) faults.push(faultOf(`${place}/box`, "box-extra", box));
    if (item.kind !== "true-false" && !LETTER.test(option.id)) {
      faults.push(faultOf(`${place}/id`, "option-letter", option.id));
    }
  }
  return faults;
}

function checkKey(item: OptionItem, at: string): SetupFault[] {
  const ids = item.options.map((option) => option.id);
  switch (item.kind) {
    case "choice":
      return ids.includes(item.key) ? [] : [faultOf(`${at}/key`, "key-no-option", item.key)];
    case "choices":
      return item.key.flatMap((key, index) => (ids.includes(key) ? [] : [faultOf(`${at}/key/${index}`, "key-no-option", key)]));
    case "true-false":
      return ["true", "false"].flatMap((id) => (ids.includes(id) ? [] : [faultOf(`${at}/options`, "option-missing", id)]));
  }
}

function checkNumber({ key }: NumberItem, at: string): SetupFault[] {
  const faults: SetupFault[] = [];
  const value = numberOf(key.value);
  const tolerance = key.tolerance === undefined ? null : numberOf(key.tolerance);
  if (value === null) faults.push(faultOf(`${at}/value`, "no-number", key.value));
  else if (!acceptsForm(key, value)) faults.push(faultOf(`${at}/value`, "number-form"));
  if (key.tolerance !== undefined && tolerance === null) {
    faults.push(faultOf(`${at}/tolerance`, "no-number", key.tolerance));
  }
  if (tolerance !== null && tolerance.numerator < 0n) faults.push(faultOf(`${at}/tolerance`, "below-zero"));
  return faults;
}

function checkLetters({ key, alphabet, lettersMax = 1 }: LettersItem, at: string): SetupFault[] {
  const faults = key.flatMap((each, index) => {
    const place = `${at}/key/${index}`;
    if (!LETTERS[alphabet].test(each)) return [faultOf(place, "letters-outside", each, alphabet)];
    return each.length <= lettersMax ? [] : [faultOf(place, "letters-long", each, lettersMax)];
  });
  if (lettersMax === 1 || alphabet !== "a-z") return faults;
  return [...faults, faultOf(`${at}/lettersMax`, "letters-small")];
}

/** A mark must mean one thing: a box belongs to one option of one item. */
export function sharedBoxes(items: readonly Item[]): SetupFault[] {
  const owners = new Map<string, string>();
  return items.flatMap((item, index) =>
    boxesNamed(item, `/items/${index}`).flatMap(({ box, at, owner }) => {
      const before = owners.get(box);
      if (before !== undefined) return [faultOf(at, "box-shared", box, before)];
      owners.set(box, owner);
      return [];
    }),
  );
}
