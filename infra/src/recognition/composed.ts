import { Random } from "@penlight/proto";
import { cleanStrokes, scoreSymbol, type WrittenStroke } from "@penlight/stream-processor/writing";
import { readSamples, type Sample, type Split } from "./samples.ts";

/** Numbers and words as pupils write them, made of the single characters of one writer each. */

/** A digit, mm. */
const HEIGHT_MM = 7;
/** White between two characters, of a digit's height: from nearly touching to wide. */
const GAP = [0.06, 0.4] as const;
/** How high digits and letters are, of what they are at the middle: many a writer of the files changed size between them. */
const HIGH = [0.85, 1.15] as const;
/** How far characters stand above or below their line, of a digit's height. */
const UNEVEN = 0.06;
/** What a sign is large, of a digit's height: the files do not say it, for each is scaled by itself. */
const SIGNS: Readonly<
  Record<string, { readonly size: readonly [number, number]; readonly middle: readonly [number, number] }>
> = {
  "-": { size: [0.35, 0.7], middle: [0.4, 0.6] },
  ".": { size: [0.03, 0.12], middle: [0.9, 1.02] },
  "/": { size: [0.9, 1.35], middle: [0.45, 0.55] },
};
/** Writers who have not written all digits lend from nobody: they are left out. */
const DIGITS = [..."0123456789"];

/**
 * A label that is believed less than this is taken for a wrong one: pictures of what is read otherwise with such certainty show
 * the character that is read. It is in no made number, and says nothing of how sure to be; the rows of the files count it.
 */
export const LABEL_LEAST = 0.001;
/** Characters that are tried before one is taken whose label is not believed. */
const TRIES = 5;

/** Writer of what nobody wrote as a whole. */
const COMPOSER = "composed";

export const isComposed = ({ writer }: Sample) => writer === COMPOSER;

type Characters = ReadonlyMap<string, readonly Sample[]>;

/** @returns numbers of every form, with their texts as labels. */
export function composedNumbers(folder: string, split: Split, count: number): Sample[] {
  const random = new Random("composed/numbers");
  const signs = charactersOf(readSamples(folder, "unipen-symbols", split)).values();
  const anybodys = byLabel([...signs].flatMap((own) => [...own.values()].flat()));
  const writers = ["unipen-digits", "pendigits"].flatMap((file) =>
    [...charactersOf(readSamples(folder, file, split)).values()].filter((own) => DIGITS.every((digit) => own.has(digit))),
  );
  if (writers.length === 0 || Object.keys(SIGNS).some((sign) => !anybodys.has(sign))) return [];
  return Array.from({ length: count }, (_, at) => {
    const own = random.pick(writers);
    return sampleOf(`number ${at}`, split, numberText(random), (text) => own.get(text) ?? anybodys.get(text) ?? [], random);
  });
}

/** @returns one to four different letters beside each other, in any order. */
export function composedWords(folder: string, split: Split, letters: readonly string[], count: number): Sample[] {
  const random = new Random(`composed/${letters.join("")}`);
  const writers = [...charactersOf(readSamples(folder, "unipen-upper", split)).values()].filter(
    (own) => letters.filter((letter) => own.has(letter)).length > letters.length / 2,
  );
  if (writers.length === 0) return [];
  return Array.from({ length: count }, (_, at) => {
    const own = random.pick(writers);
    const has = letters.filter((letter) => own.has(letter));
    const text = shuffled(has, random).slice(0, random.integer(1, 4)).join("");
    return sampleOf(`word ${at}`, split, text, (letter) => own.get(letter) ?? [], random);
  });
}

function shuffled(letters: readonly string[], random: Random): string[] {
  const drawn = letters.map((letter) => ({ letter, at: random.unit() }));
  return drawn.sort((a, b) => a.at - b.at).map(({ letter }) => letter);
}

function numberText(random: Random): string {
  const digits = (most: number) => String(random.integer(0, 10 ** random.integer(1, most) - 1));
  const sign = random.chance(0.2) ? "-" : "";
  const way = random.unit();
  if (way < 0.5) return sign + digits(4);
  if (way < 0.75) return `${sign}${digits(2)}.${random.integer(1, 9)}${random.chance(0.4) ? digits(1) : ""}`;
  return `${sign}${random.integer(1, 20)}/${random.integer(2, 20)}`;
}

function charactersOf(samples: readonly Sample[]): Map<string, Characters> {
  const writers = new Map<string, Sample[]>();
  for (const sample of samples) {
    const own = writers.get(sample.writer) ?? [];
    writers.set(sample.writer, own);
    own.push(sample);
  }
  return new Map([...writers].map(([writer, own]) => [writer, byLabel(own)]));
}

function byLabel(samples: readonly Sample[]): Map<string, Sample[]> {
  const labels = new Map<string, Sample[]>();
  for (const sample of samples) {
    const same = labels.get(sample.label) ?? [];
    labels.set(sample.label, same);
    same.push(sample);
  }
  return labels;
}

function sampleOf(id: string, split: Split, label: string, of: (text: string) => readonly Sample[], random: Random): Sample {
  const gap = random.between(...GAP);
  const strokes: WrittenStroke[] = [];
  let x = 0;
  for (const text of label) {
    const sample = pickBelieved(of(text), random);
    const frame = frameOf(sample.strokes);
    const sign = SIGNS[text];
    const own = Math.max(frame.right - frame.left, frame.bottom - frame.top, 1e-6);
    const wantedMm = (sign === undefined ? random.between(...HIGH) : random.between(...sign.size)) * HEIGHT_MM;
    const scale = wantedMm / (sign === undefined ? Math.max(frame.bottom - frame.top, 0.2 * own) : own);
    const high = (frame.bottom - frame.top) * scale;
    const rise = random.between(-UNEVEN, UNEVEN) * HEIGHT_MM;
    const top = sign === undefined ? HEIGHT_MM - high + rise : random.between(...sign.middle) * HEIGHT_MM - high / 2;
    for (const { points } of sample.strokes) {
      const moved = points.map((value, at) =>
        at % 2 === 0 ? x + (value - frame.left) * scale : top + (value - frame.top) * scale,
      );
      strokes.push({ points: moved });
    }
    x += (frame.right - frame.left) * scale + gap * random.between(0.5, 1.5) * HEIGHT_MM;
  }
  return { id, label, writer: COMPOSER, split, strokes };
}

const believed = new WeakMap<Sample, boolean>();

function pickBelieved(samples: readonly Sample[], random: Random): Sample {
  let sample = random.pick(samples);
  for (let tried = 1; tried < TRIES && !isBelieved(sample); tried++) sample = random.pick(samples);
  return sample;
}

function isBelieved(sample: Sample): boolean {
  const known = believed.get(sample);
  if (known !== undefined) return known;
  const { label } = sample;
  const alphabet = label in SIGNS ? "signs" : label >= "A" ? "upper" : "digits";
  const { ranked } = scoreSymbol(cleanStrokes(sample.strokes), alphabet);
  const is = (ranked.find(({ text }) => text === label)?.probability ?? 0) >= LABEL_LEAST;
  believed.set(sample, is);
  return is;
}

function frameOf(strokes: readonly WrittenStroke[]) {
  const frame = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  };
  for (const { points } of strokes) {
    for (let at = 0; at < points.length; at += 2) {
      frame.left = Math.min(frame.left, points[at] as number);
      frame.right = Math.max(frame.right, points[at] as number);
      frame.top = Math.min(frame.top, points[at + 1] as number);
      frame.bottom = Math.max(frame.bottom, points[at + 1] as number);
    }
  }
  return frame;
}
