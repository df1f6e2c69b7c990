export { type LiveOptions, runLive } from "./board-feed.ts";
export { ACCESS_TOKEN_LENGTH_MIN, isLoopback } from "./core/access.ts";
export type { WorthOf } from "./core/key-correction.ts";
export { type DashboardAddress, type DashboardOptions, runDashboard } from "./dashboard.ts";
export { healthRoutes, type PartState, type Readiness } from "./http/health-routes.ts";
export { LiveBoards } from "./live-boards.ts";
export { LIVE_COUNTS, LIVE_STAGES, type LiveCount, type LiveObserver, type LiveStage } from "./live-observer.ts";
export { DASHBOARD_METRICS, type MetricSpec } from "./metric-spec.ts";
export {
  DASHBOARD_ERROR_CODES,
  DashboardError,
  type DashboardErrorCode,
  type Listening,
  type ListenOptions,
  type OpenTransport,
  type UpgradeGate,
} from "./transport/listening.ts";
export {
  type LiveTransport,
  SOCKET_CLOSE_BYTES,
  SOCKET_FULL_BYTES,
  type ViewerEvents,
  type ViewerId,
} from "./transport/live-transport.ts";
export { openUwsTransport } from "./transport/uws-transport.ts";
export { openWsTransport } from "./transport/ws-transport.ts";
