export { Room } from "./core/room.ts";
export type { RoomRows } from "./core/stroke-placer.ts";
export { Watermark } from "./core/watermark.ts";
export {
  NO_METRICS,
  type ProcessorCounter,
  type ProcessorGauge,
  type ProcessorMetrics,
  type ProcessorStage,
} from "./metrics.ts";
export { readInk } from "./pipeline.ts";
export { PROCESSOR_GROUP, type ProcessorOptions, runProcessor } from "./processor.ts";
