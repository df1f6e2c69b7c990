import {
  type AssignmentId,
  type Clock,
  decodeInk,
  type EventLog,
  type EventRecord,
  encodeDeadLetter,
  encodeEvent,
  encodeInk,
  type History,
  type HistoryBatch,
  type InkRecord,
  LogError,
  type NewRecord,
  type Offset,
  type OwnedPartition,
  type PartitionHandler,
  type RoomId,
  type SetupState,
  type StoredRecord,
} from "@penlight/proto";
import { HistoryNews } from "./core/history-news.ts";
import { settle } from "./core/lesson-fold.ts";
import type { Room } from "./core/room.ts";
import { Watermark } from "./core/watermark.ts";
import { HistoryQueue } from "./history-queue.ts";
import type { ProcessorMetrics } from "./metrics.ts";
import { readInk } from "./pipeline.ts";
import { Publisher, RETRY_MS_MAX, RETRY_MS_MIN } from "./publisher.ts";
import { RoomHistory } from "./room-history.ts";

/** Records of guests that are appended at once: a pen that is given out late may bring all that it wrote. LOG-8. */
const GUEST_RECORDS_MAX = 1000;
/** A room of which nothing was heard for this long, while others of the partition were, holds no records, ms. LOG-7. */
export const SILENT_ROOM_MS = 60_000;

export interface RoomPartitionOptions {
  /** Up to its end it is a repeat of what may have been told already. */
  readonly owned: OwnedPartition;
  readonly log: EventLog;
  readonly history: History;
  readonly clock: Clock;
  readonly setup: SetupState;
  readonly metrics: ProcessorMetrics;
  /** Default HISTORY_WAITING_ROWS_MAX. */
  readonly waitingRowsMax?: number | undefined;
}

/**
 * The rooms of one partition: decode -> pipeline -> what belongs to other rooms -> events -> history -> low-water offset, in
 * this order (the teacher is waiting). Nothing is kept on disk: open strokes come back by replay, closed ones from history. LOG-7.
 */
export class RoomPartition implements PartitionHandler {
  readonly #options: RoomPartitionOptions;
  readonly #watermark: Watermark;
  readonly #publisher: Publisher;
  readonly #queue: HistoryQueue;
  readonly #past: RoomHistory;
  readonly #rooms = new Map<RoomId, Room>();
  /** Rooms that heard something in this batch. */
  readonly #touched = new Set<Room>();
  readonly #news = new HistoryNews();
  #turn: Promise<unknown> = Promise.resolve();
  #failure: unknown = null;
  #isClosed = false;
  #receivedMs = 0;
  #caughtUp: boolean;

  constructor(options: RoomPartitionOptions) {
    const { log, clock, history, metrics, waitingRowsMax } = options;
    const { startOffset, endOffset, signal } = options.owned;
    this.#options = options;
    this.#watermark = new Watermark(startOffset);
    this.#publisher = new Publisher(log, clock, this.#watermark, metrics, signal);
    const refused = (batch: HistoryBatch, error: unknown) => this.#buryRow(batch, error);
    const watermark = this.#watermark;
    this.#queue = new HistoryQueue({ history, clock, watermark, metrics, signal, refused, waitingRowsMax });
    this.#caughtUp = startOffset >= endOffset;
    const isCaughtUp = () => this.#caughtUp;
    const { setup } = options;
    this.#past = new RoomHistory({ history, clock, setup, watermark, metrics, signal, isCaughtUp });
  }

  onBatch(records: readonly StoredRecord[]): Promise<Offset> {
    return this.#inTurn(() => this.#handle(records));
  }

