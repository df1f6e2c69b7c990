import { type PenId, parsePenId } from "@penlight/proto";
import { type PenChunk, PenSourceError } from "./pen-source.ts";

/**
 * A recording of what a source heard: JSON lines, one a chunk, in order. PEN-20.
 *
 * `{"pen":"9c7bd2000001","atMs":1780000000000,"kind":"connected","mtu":185}`
 * `{"pen":"9c7bd2000001","atMs":1780000000030,"kind":"bytes","hex":"c08100..."}`
 * `{"pen":"9c7bd2000001","atMs":1780000600000,"kind":"lost"}`
 */
export function recordingLine(chunk: PenChunk): string {
  const { pen, kind, receivedMs: atMs } = chunk;
  if (kind === "connected") return JSON.stringify({ pen, atMs, kind, mtu: chunk.mtu });
  if (kind === "bytes") return JSON.stringify({ pen, atMs, kind, hex: Buffer.from(chunk.bytes).toString("hex") });
  return JSON.stringify({ pen, atMs, kind });
}

/** The chunks of a recording. Empty lines are left out. @throws PenSourceError "source.replay-format" with the line's number. */
export function parseRecording(lines: Iterable<string>): PenChunk[] {
  const chunks: PenChunk[] = [];
  let number = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const chunk = parseLine(line);
    if (typeof chunk === "string") throw new PenSourceError("source.replay-format", `line ${number}: ${chunk}`);
    if (chunk.receivedMs < lastMs) throw new PenSourceError("source.replay-format", `line ${number}: atMs goes backwards`);
    lastMs = chunk.receivedMs;
    chunks.push(chunk);
  }
  return chunks;
}

/** The chunk, or what is wrong with the line. */
function parseLine(line: string): PenChunk | string {
  const value = parseObject(line);
  if (value === null) return "not a JSON object";
  const { atMs: receivedMs, kind, mtu, hex } = value;
  const pen: PenId | null = typeof value.pen === "string" ? parsePenId(value.pen) : null;
  if (pen === null) return '"pen" must be 12 hex digits';
  if (typeof receivedMs !== "number" || !Number.isFinite(receivedMs)) return '"atMs" must be a number';
  switch (kind) {
    case "connected": {
      if (typeof mtu !== "number" || !Number.isInteger(mtu) || mtu < 23 || mtu > 517) return '"mtu" must be 23 to 517';
      return { kind: "connected", pen, receivedMs, mtu };
    }
    case "bytes": {
      if (typeof hex !== "string" || hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex))
        return '"hex" must be pairs of hex digits';
      return { kind: "bytes", pen, receivedMs, bytes: new Uint8Array(Buffer.from(hex, "hex")) };
    }
    case "lost":
      return { kind: "lost", pen, receivedMs };
    default:
      return '"kind" must be "connected", "bytes" or "lost"';
  }
}

/** What a line may hold; nothing of it is trusted. */
interface Line {
  readonly pen?: unknown;
  readonly atMs?: unknown;
  readonly kind?: unknown;
  readonly mtu?: unknown;
  readonly hex?: unknown;
}

function parseObject(line: string): Line | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
