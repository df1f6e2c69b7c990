/** East Asian characters are as wide as they are high; others about half (a common sans-serif, measured roughly). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3ffff}]/u;
const NARROW_EM = 0.53;

/** Estimated width in em. */
export function widthEm(text: string): number {
  let em = 0;
  for (const character of text) em += WIDE.test(character) ? 1 : NARROW_EM;
  return em;
}

/**
 * Breaks text into at most `linesMax` lines of `widthMaxEm`, between words or between East Asian characters; what does
 * not fit ends in an ellipsis.
 */
export function wrapText(text: string, widthMaxEm: number, linesMax: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces(text)) {
    if (line !== "" && widthEm(line + piece.trimEnd()) > widthMaxEm) {
      if (lines.length + 1 === linesMax) return [...lines, shorten(line + piece, widthMaxEm)];
      lines.push(line.trimEnd());
      line = "";
    }
    line += line === "" ? piece.trimStart() : piece;
  }
  return [...lines, shorten(line.trimEnd(), widthMaxEm)];
}

/** Cuts to the width, with an ellipsis. */
export function shorten(text: string, widthMaxEm: number): string {
  if (widthEm(text) <= widthMaxEm) return text;
  let kept = "";
  for (const character of text) {
    if (widthEm(kept + character) + 1 > widthMaxEm) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Words with the space behind them; an East Asian character is a word. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let word = "";
  for (const character of text) {
    if (WIDE.test(character)) {
      if (word !== "") found.push(word);
      found.push(character);
      word = "";
    } else {
      word += character;
      if (character === " ") {
        found.push(word);
        word = "";
      }
    }
  }
  return word === "" ? found : [...found, word];
}
