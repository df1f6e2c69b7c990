/** Where a pen's bytes go in and out; the same framing in both. BLE-5. */
export interface PenService {
  /** As noble writes them: without dashes. */
  readonly service: string;
  readonly write: string;
  readonly notify: string;
}

/** In the order of preference: a pen that has both says everything twice to one who listens to both. */
const PEN_SERVICES: readonly PenService[] = [
  {
    service: "4f99f1389d535bfa9e50b147491afe68",
    write: "8bc8cc7d88ca56b0af9a9bf514d0d61a",
    notify: "64cd86b122565aeb9f042caf6c60ae57",
  },
  { service: "19f1", write: "2ba0", notify: "2ba1" },
];

/** Of the first N2 (F110, firmware 1.x): its packets have no frames, and nobody here reads them. */
const OLD_SERVICE = "18f1";

/** Which of a device's services is to be listened to; "old": it is a pen that is not spoken with; null: it is no pen. BLE-5. */
export function chooseService(uuids: readonly string[]): PenService | "old" | null {
  const chosen = PEN_SERVICES.find(({ service }) => uuids.includes(service));
  return chosen ?? (uuids.includes(OLD_SERVICE) ? "old" : null);
}
