import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { type PaperStroke, VirtualPen } from "@penlight/pen-gateway/simulator";
import { DOT_STRIDE, type PenId } from "@penlight/proto";

/** One line on the socket: a link that is up (`mtu`), or bytes, either way. */
export interface RadioLine {
  readonly pen: PenId;
  readonly hex: string;
  readonly mtu?: number;
}

const MTU = 247;
const ATT_HEADER_BYTES = 3;
/** A connection event: what a pen has to say goes out then. */
const EVENT_MS = 5;
const DOTS = 30;
const DOT_MS = 11;
/** Between the pen-downs of two strokes. */
const STROKE_MS = 1000;

/** Pens with ink in their memories that live in this process, and a radio for whichever gateway is there now. */
export class PensBySocket {
  readonly pens: readonly VirtualPen[];
  readonly port: number;
  /** What the pupils wrote, by pen. */
  readonly paper: ReadonlyMap<PenId, readonly PaperStroke[]>;
  /** Chunks that went out since somebody set this to 0. */
  chunks = 0;
  readonly #server: Server;
  #gateway: Socket | null = null;

  private constructor(server: Server, pens: readonly VirtualPen[], paper: ReadonlyMap<PenId, readonly PaperStroke[]>) {
    this.#server = server;
    this.port = (server.address() as { port: number }).port;
    this.pens = pens;
    this.paper = paper;
    server.on("connection", (socket) => this.#serve(socket));
  }

  /** @param clockOffsetMs how wrong the pens' clocks are before anybody sets them */
  static async open(count: number, pages: number, strokesPerPage: number, clockOffsetMs: number): Promise<PensBySocket> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const total = pages * strokesPerPage;
    const beganMs = Math.round(performance.timeOrigin + performance.now()) - (total + 60) * STROKE_MS;
    const paper = new Map<PenId, PaperStroke[]>();
    const pens = Array.from({ length: count }, (_, index) => {
      const pen = new VirtualPen({
        pen: `9c7bd20001${(index + 16).toString(16)}` as PenId,
        memoryStrokesMax: total,
        clockOffsetMs,
      });
      const strokes = Array.from({ length: total }, (_, i) => {
        return strokeAt(beganMs + i * STROKE_MS, 1 + Math.floor(i / strokesPerPage), index * total + i);
      });
      for (const stroke of strokes) {
        pen.begin(stroke);
        pen.advance(stroke.upMs);
      }
      paper.set(pen.pen, strokes);
      return pen;
    });
    return new PensBySocket(server, pens, paper);
  }

  /** Every pen has handed over all that it had. */
  get areHome(): boolean {
    return this.pens.every(({ memory }) => memory.strokes.length === 0);
  }

  close(): void {
    this.#gateway?.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.#gateway = socket;
    const say = (line: RadioLine) => void socket.write(`${JSON.stringify(line)}\n`);
    for (const pen of this.pens) {
      pen.link();
      say({ pen: pen.pen, mtu: MTU, hex: "" });
    }
    const lines = createInterface(socket);
    // A gateway that is killed resets the connection; "close" comes all the same.
    lines.on("error", () => {});
    lines.on("line", (line) => {
      const { pen, hex } = JSON.parse(line) as RadioLine;
      this.pens.find((each) => each.pen === pen)?.receive(Buffer.from(hex, "hex"), performance.timeOrigin + performance.now());
    });
    const events = setInterval(() => {
      for (const pen of this.pens) this.#speak(pen, say);
    }, EVENT_MS);
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(events);
      for (const pen of this.pens) pen.unlink();
    });
  }

  #speak(pen: VirtualPen, say: (line: RadioLine) => void): void {
    if (!pen.linked || !pen.hasFrames) return;
    if (pen.memory.isTransferring) this.chunks++;
    const bytes = Buffer.concat(pen.takeFrames());
    for (let at = 0; at < bytes.length; at += MTU - ATT_HEADER_BYTES) {
      say({ pen: pen.pen, hex: bytes.subarray(at, at + MTU - ATT_HEADER_BYTES).toString("hex") });
    }
  }
}

/** No two strokes have the same dots. */
function strokeAt(downMs: number, page: number, number: number): PaperStroke {
  const dots = new Int32Array(DOTS * DOT_STRIDE);
  for (let i = 0; i < DOTS; i++) {
    dots.set([DOT_MS * (i + 1), 1000 + number, 2000 + i * 7 + (number % 13), 300, 90, 90, 0], i * DOT_STRIDE);
  }
  return { page: { section: 3, owner: 27, note: 603, page }, downMs, upMs: downMs + DOT_MS * (DOTS + 1), dots };
}
