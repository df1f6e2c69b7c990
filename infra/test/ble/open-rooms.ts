import { expect } from "vitest";
import { missingForPython } from "../python.ts";
import type { Pupil } from "./pupil.ts";
import { joined, looks, paperLooks, Room, type RoomOptions } from "./room.ts";

/** What keeps the suite from running here; null: nothing. */
export const missing = missingForPython();
export const suiteName = (name: string) => `${name}${missing === null ? "" : ` (${missing})`}`;

const rooms: Room[] = [];

/** A room that `closeRooms` closes. */
export async function openRoom(options: RoomOptions): Promise<Room> {
  const room = await Room.open(options);
  rooms.push(room);
  return room;
}

export async function closeRooms(): Promise<void> {
  for (const room of rooms.splice(0)) await room[Symbol.asyncDispose]();
}

/** Every notification of every link, in order, once; and every dot on paper is in topic `ink`, in order, once. */
export function expectComplete(room: Room, pupils: readonly Pupil[]): void {
  for (const pupil of pupils) {
    const { pen } = pupil.pen;
    expect(room.heardOf(pen).map(joined)).toEqual(pupil.links.map(({ notifications }) => joined(notifications)));
    expect(room.looksOf(pen)).toEqual(paperLooks(pupil));
    expect(pupil.paper.length).toBeGreaterThan(0);
  }
}

/** Every stroke on paper is whole in topic `ink`: as it was heard, or out of the pen's memory. */
export function expectEveryStroke(room: Room, pupil: Pupil): void {
  const { pen } = pupil.pen;
  const [live, memory] = [room.looksOf(pen), room.looksOf(pen, "memory")].map((all) => ` ${all.join(" ")} `) as [
    string,
    string,
  ];
  const missing = pupil.paper.filter(({ dots }) => {
    const stroke = ` ${looks(pen, dots).join(" ")} `;
    return !live.includes(stroke) && !memory.includes(stroke);
  });
  expect(missing).toEqual([]);
}
