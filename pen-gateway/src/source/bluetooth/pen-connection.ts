import { type Characteristic, type Gatt, MTU_ASKED, type Noble, type Peripheral, type Service } from "./noble.ts";
import { chooseService, type PenService } from "./pen-gatt.ts";

/** Opcodes of the attribute protocol. */
const WRITE_RESPONSE = 0x13;
const ATT_HEADER_BYTES = 3;
const MTU_MIN = 23;
const MTU_MAX = 517;

/** Why a device that was connected is no pen to listen to. */
export class SetupFailure extends Error {
  readonly fault: "no-service" | "old-protocol" | "connect-failed";
  constructor(fault: SetupFailure["fault"], detail: string) {
    super(detail);
    this.name = "SetupFailure";
    this.fault = fault;
  }
}

/** A device that is connected and notifies: bytes both ways. BLE-5, BLE-6. */
export class PenConnection {
  readonly mtu: number;
  readonly #gatt: Gatt;
  readonly #handle: number;

  private constructor(mtu: number, gatt: Gatt, handle: number) {
    this.mtu = mtu;
    this.#gatt = gatt;
    this.#handle = handle;
  }

  /**
   * Finds the pen's service and listens. `hear` gets every notification, in order, from the first on. Never settles when
   * the device stops answering: the caller has a timer. @throws SetupFailure
   */
  static async open(noble: Noble, peripheral: Peripheral, hear: (bytes: Uint8Array) => void): Promise<PenConnection> {
    const services = await discoverServices(peripheral);
    const kind = chooseService(services.map(({ uuid }) => uuid));
    if (kind === "old") throw new SetupFailure("old-protocol", "it speaks protocol 1.x");
    const service = services.find(({ uuid }) => uuid === kind?.service);
    if (kind === null || service === undefined) throw new SetupFailure("no-service", "it has no pen's service");
    const characteristics = await discoverCharacteristics(service, kind);
    const notify = characteristics.find(({ uuid }) => uuid === kind.notify);
    const gatt = noble._bindings._gatts[peripheral.id];
    const handle = gatt?._characteristics[kind.service]?.[kind.write]?.valueHandle;
    if (notify === undefined || gatt === undefined || handle === undefined)
      throw new SetupFailure("no-service", "its pen's service is not complete");
    notify.removeAllListeners();
    notify.on("data", (bytes: Buffer) => hear(bytes));
    await new Promise<void>((done) => notify.subscribe(done));
    // noble asks for the MTU before anything else, so it is known by now.
    const mtu = Math.min(MTU_ASKED, Math.max(MTU_MIN, Math.min(MTU_MAX, peripheral.mtu ?? MTU_MIN)));
    return new PenConnection(mtu, gatt, handle);
  }

  /**
   * Resolves to null, or to why the pen refused; never when it does not answer. Not by noble's own `write`, which says
   * nothing of a refusal, and makes a prepared write, which a pen need not understand, of what is too long.
   */
  write(bytes: Uint8Array): Promise<string | null> {
    if (bytes.length > this.mtu - ATT_HEADER_BYTES) return Promise.resolve(`${bytes.length} bytes do not fit MTU ${this.mtu}`);
    const request = this.#gatt.writeRequest(this.#handle, Buffer.from(bytes), false);
    return new Promise((done) => {
      this.#gatt._queueCommand(request, (response) => {
        done(response[0] === WRITE_RESPONSE ? null : `refused with error ${response[4] ?? "unknown"}`);
      });
    });
  }
}

function discoverServices(peripheral: Peripheral): Promise<readonly Service[]> {
  return new Promise((done, fail) => {
    peripheral.discoverServices([], (error, services) => {
      if (error === null) done(services);
      else fail(new SetupFailure("connect-failed", error.message));
    });
  });
}

function discoverCharacteristics(service: Service, kind: PenService): Promise<readonly Characteristic[]> {
  return new Promise((done, fail) => {
    service.discoverCharacteristics([kind.write, kind.notify], (error, characteristics) => {
      if (error === null) done(characteristics);
      else fail(new SetupFailure("connect-failed", error.message));
    });
  });
}
