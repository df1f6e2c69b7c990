import { widthEm } from "../page/wrap-text.ts";

/** One line of a label; `isTight`: it is wider than the room and has to be set closer. */
export interface LabelLine {
  readonly text: string;
  readonly isTight: boolean;
}

/**
 * A label in at most two lines, broken between words where the longer line is shortest. Nothing of it is left out: a name
 * that is cut may be somebody else's. REG-4.
 */
export function labelLines(label: string, roomEm: number, linesMax: number): LabelLine[] {
  const words = label.split(" ");
  let best = [label];
  if (linesMax > 1 && widthEm(label) > roomEm) {
    for (let at = 1; at < words.length; at++) {
      const lines = [words.slice(0, at).join(" "), words.slice(at).join(" ")];
      if (widest(lines) < widest(best)) best = lines;
    }
  }
  return best.map((text) => ({ text, isTight: widthEm(text) > roomEm }));
}

function widest(lines: readonly string[]): number {
  return Math.max(...lines.map(widthEm));
}
