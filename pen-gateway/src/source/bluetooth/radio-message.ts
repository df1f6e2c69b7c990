import type { PenId, RadioFaultKind } from "@penlight/proto";

/** Why an adapter cannot be used; what a person can do about it stands in `bluetooth-trouble.ts`. BLE-9. */
export type TroubleCode =
  | "bluetooth.system"
  | "bluetooth.not-installed"
  | "bluetooth.kernel"
  | "bluetooth.permission"
  | "bluetooth.no-adapter"
  | "bluetooth.adapter-gone"
  | "bluetooth.off"
  | "bluetooth.old"
  | "bluetooth.stuck"
  | "bluetooth.failed";

/** From the source to the process of an adapter. */
export type RadioOrder =
  | { readonly do: "connect"; readonly pen: PenId; readonly device: string }
  | { readonly do: "disconnect"; readonly pen: PenId }
  | { readonly do: "write"; readonly id: number; readonly pen: PenId; readonly bytes: Uint8Array }
  | { readonly do: "close" };

/** From the process of an adapter to the source; sent as lists, one a turn. */
export type RadioNews =
  | { readonly on: "up"; readonly address: string }
  /** The last word of a process, before it ends by itself. */
  | { readonly on: "down"; readonly code: TroubleCode; readonly detail: string }
  | { readonly on: "seen"; readonly pen: PenId; readonly device: string; readonly name: string; readonly signalDbm: number }
  | { readonly on: "connected"; readonly pen: PenId; readonly mtu: number }
  | { readonly on: "failed"; readonly pen: PenId; readonly fault: RadioFaultKind; readonly detail: string }
  | { readonly on: "bytes"; readonly pen: PenId; readonly bytes: Uint8Array }
  | { readonly on: "written"; readonly id: number; readonly refusal: string | null }
  /** `fault` null: as ordered. */
  | { readonly on: "lost"; readonly pen: PenId; readonly fault: RadioFaultKind | null };
