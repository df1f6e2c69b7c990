export { Room } from "./core/room.ts";
export type { RoomRows } from "./core/stroke-placer.ts";
export { Watermark } from "./core/watermark.ts";
export { worthOf } from "./core/worth.ts";
export { HISTORY_WAITING_ROWS_MAX } from "./history-queue.ts";
export {
  NO_METRICS,
  type ProcessorCounter,
  type ProcessorGauge,
  type ProcessorMetrics,
  type ProcessorPosition,
  type ProcessorStage,
} from "./metrics.ts";
export { readInk } from "./pipeline.ts";
export { PROCESSOR_GROUP, type ProcessorOptions, runProcessor } from "./processor.ts";
