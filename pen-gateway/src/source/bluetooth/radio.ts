import type { PenId, RadioFaultKind } from "@penlight/proto";
import { decodeManufacturerData } from "@penlight/proto/pen";
import { FloodGate } from "./flood-gate.ts";
import { type ConnectParameters, type Noble, type Peripheral, prune } from "./noble.ts";
import { pause, withinMs } from "./patience.ts";
import { PenConnection, SetupFailure } from "./pen-connection.ts";
import type { RadioNews, RadioOrder } from "./radio-message.ts";

/** The controller reports a device once a scan: so often it begins anew. */
const SCAN_RENEWED_MS = 2000;
const SCAN_ANSWER_MS_MAX = 2000;
/** From the order to connect to the link. BLE-4. */
export const CONNECT_MS_MAX = 5000;
/** From the link to the first notification that can come: MTU, discovery, subscription. BLE-4. */
export const SETUP_MS_MAX = 8000;
/** A link that was told to end, or a connect that was cancelled, has ended by then; else the adapter hangs. */
const END_MS_MAX = 2000;
/** A write that is not answered by then: the link is of no use any more. BLE-6. */
export const WRITE_ANSWER_MS_MAX = 5000;

/** Eight links of 30 to 50 ms leave room for scanning; a lost pen is noticed after 4 s. */
const PARAMETERS: ConnectParameters = { minInterval: 24, maxInterval: 40, latency: 0, timeout: 400 };

/** The adapter does not do any more what it is told: its process has to begin anew. */
export class StuckError extends Error {
  override readonly name = "StuckError";
}

interface Link {
  readonly pen: PenId;
  readonly peripheral: Peripheral;
  readonly gate: FloodGate;
  connection: PenConnection | null;
  /** Why the link ends, when it is we who end it. */
  ending: RadioFaultKind | "ordered" | null;
}

export interface RadioOptions {
  readonly noble: Noble;
  readonly tell: (news: RadioNews) => void;
  /** Something that cannot go on: the process ends. */
  readonly fail: (error: unknown) => void;
  readonly notificationsPerSecondMax: number;
}

/** One adapter at work: scans, and connects one pen at a time. Lives in a process of its own. BLE-3 to BLE-7. */
export class Radio {
  readonly #noble: Noble;
  readonly #options: RadioOptions;
  /** By pen. */
  readonly #links = new Map<PenId, Link>();
  readonly #orders: Extract<RadioOrder, { do: "connect" }>[] = [];
  #wake: () => void = () => {};
  #closing = false;

  constructor(options: RadioOptions) {
    this.#noble = options.noble;
    this.#options = options;
    this.#noble.on("discover", (peripheral: Peripheral) => this.#discovered(peripheral));
  }

