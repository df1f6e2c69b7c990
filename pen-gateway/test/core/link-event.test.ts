import { expect, test } from "vitest";
import { EventList } from "../../src/core/link-event.ts";

test("[PEN-1] dots that follow each other are one event, and its object is used again after a clear", () => {
  const list = new EventList();
  list.dot(0);
  list.dot(1);
  list.push({ kind: "ready" });
  list.dot(2);
  expect(list.events).toEqual([{ kind: "dots", from: 0, to: 2 }, { kind: "ready" }, { kind: "dots", from: 2, to: 3 }]);
  const first = list.events[0];
  list.clear();
  expect(list.events).toEqual([]);
  list.dot(0);
  expect(list.events).toEqual([{ kind: "dots", from: 0, to: 1 }]);
  expect(list.events[0]).toBe(first);
});