  /** The setup changed: a teacher does not wait for the next ink. What fails is the error of the next batch. */
  wake(): void {
    if (this.#isClosed || this.#options.owned.signal.aborted) return;
    const setup = this.#options.setup;
    if (![...this.#rooms.values()].some((room) => isBehind(room, setup))) return;
    this.#inTurn(() => this.#handle([])).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** One batch at a time, whoever asks. */
  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #handle(records: readonly StoredRecord[]): Promise<Offset> {
    if (this.#failure !== null) throw this.#failure;
    const { clock, metrics, setup } = this.#options;
    const startMs = clock.nowMs();
    for (const record of records) await this.#read(record);
    for (const room of this.#rooms.values()) if (isBehind(room, setup)) await this.#adopt(room);
    if (!this.#caughtUp && this.#watermark.next >= this.#options.owned.endOffset) this.#catchUp();
    const seen = await this.#past.lookAgain();
    // Also for a board that began to read after everything was told, and heard a former owner since. OWN-2.
    seen?.publishAll();
    if (seen !== null) this.#touched.add(seen);
    await this.#passOn();
    const judgedMs = clock.nowMs();
    metrics.observe("judge", judgedMs - startMs);
    await this.#publish();
    for (const room of this.#touched) this.#queue.take(room.rows);
    this.#touched.clear();
    await this.#tellOfHistory();
    for (const room of this.#rooms.values()) if (room.roomMs + SILENT_ROOM_MS < this.#receivedMs) room.rest();
    await this.#queue.step(() => this.#gauge());
    this.#gauge();
    return this.#watermark.lowWater();
  }

  close(): Promise<Offset> {
    this.#isClosed = true;
    return this.#inTurn(() => this.#finish());
  }

  async #finish(): Promise<Offset> {
    // Where guests were not passed on, what follows from that is not to be told: the next owner does both.
    for (const room of this.#rooms.values()) if (room.guests.records.length === 0) this.#queue.take(room.rows);
    await this.#publisher.settled();
    await this.#queue.drain();
    this.#options.metrics.position(this.#options.owned.partition, null);
    return this.#watermark.lowWater();
  }

  async #read(stored: StoredRecord): Promise<void> {
    this.#watermark.read(stored.offset, stored.timestampMs);
    const record = decodeInk(stored.value);
    if (record === null) return this.#bury(stored, "undecodable");
    const id = stored.key as RoomId;
    const room = this.#rooms.get(id) ?? (await this.#past.takeOver(id, record.receivedMs));
    this.#rooms.set(id, room);
    if (isBehind(room, this.#options.setup)) await this.#adopt(room);
    if (record.body.kind === "dots") await this.#needLesson(room, record);
    const fault = readInk(room, record);
    if (fault !== null) await this.#bury(stored, fault);
    this.#touched.add(room);
    this.#receivedMs = record.receivedMs;
  }

  async #adopt(room: Room): Promise<void> {
    const adopted = room.adopt(this.#options.setup);
    this.#touched.add(room);
    if (adopted === null) return;
    await this.#past.fold(room, adopted.fresh, () => {
      if (adopted.isPlacedAnew) room.placeAll();
    });
    // Cells of keys and words alone are judged by then, what is to be read again (ANS-96) is not. During a replay strokes are still to come.
    if (!this.#caughtUp) return;
    for (const lesson of room.lessons.values()) if (adopted.isPlacedAnew || lesson.sheet.assignment.reread) settle(lesson);
  }

  /** Ink of an assignment that is over and was not read from history yet. */
  async #needLesson(room: Room, record: InkRecord): Promise<void> {
    if (record.body.kind !== "dots") return;
    const sheet = room.missingFor(record.body.batch);
    if (sheet !== null) await this.#past.fold(room, [room.addLesson(sheet)]);
  }

  /** What was there when we began is read: from here on the board is told, once everything and then what changes. */
  #catchUp(): void {
    this.#caughtUp = true;
    for (const room of this.#rooms.values()) {
      for (const lesson of room.lessons.values()) settle(lesson);
      room.publishAll();
      this.#touched.add(room);
    }
  }

  /** What belongs to another room is there for good before history hears that it is not here. ANS-14, LOG-7. */
  async #passOn(): Promise<void> {
    for (const { guests } of this.#touched) {
      while (guests.records.length > 0) {
        const records = guests.records.slice(0, GUEST_RECORDS_MAX);
        // The present time: under their own, retention would take old ones before anybody has read them.
        const timestampMs = Math.floor(this.#options.clock.nowMs());
        await this.#append(
          "ink",
          records.map(({ room, record }) => ({ key: room, value: encodeInk(record), timestampMs })),
        );
        guests.records.splice(0, records.length);
        this.#options.metrics.count("guest-records", records.length, "passed-on");
      }
    }
  }

  async #publish(): Promise<void> {
    if (!this.#caughtUp) return;
    const { clock, metrics, owned } = this.#options;
    const { generation } = owned;
    // The offset that caused it: replays give the same revisions. EVT-9.
    const revision = Number(this.#watermark.next - 1n);
    const records: NewRecord[] = [];
    for (const room of this.#touched) {
      for (const event of room.flush({ generation, revision })) {
        records.push({ key: room.id, value: encodeEvent(event), timestampMs: event.atMs });
      }
    }
    if (records.length === 0) return;
    const startMs = clock.nowMs();
    await this.#publisher.publish(records);
    const nowMs = clock.nowMs();
    metrics.observe("publish", nowMs - startMs);
    metrics.observe("receive-to-publish", nowMs - this.#receivedMs);
  }

  /** Before the queue is asked to make room, for which it may wait. EVT-19. */
  async #tellOfHistory(): Promise<void> {
    const { clock, owned } = this.#options;
    const nowMs = clock.nowMs();
    const waiting = { ageMs: this.#queue.waitingMs(nowMs), rows: this.#queue.waitingRows };
    const delay = this.#caughtUp ? this.#news.take(waiting, nowMs) : null;
    if (delay === null || this.#rooms.size === 0) return;
    const head = { generation: owned.generation, revision: Number(this.#watermark.next - 1n), assignment: "" as AssignmentId };
    const records = [...this.#rooms.values()].map(({ id, roomMs }): NewRecord => {
      const event: EventRecord = { ...head, atMs: roomMs, body: { kind: "history", delay } };
      return { key: id, value: encodeEvent(event), timestampMs: roomMs };
    });
    await this.#publisher.publish(records);
  }

  /** Bytes nobody can read are kept, with the reason, and the rest goes on. */
  async #bury(stored: StoredRecord, reason: string): Promise<void> {
    const { partition, offset, key, value } = stored;
    const letter = { topic: "ink", partition, offset, key, reason, bytes: value } as const;
    await this.#appendDeadLetter(encodeDeadLetter(letter));
    this.#options.metrics.count("dead-letters", 1, reason);
  }

  async #buryRow(batch: HistoryBatch, error: unknown): Promise<void> {
    const text = JSON.stringify({ detail: String(error), batch }, (_, value) =>
      ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value,
    );
    const bytes = new TextEncoder().encode(text);
    const { partition } = this.#options.owned;
    const from = { topic: "ink", partition, offset: this.#watermark.lowWater(), key: "" } as const;
    await this.#appendDeadLetter(encodeDeadLetter({ ...from, reason: "history.refused", bytes }));
  }

  /** Its time is that of the burial: under the record's own, retention would take a letter about an old record at once. */
  #appendDeadLetter(value: Uint8Array): Promise<void> {
    const timestampMs = Math.floor(this.#options.clock.nowMs());
    return this.#append("dead.letters", [{ key: "ink", value, timestampMs }]);
  }

  /** Until it has succeeded: nothing goes on before. @throws LogError when repeating cannot help. */
  async #append(topic: "ink" | "dead.letters", records: readonly NewRecord[]): Promise<void> {
    const { log, clock, metrics, owned } = this.#options;
    const { signal } = owned;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      try {
        return await log.append(topic, records);
      } catch (error) {
        if (!(error instanceof LogError) || !error.canRetry || signal.aborted) throw error;
        metrics.count("publish-retries", 1, error.code);
        await clock.sleep(waitMs, signal);
      }
    }
  }

  #gauge(): void {
    const { metrics, owned } = this.#options;
    const { partition } = owned;
    let open = 0;
    let unplaced = 0;
    for (const room of this.#rooms.values()) {
      open += room.openStrokes;
      unplaced += room.unplacedStrokes;
    }
    metrics.gauge("open-strokes", partition, open);
    metrics.gauge("unplaced-strokes", partition, unplaced);
    metrics.gauge("history-waiting-rows", partition, this.#queue.waitingRows);
    metrics.gauge("history-age-ms", partition, this.#queue.waitingMs(this.#options.clock.nowMs()));
    const { next, atMs } = this.#watermark;
    metrics.position(partition, { next, readMs: atMs, neededMs: this.#watermark.heldSinceMs() });
  }
}

/** Its setup, or what teachers said, is not the newest. */
function isBehind({ setupRevision, words }: Room, setup: SetupState): boolean {
  return setupRevision !== setup.revision || words.revision !== setup.marksRevision;
}