  /** Scans and connects until `close`. @throws StuckError */
  async run(): Promise<void> {
    while (!this.#closing) {
      await this.#scan();
      await pause(SCAN_RENEWED_MS, (wake) => this.#wakeBy(wake));
      await this.#stopScan();
      const order = this.#orders.shift();
      const isInUse = (id: string) =>
        id === order?.device || [...this.#links.values()].some(({ peripheral }) => peripheral.id === id);
      prune(this.#noble, isInUse);
      if (order !== undefined) await this.#connect(order);
    }
  }

  order(order: RadioOrder): void {
    if (order.do === "connect") {
      this.#orders.push(order);
      this.#wake();
    } else if (order.do === "disconnect") this.#part(order.pen, "ordered");
    else if (order.do === "write") void this.#write(order);
  }

  /** Ends every link in good order. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    for (const pen of [...this.#links.keys()]) this.#part(pen, "ordered");
    await withinMs(END_MS_MAX, async () => {
      while (this.#links.size > 0) await pause(10);
    });
  }

  #wakeBy(wake: () => void): void {
    this.#wake = wake;
    if (this.#orders.length > 0 || this.#closing) wake();
  }

  async #scan(): Promise<void> {
    const started = await withinMs(
      SCAN_ANSWER_MS_MAX,
      () => new Promise<Error | null>((done) => this.#noble.startScanning([], false, (error) => done(error ?? null))),
    );
    if (started === "late" || started instanceof Error) throw new StuckError("it does not begin to scan");
  }

  async #stopScan(): Promise<void> {
    const stopped = await withinMs(SCAN_ANSWER_MS_MAX, () => new Promise<void>((done) => this.#noble.stopScanning(done)));
    if (stopped === "late") throw new StuckError("it does not stop scanning");
  }

  #discovered({ id, advertisement, rssi, connectable }: Peripheral): void {
    const { manufacturerData, localName = "" } = advertisement;
    if (manufacturerData === undefined || !connectable) return;
    const said = decodeManufacturerData(manufacturerData);
    if (said === null) return;
    this.#options.tell({ on: "seen", pen: said.pen, device: id, name: localName, signalDbm: rssi });
  }

  async #connect({ pen, device }: { readonly pen: PenId; readonly device: string }): Promise<void> {
    const peripheral = this.#noble._peripherals[device];
    if (peripheral === undefined || this.#links.has(pen))
      return this.#failed(pen, "connect-failed", "it is not there any more");
    peripheral.removeAllListeners();
    const linked = new Promise<Error | null>((done) => {
      peripheral.once("connect", (error?: Error) => done(error ?? null));
    });
    peripheral.connect(PARAMETERS);
    const error = await withinMs(CONNECT_MS_MAX, () => linked);
    if (error === "late") return this.#cancel(pen, peripheral);
    if (error !== null) return this.#failed(pen, "connect-failed", error.message);
    await this.#setUp(pen, peripheral);
  }

  /** The controller answers a cancelled connect, and until then it can do no other. */
  async #cancel(pen: PenId, peripheral: Peripheral): Promise<void> {
    peripheral.removeAllListeners();
    // The first call is noble's own, made by `cancelConnect` itself.
    let isOwn = true;
    const answered = new Promise<Error | null>((done) => {
      peripheral.on("connect", (error?: Error) => {
        if (!isOwn) done(error ?? null);
      });
    });
    peripheral.cancelConnect();
    isOwn = false;
    const answer = await withinMs(END_MS_MAX, () => answered);
    if (answer === "late") throw new StuckError("it does not let go of a connect");
    // It answered just now.
    if (answer === null) await this.#end(peripheral);
    this.#failed(pen, "connect-timeout", "it did not answer");
  }

  async #setUp(pen: PenId, peripheral: Peripheral): Promise<void> {
    const gate = new FloodGate(this.#options.notificationsPerSecondMax);
    const link: Link = { pen, peripheral, gate, connection: null, ending: null };
    this.#links.set(pen, link);
    const ended = new Promise<"ended">((done) => {
      peripheral.once("disconnect", () => {
        done("ended");
        this.#ended(link);
      });
    });
    // A pen may speak before we know that it is subscribed.
    const early: Uint8Array[] = [];
    const opening = PenConnection.open(this.#noble, peripheral, (bytes) => {
      if (link.connection === null) early.push(bytes);
      else this.#hear(link, bytes);
    });
    const opened = await withinMs(SETUP_MS_MAX, () => Promise.race([opening, ended]).catch((error: unknown) => error));
    if (opened instanceof PenConnection) {
      link.connection = opened;
      this.#options.tell({ on: "connected", pen, mtu: opened.mtu });
      for (const bytes of early) this.#hear(link, bytes);
      return;
    }
    this.#links.delete(pen);
    if (opened !== "ended") await this.#end(peripheral);
    if (opened instanceof SetupFailure) this.#failed(pen, opened.fault, opened.message);
    else if (opened === "ended") this.#failed(pen, "connect-failed", "it ended the link");
    else if (opened === "late") this.#failed(pen, "connect-timeout", "it does not say what it is");
    else throw opened;
  }

  #hear(link: Link, bytes: Uint8Array): void {
    if (link.ending !== null) return;
    if (link.gate.pass(performance.now())) this.#options.tell({ on: "bytes", pen: link.pen, bytes });
    else this.#part(link.pen, "flood");
  }

  async #write({ id, pen, bytes }: Extract<RadioOrder, { do: "write" }>): Promise<void> {
    const connection = this.#links.get(pen)?.connection;
    if (connection === null || connection === undefined)
      return this.#options.tell({ on: "written", id, refusal: "the pen is not connected" });
    const refusal = await withinMs(WRITE_ANSWER_MS_MAX, () => connection.write(bytes));
    if (refusal !== "late") return this.#options.tell({ on: "written", id, refusal });
    // By Bluetooth's rules nothing may be asked any more on this link.
    this.#options.tell({ on: "written", id, refusal: "it was not answered" });
    this.#part(pen, "write-failed");
  }

  #part(pen: PenId, ending: NonNullable<Link["ending"]>): void {
    const link = this.#links.get(pen);
    if (link === undefined || link.ending !== null) return;
    link.ending = ending;
    this.#end(link.peripheral).catch((error: unknown) => this.#options.fail(error));
  }

  async #end(peripheral: Peripheral): Promise<void> {
    if (peripheral.state !== "connected") return;
    const ended = new Promise<void>((done) => peripheral.once("disconnect", () => done()));
    peripheral.disconnect();
    if ((await withinMs(END_MS_MAX, () => ended)) === "late") throw new StuckError("it does not end a link");
  }

  #ended(link: Link): void {
    if (this.#links.get(link.pen) !== link) return;
    this.#links.delete(link.pen);
    if (link.connection === null) return;
    const fault = link.ending === "ordered" ? null : (link.ending ?? "link-lost");
    this.#options.tell({ on: "lost", pen: link.pen, fault });
  }

  #failed(pen: PenId, fault: RadioFaultKind, detail: string): void {
    this.#options.tell({ on: "failed", pen, fault, detail });
  }
}
