import { PenLink } from "@penlight/pen-gateway";
import { DOT_STRIDE, type PenId, parsePenId, Random } from "@penlight/proto";
import { encodePenFrame, FRAME_END, FRAME_START, type PenPacket } from "@penlight/proto/pen";
import { type BenchOptions, type BenchResult, medianOf, RUNS } from "./result.ts";

/** Payload of a notification at the MTU that pens negotiate with most hosts (247). */
const NOTIFICATION_BYTES = 244;
const DOTS_PER_STROKE = 40;
const WARM_RUNS = 2;
const PEN = parsePenId("9c7bd251f41f") as PenId;
const START_MS = 1_760_000_000_000;

type Family = "counted" | "legacy";
type Escapes = "clean" | "escaped";

interface Stream {
  readonly notifications: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  readonly dots: number;
}

/**
 * Strokes as a pen sends them. `clean`: no byte needs an escape, as nearly as the counter and the clock allow; `escaped`:
 * three bytes of every dot do.
 */
function streamOf(family: Family, escapes: Escapes, strokes: number): Stream {
  const random = new Random(`decode/${family}/${escapes}`);
  const frames: Uint8Array[] = [];
  let count = 0;
  const say = (packet: PenPacket) => {
    frames.push(encodePenFrame(packet));
    count = (count + 1) & 0xff;
  };
  for (let stroke = 0; stroke < strokes; stroke++) {
    const timeMs = START_MS + stroke * 1000;
    const page = { section: 3, owner: 27, note: 603, page: stroke % 90 };
    if (family === "counted") {
      say({ kind: "penDown", count, timeMs, tip: "pen", color: 0xff000000 });
      say({ kind: "page", count, ...page });
    } else {
      say({ kind: "legacyDown", timeMs, tip: "pen", color: 0xff000000 });
      say({ kind: "legacyPage", ...page });
    }
    for (let i = 0; i < DOTS_PER_STROKE; i++) {
      const dot = dotOf(random, escapes);
      say(family === "counted" ? { kind: "dot", count, ...dot } : { kind: "legacyDot", ...dot });
    }
    const upMs = timeMs + 600;
    const images = { totalImages: 44, processedImages: 44, okImages: 42, sentImages: DOTS_PER_STROKE };
    if (family === "counted") say({ kind: "penUp", count, timeMs: upMs, dots: DOTS_PER_STROKE, ...images });
    else say({ kind: "legacyUp", timeMs: upMs, tip: "pen", color: 0xff000000 });
  }
  const bytes = new Uint8Array(Buffer.concat(frames));
  const notifications: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += NOTIFICATION_BYTES) notifications.push(bytes.subarray(at, at + NOTIFICATION_BYTES));
  return { notifications, bytes, dots: strokes * DOTS_PER_STROKE };
}

function dotOf(random: Random, escapes: Escapes) {
  const place = { x: random.integer(10, 70), y: random.integer(10, 90), fx: random.integer(0, 99), fy: random.integer(0, 99) };
  const pose = { tiltX: random.integer(70, 110), tiltY: random.integer(70, 110), twist: random.integer(0, 100) };
  const dot = { dt: random.integer(8, 12), force: random.integer(100, 120) + 256 * random.integer(0, 2), ...place, ...pose };
  return escapes === "clean" ? dot : { ...dot, force: 0xc0c1, twist: 0x7d };
}

/** bytes -> PenLink -> dots; the hash is over every column of every dot. */
function decode(stream: Stream): { readonly dots: number; readonly hash: number } {
  const link = new PenLink({ pen: PEN });
  let dots = 0;
  let hash = 0;
  for (const bytes of stream.notifications) {
    for (const event of link.receive(bytes, START_MS)) {
      if (event.kind !== "dots") continue;
      dots += event.to - event.from;
      const column = link.dots;
      for (let i = event.from * DOT_STRIDE; i < event.to * DOT_STRIDE; i++)
        hash = (Math.imul(hash, 31) + (column[i] as number)) | 0;
    }
  }
  return { dots, hash };
}

/** The least that any decoder has to do: look at every byte for a delimiter. */
function scan(stream: Stream): number {
  let delimiters = 0;
  for (const bytes of stream.notifications) {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === FRAME_START || byte === FRAME_END) delimiters++;
    }
  }
  return delimiters;
}

/** Seconds of processor time, so that whatever else runs on this machine does not count. */
function secondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function measure(family: Family, escapes: Escapes, strokes: number, times: number): BenchResult {
  const stream = streamOf(family, escapes, strokes);
  const { dots, hash } = decode(stream); // the result to hold against
  if (dots !== stream.dots) throw new Error(`decoded ${dots} of ${stream.dots} dots`);
  for (let i = 0; i < WARM_RUNS; i++) {
    decode(stream);
    scan(stream);
  }
  const runs: number[] = [];
  const scans: number[] = [];
  for (let i = 0; i < times; i++) {
    runs.push(stream.dots / secondsOf(() => decode(stream)) / 1e6);
    scans.push(stream.dots / secondsOf(() => scan(stream)) / 1e6);
  }
  const median = medianOf(runs);
  const scanMedian = medianOf(scans);
  return {
    bench: "decode",
    case: `${family} ${escapes}`,
    unit: "M dots/s",
    median: rounded(median),
    runs: runs.map(rounded),
    beside: { name: "scan for delimiters", median: rounded(scanMedian) },
    ratio: rounded(median / scanMedian),
    hash: (hash >>> 0).toString(16).padStart(8, "0"),
    note: `one core's time, ${(stream.bytes.length / stream.dots).toFixed(1)} B a dot on the wire, notifications of ${NOTIFICATION_BYTES} B`,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** One pen's bytes to dots in memory, both event families, beside a bare scan of the same bytes. */
export async function run(options: BenchOptions): Promise<BenchResult[]> {
  const strokes = options.smoke ? 500 : 25_000;
  const results: BenchResult[] = [];
  for (const family of ["counted", "legacy"] as const) {
    for (const escapes of ["clean", "escaped"] as const)
      results.push(measure(family, escapes, strokes, options.smoke ? 1 : RUNS));
  }
  return results;
}
