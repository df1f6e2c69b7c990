import type { LogErrorCode, PenId } from "@penlight/proto";
import type { PenFaultKind } from "@penlight/proto/pen";

/** What a gateway tells about itself; every method may be left out. Called synchronously: keep them short. */
export interface GatewayMetrics {
  heard?(notifications: number, bytes: number): void;
  dots?(count: number): void;
  fault?(pen: PenId, kind: PenFaultKind, count: number): void;
  outbox?(records: number, bytes: number): void;
  appended?(latencyMs: number, records: number): void;
  appendFailed?(code: LogErrorCode | "unknown"): void;
  writeFailed?(pen: PenId): void;
  /** What is known of a pen could not be kept. */
  noteFailed?(): void;
  /** Everything that was received up to this gateway time is durable. */
  durable?(receivedMs: number): void;
}
