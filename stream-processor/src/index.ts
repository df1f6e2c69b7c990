export { NO_METRICS, type ProcessorCounter, type ProcessorGauge, type ProcessorMetrics, type ProcessorStage } from "./core/metrics.ts";
export { Room, type RoomRows } from "./core/room.ts";
export { Watermark } from "./core/watermark.ts";
export { readInk } from "./pipeline.ts";
export { PROCESSOR_GROUP, type ProcessorOptions, runProcessor } from "./processor.ts";
