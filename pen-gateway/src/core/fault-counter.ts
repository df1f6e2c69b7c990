import { noPenFaults, type PenFaultCounts, type PenFaultKind } from "@penlight/proto/pen";
import type { EventList } from "./link-event.ts";

/** Counts faults of one pen and says each as an event. PEN-8. */
export class FaultCounter {
  readonly #counts = noPenFaults();
  readonly #events: EventList;

  constructor(events: EventList) {
    this.#events = events;
  }

  get counts(): PenFaultCounts {
    return this.#counts;
  }

  add(kind: PenFaultKind, command: number | null = null, count = 1): void {
    this.#counts[kind] += count;
    this.#events.push({ kind: "fault", fault: { kind, count, command } });
  }
}
