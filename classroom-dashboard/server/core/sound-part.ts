import type { Item, SetupFault, Worksheet } from "@penlight/proto";

type Loose = Readonly<Record<string, unknown>>;

/** Of an item, what the rules of its kind read: wrong anywhere else, they can still be held against it. */
const RULED = new Set(["kind", "options", "box", "key", "alphabet", "lettersMax", "rubric"]);
const PLACED = ["page", "xMm", "yMm", "widthMm", "heightMm"] as const;

/**
 * What the rules of a worksheet find in one whose shape is wrong in some places, so that everything is told at once: what
 * is wrong there is left out, everything else stays where it is. SET-2.
 * @param wrong what is wrong with its shape
 * @param check the rules, held against a worksheet of the right shape. SET-3.
 */
export function faultsBeside(
  document: unknown,
  wrong: readonly SetupFault[],
  check: (worksheet: Worksheet) => readonly SetupFault[],
): SetupFault[] {
  if (!isObject(document)) return [];
  const { pages, boxes, items } = document;
  if (!Array.isArray(pages) || !Array.isArray(boxes) || !Array.isArray(items)) return [];
  const sound = {
    ...document,
    pages: pages.map(soundPage),
    boxes: boxes.map(soundBox),
    items: items.map((item: unknown, index) => soundItem(item, ruledFault(wrong, index))),
  };
  const nowhere = boxes.flatMap((box, index) => (isPlaced(box) ? [] : [`/boxes/${index}/page`]));
  const left = new Set([...wrong.map(({ at }) => at), ...nowhere]);
  return check(sound as unknown as Worksheet).filter(({ at }) => !left.has(at));
}

/** Something is wrong with what the rules of the item read, or with the item as a whole. */
function ruledFault(wrong: readonly SetupFault[], index: number): boolean {
  return wrong.some(({ at }) => {
    const [, list, of, field] = at.split("/");
    return list === "items" && of === String(index) && (field === undefined || RULED.has(field));
  });
}

/** A page without size has room for everything; one without address is no other one. */
function soundPage(page: unknown, index: number) {
  const { address, widthMm, heightMm } = isObject(page) ? page : {};
  const nowhere = { section: -1, owner: -1, note: -1, page: -1 - index };
  const isAddress = isObject(address) && ["section", "owner", "note", "page"].every((name) => isNumber(address[name]));
  const size = (mm: unknown) => (isNumber(mm) ? mm : Number.POSITIVE_INFINITY);
  return { address: isAddress ? address : nowhere, widthMm: size(widthMm), heightMm: size(heightMm) };
}

/** A box that lies nowhere still has a name. What is told of its place is left out. */
function soundBox(box: unknown, index: number) {
  const id = isObject(box) && typeof box.id === "string" ? box.id : `?${index}`;
  return isPlaced(box) ? { ...box, id } : { id, page: -1, xMm: 0, yMm: 0, widthMm: 0, heightMm: 0 };
}

function isPlaced(box: unknown): box is Loose {
  return isObject(box) && PLACED.every((name) => isNumber(box[name]));
}

/** An item whose own rules cannot be held against it still has an id, a number and boxes. */
function soundItem(item: unknown, isWrong: boolean) {
  if (!isWrong && isObject(item)) return item as unknown as Item;
  const { id, number, box, options } = isObject(item) ? item : {};
  return {
    kind: "help",
    ...{ id: id ?? Symbol("no id"), number: number ?? Symbol("no number") },
    ...(typeof box === "string" && { box }),
    ...(Array.isArray(options) && { options: options.map((option: unknown) => (isObject(option) ? option : {})) }),
  };
}

function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
