/** Where a pen's bytes go in and out; the same framing in both. BLE-5. */
export interface PenService {
  /** As noble writes them: without dashes. */
  readonly service: string;
  readonly write: string;
  readonly notify: string;
}

/** In the order of preference: a pen that has both says everything twice to one who listens to both. */
export const PEN_SERVICES: readonly PenService[] = [
  {
    service: "4f99f1389d535bfa9e50b147491afe68",
    write: "8bc8cc7d88ca56b0af9a9bf514d0d61a",
    notify: "64cd86b122565aeb9f042caf6c60ae57",
  },
  { service: "19f1", write: "2ba0", notify: "2ba1" },
];
