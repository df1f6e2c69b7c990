import type { EventEmitter } from "node:events";

/**
 * What we use of @abandonware/noble 1.9.2-26 on Linux (the version is pinned: some of it is not in its documentation).
 * The package is imported where it is used, as it is of no use, and may be absent, on a machine without Bluetooth.
 */
export interface Noble extends EventEmitter {
  /** Reading it the first time opens the adapter, and throws when that cannot be done. */
  readonly state: string;
  readonly address: string;
  startScanning(services: readonly string[], allowDuplicates: boolean, done: (error: Error | null) => void): void;
  stopScanning(done: () => void): void;
  reset(): void;
  readonly _bindings: Bindings;
  readonly _peripherals: Record<string, Peripheral>;
  readonly _services: Record<string, unknown>;
  readonly _characteristics: Record<string, unknown>;
  readonly _descriptors: Record<string, unknown>;
}

export interface Peripheral extends EventEmitter {
  /** Its LE address without the colons. */
  readonly id: string;
  readonly address: string;
  readonly connectable: boolean;
  readonly advertisement: {
    readonly localName?: string;
    readonly manufacturerData?: Buffer;
  };
  readonly rssi: number;
  /** As the pen offered it; null: it was not answered. */
  readonly mtu: number | null;
  state: string;
  connect(parameters: ConnectParameters): void;
  cancelConnect(): void;
  disconnect(): void;
  discoverServices(uuids: readonly string[], done: (error: Error | null, services: readonly Service[]) => void): void;
}

export interface Service {
  readonly uuid: string;
  discoverCharacteristics(
    uuids: readonly string[],
    done: (error: Error | null, characteristics: readonly Characteristic[]) => void,
  ): void;
}

export interface Characteristic extends EventEmitter {
  readonly uuid: string;
  subscribe(done: () => void): void;
}

/** In units of the Bluetooth specification: 1.25 ms, events, 10 ms. */
export interface ConnectParameters {
  readonly minInterval: number;
  readonly maxInterval: number;
  readonly latency: number;
  readonly timeout: number;
}

export interface Bindings extends EventEmitter {
  readonly _hci: Hci;
  readonly _gap: { readonly _discoveries: Record<string, unknown> };
  /** By connection handle and by LE address. */
  readonly _gatts: Record<string, Gatt | undefined>;
  readonly _addresses: Record<string, string>;
  readonly _addresseTypes: Record<string, unknown>;
  readonly _connectable: Record<string, unknown>;
  readonly scannable: Record<string, unknown>;
  onSigIntBinded?: () => void;
}

export interface Hci {
  readonly _aclConnections: Map<number, { pending: number }>;
  _aclQueue: { readonly handle: number }[];
  setScanParameters(interval?: number, window?: number): void;
  flushAcl(): Promise<void>;
}

export interface Gatt {
  readonly _characteristics: Record<string, Record<string, { readonly valueHandle: number }>>;
  writeRequest(handle: number, bytes: Buffer, withoutResponse: boolean): Buffer;
  _queueCommand(request: Buffer, answered: (response: Buffer) => void): void;
}

/** What noble asks for; it takes the pen's answer as it is, but the link has the smaller of the two. */
export const MTU_ASKED = 256;

/** Half of the air while scanning: the links need the other half. Units of 0.625 ms. */
const SCAN_INTERVAL = 96;
const SCAN_WINDOW = 48;
/** Devices that noble may remember: it never forgets one by itself, and phones change their address every quarter of an hour. */
const DEVICES_MAX = 500;

type WithBinding = (options: { readonly deviceId: number }) => Noble;

/** @throws what noble throws where there is no Bluetooth */
export async function openNoble(adapter: number): Promise<Noble> {
  // @ts-expect-error It has no declarations of this file.
  const { default: withBinding }: { default: WithBinding } = await import("@abandonware/noble/with-custom-binding.js");
  const noble = withBinding({ deviceId: adapter });
  tame(noble);
  // Opens the adapter here, where an error can be caught.
  void noble.state;
  return noble;
}

function tame(noble: Noble): void {
  const { _hci: hci } = noble._bindings;
  const setScanParameters = hci.setScanParameters.bind(hci);
  hci.setScanParameters = (interval = SCAN_INTERVAL, window = SCAN_WINDOW) => setScanParameters(interval, window);
  // What is still to be written to a link that has ended would end the process.
  const flushAcl = hci.flushAcl.bind(hci);
  hci.flushAcl = () => {
    hci._aclQueue = hci._aclQueue.filter(({ handle }) => hci._aclConnections.has(handle));
    return flushAcl();
  };
  noble.on("warning", () => {});
}

/** Lets noble forget devices, once it remembers too many. */
export function prune(noble: Noble, isInUse: (id: string) => boolean): void {
  const { _bindings: bindings, _peripherals: peripherals } = noble;
  const ids = Object.keys(peripherals);
  if (ids.length <= DEVICES_MAX) return;
  for (const id of ids) {
    if (isInUse(id)) continue;
    delete bindings._gap._discoveries[(peripherals[id] as Peripheral).address];
    for (const known of [peripherals, noble._services, noble._characteristics, noble._descriptors]) delete known[id];
    for (const known of [bindings._addresses, bindings._addresseTypes, bindings._connectable, bindings.scannable])
      delete known[id];
  }
}
