import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { WrittenStroke } from "@penlight/stream-processor/writing";

/** The median symbol of every writer is made this large, mm: the units of collections are not to be trusted. */
const WRITER_MM = 7;

export type Split = "train" | "dev" | "test";

/** One piece of handwriting of a collection, in mm of its writer. */
export interface Sample {
  readonly id: string;
  readonly label: string;
  readonly writer: string;
  readonly split: string;
  readonly strokes: readonly WrittenStroke[];
}

/** Thrown for a file that is not in the form of the README; the text says where and what to do. */
export class SampleError extends Error {
  readonly code = "bad-sample";
}

/** Samples of one file of a folder, `NAME.jsonl.gz` or `NAME.jsonl`; none when there is no such file. */
export function readSamples(folder: string, name: string, split: Split): Sample[] {
  const packed = path.join(folder, `${name}.jsonl.gz`);
  const plain = path.join(folder, `${name}.jsonl`);
  const text = existsSync(packed)
    ? gunzipSync(readFileSync(packed)).toString("utf8")
    : existsSync(plain)
      ? readFileSync(plain, "utf8")
      : "";
  const samples: Sample[] = [];
  text.split("\n").forEach((line, at) => {
    if (line === "") return;
    const sample = sampleOf(line, `${name}, line ${at + 1}`);
    if (sample.split === split) samples.push(sample);
  });
  return scaledByWriter(samples);
}

function sampleOf(line: string, place: string): Sample {
  let value: { id?: unknown; label?: unknown; writer?: unknown; split?: unknown; strokes?: unknown };
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    throw new SampleError(`${place} is not JSON; each line must be one sample, {id, label, writer, split, strokes}`);
  }
  const { id, label, writer, split, strokes } = value;
  const texts = [label, writer ?? "", split].every((each) => typeof each === "string");
  if (!texts || !Array.isArray(strokes) || !strokes.every((stroke) => Array.isArray(stroke) && stroke.every(isDot))) {
    throw new SampleError(`${place} needs label, split and writer (or null), and strokes as [[[x, y], ...], ...]`);
  }
  return {
    id: String(id ?? place),
    label: label as string,
    // Of nobody known: a writer by itself.
    writer: typeof writer === "string" ? writer : `unknown of ${String(id ?? place)}`,
    split: split as string,
    strokes: (strokes as number[][][]).map((stroke) => ({
      points: Float64Array.from(stroke.flatMap(([x, y]) => [x as number, y as number])),
    })),
  };
}

function isDot(value: unknown): boolean {
  return Array.isArray(value) && Number.isFinite(value[0]) && Number.isFinite(value[1]);
}

function scaledByWriter(samples: readonly Sample[]): Sample[] {
  const extents = new Map<string, number[]>();
  for (const sample of samples) {
    const list = extents.get(sample.writer) ?? [];
    extents.set(sample.writer, list);
    list.push(extentOf(sample.strokes));
  }
  for (const list of extents.values()) list.sort((a, b) => a - b);
  return samples.map((sample) => {
    const list = extents.get(sample.writer) as number[];
    const scale = WRITER_MM / Math.max(1e-6, list[list.length >> 1] as number);
    return { ...sample, strokes: sample.strokes.map(({ points }) => ({ points: points.map((value) => value * scale) })) };
  });
}

export function extentOf(strokes: readonly WrittenStroke[]): number {
  let extent = 0;
  for (const axis of [0, 1]) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const { points } of strokes) {
      for (let at = axis; at < points.length; at += 2) {
        low = Math.min(low, points[at] as number);
        high = Math.max(high, points[at] as number);
      }
    }
    extent = Math.max(extent, high - low);
  }
  return extent;
}
