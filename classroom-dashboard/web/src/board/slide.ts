/** Longest movement on the board, ms. */
const SLIDE_MS = 180;

/** Where rows and item headers were, by their keys. */
export type Captured = ReadonlyMap<string, { readonly left: number; readonly top: number }>;

export function capture(grid: HTMLElement): Captured {
  const places = new Map<string, { left: number; top: number }>();
  for (const [key, element] of moving(grid)) {
    const { left, top } = element.getBoundingClientRect();
    places.set(key, { left, top });
  }
  return places;
}

/** Moves what changed its place from where it was; nothing moves for those who asked for less motion. */
export function slide(grid: HTMLElement, before: Captured): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [key, element] of moving(grid)) {
    const was = before.get(key);
    const { left, top } = element.getBoundingClientRect();
    if (was === undefined || (was.left === left && was.top === top)) continue;
    element.animate([{ transform: `translate(${was.left - left}px, ${was.top - top}px)` }, { transform: "none" }], {
      duration: SLIDE_MS,
      easing: "ease-out",
    });
  }
}

function* moving(grid: HTMLElement): Iterable<[string, HTMLElement]> {
  for (const row of grid.querySelectorAll<HTMLElement>("[data-row]")) yield [`row ${row.dataset.row}`, row];
  for (const block of grid.querySelectorAll<HTMLElement>("[data-block]")) {
    for (const head of block.querySelectorAll<HTMLElement>(".head"))
      yield [`${block.dataset.block} ${head.dataset.item}`, head];
  }
}
