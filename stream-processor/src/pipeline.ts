import type { InkRecord } from "@penlight/proto";
import type { Room } from "./core/room.ts";

/**
 * READ ME FIRST: one ink record of a room, through every stage.
 *
 *     dots -> stroke -> place -> answer -> mark -> statistics -> events and rows
 *
 * | stage      | file                                  | what it decides                                              |
 * |------------|---------------------------------------|--------------------------------------------------------------|
 * | stroke     | core/stroke.ts                        | which dots are new; when a stroke is whole         (ANS-1..4) |
 * | place      | core/locate.ts, core/worksheet-map.ts | the box that holds most of its length           (ANS-10..12) |
 * | recognize  | core/recognize/*                      | mark, rest, slip or strike-out                  (ANS-20..36) |
 * | answer     | core/answer.ts, core/cell-record.ts   | what the item's marks say together              (ANS-40..42) |
 * | mark       | core/score.ts                         | what the answer is worth                        (SCORE-1..5) |
 * | state      | core/cell-state.ts                    | the one state of a cell                         (ANS-50..54) |
 * | statistics | core/item-stats.ts, student-tally.ts  | right / judged / class, done, idle              (STAT-1..4)  |
 *
 * Everything here is pure: time comes with the record, and what the room has to say waits in `room.rows` (for history)
 * and for `room.flush` (for the board). `room-partition.ts` does the rest of the world.
 *
 * @returns why the record cannot be read, or null.
 */
export function readInk(room: Room, record: InkRecord): "damaged-dots" | null {
  const { receivedMs, body } = record;
  // Time first: a rest or an assignment that ended before this record ends before it here, too.
  room.advance(receivedMs);
  switch (body.kind) {
    case "dots": {
      const change = room.assemble(body.batch, receivedMs);
      if (change === "damaged") return "damaged-dots";
      if (change === "known") return null;
      room.showWriting(change);
      const { best } = change.trace.stroke;
      if (best.end !== null) room.finish(change);
      return null;
    }
    case "tick":
      room.notePens(body.pens, receivedMs, true);
      return null;
    case "pen-state":
      room.notePens([body.state], receivedMs, false);
      return null;
    case "gap":
      room.noteGap(body.pen, body.lostEvents, body.reason, receivedMs);
      return null;
  }
}
