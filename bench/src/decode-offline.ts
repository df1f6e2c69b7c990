import { inflateSync } from "node:zlib";
import { PenLink } from "@penlight/pen-gateway";
import { DOT_STRIDE, type PenId, parsePenId, Random } from "@penlight/proto";
import { decodePenFrame, encodeMemoryChunk, FRAME_READY, FrameReader, type PenPacketOf } from "@penlight/proto/pen";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

const STROKES_PER_CHUNK = 8;
const DOTS_PER_STROKE = 40;
const PEN = parsePenId("9c7bd251f41f") as PenId;
const PAGE = { section: 3, owner: 27, note: 603, page: 1 };
const START_MS = 1_760_000_000_000;
const WARM_RUNS = 2;

interface Memory {
  readonly frames: readonly Uint8Array[];
  /** Chunk bodies as they came, for zlib alone; empty where they are not compressed. */
  readonly packed: readonly Uint8Array[];
  /** Of the strokes, before compression. */
  readonly bytes: number;
}

/** A pen's memory as its chunks: handwriting, that is a slow walk with a pen's angles. */
function memoryOf(chunks: number, compressed: boolean): Memory {
  const random = new Random("decode-offline");
  const frames: Uint8Array[] = [];
  const packed: Uint8Array[] = [];
  let bytes = 0;
  const reader = new FrameReader("pen");
  for (let chunk = 0; chunk < chunks; chunk++) {
    const strokes = Array.from({ length: STROKES_PER_CHUNK }, (_, at) => {
      const downMs = START_MS + (chunk * STROKES_PER_CHUNK + at) * 1000;
      return { page: PAGE, downMs, upMs: downMs + 500, tip: "pen" as const, color: 0xff000000, dots: walk(random) };
    });
    const { section, owner, note } = PAGE;
    const frame = encodeMemoryChunk({
      ...{ packetId: chunk & 0xffff, compressed, section, owner, note, strokes },
      position: "middle",
    });
    frames.push(frame);
    reader.push(frame);
    if (reader.next() !== FRAME_READY) throw new Error("a chunk is one frame");
    const { size, body } = decodePenFrame(reader) as PenPacketOf<"offlineChunk">;
    bytes += size;
    if (compressed) packed.push(body.slice());
  }
  return { frames, packed, bytes };
}

function walk(random: Random): Int32Array {
  const dots = new Int32Array(DOTS_PER_STROKE * DOT_STRIDE);
  let [x, y] = [random.integer(1000, 7000), random.integer(1000, 9000)];
  for (let i = 0; i < DOTS_PER_STROKE; i++) {
    x += random.integer(-12, 20);
    y += random.integer(-15, 15);
    dots.set(
      [12 * (i + 1), x, y, random.integer(200, 400), random.integer(80, 90), random.integer(95, 100), 130],
      i * DOT_STRIDE,
    );
  }
  return dots;
}

/** Frames -> strokes, each chunk acknowledged as if it were stored at once. */
function decode({ frames }: Memory) {
  const link = new PenLink({ pen: PEN });
  let strokes = 0;
  let hash = 0;
  for (const frame of frames) {
    for (const event of link.receive(frame, START_MS)) {
      if (event.kind !== "memory-chunk") continue;
      for (const { dots } of event.chunk.strokes) {
        strokes++;
        for (let i = 0; i < dots.length; i++) hash = (Math.imul(hash, 31) + (dots[i] as number)) | 0;
      }
      link.memoryStored(event.chunk.packetId);
      link.takeWrites();
    }
  }
  return { strokes, hash };
}

function secondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const rounded = (value: number) => Number(value.toPrecision(4));

/** A pen's memory, compressed and not, beside zlib alone over the same strokes: MB of strokes a second of one core. */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const chunks = smoke ? 20 : 1250;
  const times = smoke ? 1 : RUNS;
  const compressed = memoryOf(chunks, true);
  const inflate = () => compressed.packed.reduce((sum, body) => sum + inflateSync(body).length, 0);
  if (inflate() !== compressed.bytes) throw new Error("zlib gave other bytes");
  return [compressed, memoryOf(chunks, false)].map((memory): BenchResult => {
    const result = decode(memory);
    if (result.strokes !== chunks * STROKES_PER_CHUNK) throw new Error(`${result.strokes} strokes came out`);
    for (let i = 0; i < WARM_RUNS; i++) {
      decode(memory);
      inflate();
    }
    const runs: number[] = [];
    const zlib: number[] = [];
    for (let i = 0; i < times; i++) {
      runs.push(rounded(memory.bytes / secondsOf(() => decode(memory)) / 1e6));
      zlib.push(rounded(compressed.bytes / secondsOf(inflate) / 1e6));
    }
    const [median, alone] = [medianOf(runs), medianOf(zlib)];
    const sent = memory.frames.reduce((sum, frame) => sum + frame.length, 0);
    return {
      bench: "decode-offline",
      case: memory === compressed ? "compressed" : "not compressed",
      unit: "MB/s",
      median,
      runs,
      beside: { name: "zlib alone, the same strokes", median: alone },
      ratio: rounded(median / alone),
      hash: hashOf(result),
      note: `${STROKES_PER_CHUNK} strokes of ${DOTS_PER_STROKE} dots a chunk; ${rounded(sent / memory.bytes)} bytes on the air a byte of strokes; one core's time`,
    };
  });
}
