import { SystemClock } from "@penlight/infra/system-clock";
import { type PenChunk, type PenSource, runGateway } from "@penlight/pen-gateway";
import { type PaperStroke, VirtualPen } from "@penlight/pen-gateway/simulator";
import { DOT_STRIDE, decodeInk, type EventLog, type PenId, type RoomId } from "@penlight/proto";
import { type BenchOptions, type BenchResult, hashOf, quantileOf } from "./result.ts";

const WRITERS = 39;
const EVENT_MS = 15;
const NOTIFICATION_BYTES = 244;
const DOTS_PER_STROKE = 40;
const PAGES = 40;
/** An append becomes durable after this, ms. */
const SYNC_MS = 3;
const MTU = 247;

const penAt = (index: number) => `9c7bd2000${(index + 16).toString(16).padStart(3, "0")}` as PenId;

function strokeAt(downMs: number, page: number, seed: number): PaperStroke {
  const dots = new Int32Array(DOTS_PER_STROKE * DOT_STRIDE);
  for (let i = 0; i < DOTS_PER_STROKE; i++) {
    dots.set([11 * (i + 1), 2000 + 9 * i + (seed % 97), 3000 + ((i * seed) % 50), 300, 85, 95, 130], i * DOT_STRIDE);
  }
  return { page: { section: 3, owner: 27, note: 603, page }, downMs, upMs: downMs + 11 * DOTS_PER_STROKE + 9, dots };
}

/** Forty pens on perfect radios: whatever a pen has to say goes out with the next connection event. */
class Room implements PenSource {
  readonly pens: readonly VirtualPen[];
  readonly #clock: SystemClock;

  constructor(clock: SystemClock, pens: readonly VirtualPen[]) {
    this.#clock = clock;
    this.pens = pens;
  }

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    for (const each of this.pens) each.link();
    const receivedMs = this.#clock.nowMs();
    yield this.pens.map(({ pen }): PenChunk => ({ kind: "connected", pen, receivedMs, mtu: MTU }));
    while (!signal.aborted) {
      await this.#clock.sleep(EVENT_MS, signal);
      const chunks = this.pens.flatMap((pen, index) => this.#speak(pen, index));
      if (chunks.length > 0) yield chunks;
    }
  }

  async write(pen: PenId, bytes: Uint8Array): Promise<void> {
    this.pens.find((each) => each.pen === pen)?.receive(bytes, this.#clock.nowMs());
  }

  #speak(pen: VirtualPen, index: number): PenChunk[] {
    const nowMs = this.#clock.nowMs();
    if (index < WRITERS && pen.advance(nowMs) && pen.registered) pen.begin(strokeAt(nowMs, index, Math.floor(nowMs)));
    const bytes = Buffer.concat(pen.takeFrames());
    const chunks: PenChunk[] = [];
    for (let at = 0; at < bytes.length; at += NOTIFICATION_BYTES) {
      const piece = new Uint8Array(bytes.subarray(at, at + NOTIFICATION_BYTES));
      chunks.push({ kind: "bytes", pen: pen.pen, receivedMs: this.#clock.nowMs(), bytes: piece });
    }
    return chunks;
  }
}

/** Appends take a while and never fail; says how long live dots took, and which strokes came from memory. */
class SlowLog implements EventLog {
  readonly live: number[] = [];
  readonly recovered = new Set<number>();
  readonly #clock: SystemClock;

  constructor(clock: SystemClock) {
    this.#clock = clock;
  }

  async append(_topic: string, records: readonly { readonly value: Uint8Array }[]): Promise<void> {
    await this.#clock.sleep(SYNC_MS);
    const nowMs = this.#clock.nowMs();
    for (const { value } of records) {
      const record = decodeInk(value);
      if (record?.body.kind !== "dots") continue;
      if (record.body.batch.source === "memory") this.recovered.add(record.body.batch.downMs);
      else this.live.push(nowMs - record.receivedMs);
    }
  }

  consume(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function lesson(memoryStrokes: number, untilMs: number) {
  const clock = new SystemClock({ speed: 1 });
  const startMs = clock.nowMs();
  const pens = Array.from(
    { length: WRITERS + 1 },
    (_, index) => new VirtualPen({ pen: penAt(index), memoryStrokesMax: memoryStrokes }),
  );
  const full = pens[WRITERS] as VirtualPen;
  for (let i = 0; i < memoryStrokes; i++) {
    const stroke = strokeAt(startMs - 20_000_000 + 900 * i, i % PAGES, i);
    full.begin(stroke);
    full.advance(stroke.upMs);
  }
  const log = new SlowLog(clock);
  const stop = new AbortController();
  const source = new Room(clock, pens);
  const running = runGateway({ source, log, clock, room: "bench" as RoomId, signal: stop.signal });
  while (memoryStrokes > 0 ? full.memory.strokes.length > 0 : clock.nowMs() < startMs + untilMs) await clock.sleep(20);
  const tookMs = clock.nowMs() - startMs;
  stop.abort();
  await running;
  return { tookMs, live: log.live, recovered: log.recovered.size };
}

/** One pen hands over a full memory while 39 write: how long it takes, and what live ink notices of it. */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const strokes = smoke ? 160 : 20_000;
  await lesson(0, smoke ? 200 : 3000);
  const without = await lesson(0, smoke ? 600 : 20_000);
  const during = await lesson(strokes, 0);
  if (during.recovered !== strokes) throw new Error(`${during.recovered} of ${strokes} strokes came home`);
  const p99 = (values: readonly number[]) => Math.round(quantileOf(values, 0.99) * 100) / 100;
  const [quiet, busy] = [p99(without.live), p99(during.live)];
  return [
    {
      bench: "sync",
      case: `live p99 while ${strokes} strokes come home`,
      unit: "ms",
      median: busy,
      runs: [busy],
      beside: { name: "the same without", median: quiet },
      ratio: Math.round((busy / quiet) * 100) / 100,
      hash: hashOf(strokes),
      note: `39 pens write; from the notification to durable, an append of ${SYNC_MS} ms included; wall clock`,
    },
    {
      bench: "sync",
      case: "a full memory brought home",
      unit: "s",
      median: Math.round(during.tookMs / 10) / 100,
      runs: [Math.round(during.tookMs / 10) / 100],
      note: `${strokes} strokes of ${DOTS_PER_STROKE} dots on ${PAGES} pages, a connection event each ${EVENT_MS} ms; one run`,
    },
  ];
}
