import { HeardPen } from "@penlight/pen-gateway";
import { decodeInk, encodeInk, type PenId, type Worksheet } from "@penlight/proto";
import { encodePenFrame } from "@penlight/proto/pen";
import { NO_METRICS, Room, readInk, Watermark } from "@penlight/stream-processor";
import { type ClassBytes, type HeardBytes, heard, penAt, ROOM, START_MS, setupOf } from "./class-bytes.ts";

/** Who each pen says that it is, before there is ink. PEN-2. */
const VERSION = {
  kind: "version",
  device: "NWP-F50",
  firmware: "1.0",
  protocol: "2.20",
  subName: "",
  deviceType: 1,
} as const;

/** A room and its gateway; time goes on from one `work` to the next. */
export class RoomRig {
  readonly room: Room;
  readonly #watermark = new Watermark(0n);
  readonly #pens = new Map<PenId, HeardPen>();
  #offset = 0n;
  #nowMs = START_MS;
  events = 0;
  strokes = 0;
  answers = 0;

  constructor(sheet: Worksheet, pens: number) {
    const setup = setupOf(sheet, pens);
    this.room = new Room(ROOM, setup, this.#watermark, NO_METRICS);
    for (const each of this.room.setup.sheets) this.room.addLesson(each);
    const ignore = () => {};
    for (let i = 0; i < pens; i++) {
      const pen = penAt(i);
      const record = (ink: Parameters<typeof encodeInk>[0]) => this.#read(encodeInk(ink), ink.receivedMs);
      const rest = {
        dots: ignore,
        fault: ignore,
        memory: ignore,
        damaged: ignore,
        clock: ignore,
        imitated: ignore,
        password: ignore,
      };
      const heardPen = new HeardPen(pen, { record, ...rest });
      heardPen.hear({ kind: "bytes", pen, receivedMs: START_MS, bytes: encodePenFrame({ ...VERSION, mac: pen }) });
      // Before its ink: a state that comes in the middle of a stroke, and is not "connected", ends it. ANS-4.
      heardPen.flush();
      this.#pens.set(pen, heardPen);
    }
    this.#drain();
  }

  /** bytes -> PenLink -> batches -> record bytes -> strokes -> answers -> statistics -> events and rows. */
  work(input: ClassBytes): void {
    this.hear((startMs) => heard(input, startMs));
  }

  /** The same of notifications as they come; those of one receive time are one turn. */
  hear(from: (startMs: number) => Iterable<HeardBytes>): void {
    const startMs = this.#nowMs;
    let turnMs = startMs;
    for (const chunk of from(startMs)) {
      if (chunk.receivedMs !== turnMs) {
        this.#drain();
        turnMs = chunk.receivedMs;
      }
      const pen = this.#pens.get(chunk.pen) as HeardPen;
      pen.hear(chunk);
      pen.flush();
      this.#nowMs = chunk.receivedMs;
    }
    this.#drain();
    this.#nowMs += 1000;
  }

  #read(bytes: Uint8Array, receivedMs: number): void {
    const record = decodeInk(bytes);
    if (record === null) throw new Error(`undecodable record at ${receivedMs}`);
    this.#watermark.read(this.#offset++, 0);
    readInk(this.room, record);
  }

  #drain(): void {
    this.events += this.room.flush({ generation: 0, revision: Number(this.#offset) }).length;
    const { strokes, answers, marks } = this.room.rows;
    for (const { hold } of strokes) this.#watermark.release(hold);
    this.strokes += strokes.length;
    this.answers += answers.length;
    strokes.length = 0;
    answers.length = 0;
    marks.length = 0;
  }

  get result() {
    const states = [...this.room.lessons.values()].flatMap((lesson) =>
      [...lesson.cells].flatMap((cells) => cells.map((cell) => cell.judged)),
    );
    return { strokes: this.strokes, answers: this.answers, states };
  }
}
