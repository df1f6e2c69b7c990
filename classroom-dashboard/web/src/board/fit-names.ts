/** First word and so many letters of the last one; all of it when that is no shorter. */
function shortened(name: string, letters: number): string {
  const words = name.trim().split(/\s+/);
  const last = [...(words.at(-1) ?? "")];
  if (words.length < 2 || letters >= last.length) return name;
  return letters === 0 ? (words[0] as string) : `${words[0]} ${last.slice(0, letters).join("")}.`;
}

/**
 * Names as they fit into `roomPx`. One that is too long becomes its first word and as many letters of its last one as
 * tell it from every other name that is shown: "Mateo G." says more than "Mateo Garcí…". Where that is too long it is the
 * first word, if nobody else is called so. What is too long even then the style sheet cuts.
 */
export function fitNames(names: readonly string[], roomPx: number, widthOf: (text: string) => number): string[] {
  const fits = (text: string) => widthOf(text) <= roomPx;
  const letters = names.map((name) => (fits(name) ? Number.POSITIVE_INFINITY : fits(shortened(name, 1)) ? 1 : 0));
  const shown = () => names.map((name, i) => shortened(name, letters[i] as number));
  for (;;) {
    const now = shown();
    const counts = new Map<string, number>();
    for (const text of now) counts.set(text, (counts.get(text) ?? 0) + 1);
    // Two of one name stay two of one name; the others get a letter more as long as there is one.
    const alike = names.flatMap((name, i) => ((counts.get(now[i] as string) ?? 0) > 1 && now[i] !== name ? [i] : []));
    if (alike.length === 0) return now;
    for (const i of alike) letters[i] = (letters[i] as number) + 1;
  }
}

/** Width of a text in the board's own face, px. */
export function textMeter(sizePx: number): (text: string) => number {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return () => 0;
  context.font = `${sizePx}px ${getComputedStyle(document.body).fontFamily}`;
  return (text) => context.measureText(text).width;
}
