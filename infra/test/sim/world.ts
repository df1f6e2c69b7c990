import { runLive } from "@penlight/classroom-dashboard";
import { OUTBOX_BYTES_MAX, type PenClockNote, type PenNotes, runGateway } from "@penlight/pen-gateway";
import { createLesson } from "@penlight/pen-gateway/simulator";
import { type EventLog, type History, type PenId, pageKeyOf, Random, type RoomId } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { runProcessor } from "@penlight/stream-processor";
import { openOutboxLog } from "../../src/event-log/outbox-log.ts";
import { canLoseInk, drawFaults, type Faults } from "./faults.ts";
import type { Incarnation } from "./fence.ts";
import { InkLedger } from "./ink-ledger.ts";
import { drawLessonSetup, type LessonSetup } from "./lesson.ts";
import { inkOfLog, inkOfRecords } from "./log-ink.ts";
import { Radio } from "./radio.ts";
import { Seat } from "./seat.ts";
import { Service } from "./service.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { SimulatedHistory } from "./simulated-history.ts";
import { SESSION_MS, SimulatedLog } from "./simulated-log.ts";
import { SimulatedSockets } from "./simulated-sockets.ts";
import { Trace } from "./trace.ts";
import { Viewer, type Watched } from "./viewer.ts";

/** 2026-03-02 08:00 UTC: pens think a time before 1970 invalid. */
const LESSON_START_MS = Date.UTC(2026, 2, 2, 8);
const SETTING_UP_MS = 3000;
/** A note of nobody's worksheet. */
const OTHER_PAGE = { section: 3, owner: 27, note: 999 };
/** A member of a group asks this often whether it still is one, ms. */
const HEARTBEAT_MS = 3000;

/** Parts that a planted bug replaces. Nothing in the product knows of them. */
export interface Plant {
  readonly log?: (log: EventLog, life: Incarnation) => EventLog;
  readonly history?: (history: History, life: Incarnation) => History;
  readonly viewer?: (watched: Watched | null) => Viewer;
  readonly pens?: (notes: PenNotes) => PenNotes;
}

export interface WorldOptions {
  readonly seed: number;
  readonly faults?: Faults;
  readonly plant?: Plant;
  readonly print?: (line: string) => void;
  /** Pens begin with so many strokes in memory, and the gateway is killed so often while one hands them over. Default: neither. */
  readonly sync?: { readonly strokes: number; readonly kills: number };
}

function namesOf(service: string, count: number): string[] {
  return count === 1 ? [service] : Array.from({ length: count }, (_, index) => `${service} ${"ab"[index]}`);
}

/** Everything that one seed makes: the world, and the three services that live and die in it. SIM-1. */
export class World {
  readonly seed: number;
  readonly faults: Faults;
  readonly losesInk: boolean;
  readonly clock = new SimulatedClock(LESSON_START_MS - SETTING_UP_MS);
  readonly trace: Trace;
  readonly log: SimulatedLog;
  readonly history: SimulatedHistory;
  readonly disk: SimulatedDisk;
  readonly ledger = new InkLedger();
  readonly setup: LessonSetup;
  readonly radio: Radio;
  readonly seats: readonly Seat[];
  readonly services: readonly Service[];
  /** What went wrong while it ran. */
  readonly failures: string[] = [];
  readonly #random: Random;
  readonly #plant: Plant;
  #syncKillsLeft: number;
  readonly #end = new AbortController();
  /** Of the dashboards that live now. */
  readonly #sockets = new Map<string, SimulatedSockets>();
  /** On the disks of the gateways' machines. */
  readonly #clockNotes = new Map<RoomId, Map<PenId, PenClockNote>>();
  #quiet = false;

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.faults = options.faults ?? drawFaults(options.seed);
    this.losesInk = canLoseInk(this.faults);
    this.#plant = options.plant ?? {};
    this.#syncKillsLeft = options.sync?.kills ?? 0;
    const { clock, faults } = this;
    const random = new Random(`world ${options.seed}`);
    this.#random = random;
    this.trace = new Trace(() => clock.nowMs(), options.print ?? null);
    const shared = { clock, trace: this.trace };
    this.log = new SimulatedLog({ ...shared, faults: faults.log, random: random.fork("log") });
    this.history = new SimulatedHistory({ ...shared, faults: faults.history, random: random.fork("history") });
    this.disk = new SimulatedDisk({ ...shared, random: random.fork("disk") });
    const { guests } = faults;
    this.setup = drawLessonSetup(random.fork("setup"), {
      hasGuests: guests.share > 0,
      opensMs: LESSON_START_MS - SETTING_UP_MS,
      startMs: LESSON_START_MS,
    });
    const { students, worksheet, pens, room, otherRoom } = this.setup;
    const walks = random.fork("guests");
    const isGuest = pens.map(() => walks.chance(guests.share));
    this.radio = new Radio({
      ...shared,
      random: random.fork("radio"),
      faults: faults.link,
      losesInk: this.losesInk,
      ledger: this.ledger,
      otherPage: (drawn) =>
        drawn.chance(0.5) ? drawn.pick(worksheet.pages).address : { ...OTHER_PAGE, page: drawn.integer(1, 9) },
      safeLooks: () => new Set([...inkOfLog(this.log), ...inkOfRecords(this.disk.safeRecords())].flatMap(({ looks }) => looks)),
      startMs: LESSON_START_MS,
      memoryStrokes: options.sync?.strokes ?? null,
      lesson: createLesson({ seed: options.seed, students: students.map((student) => student.id), worksheet }),
      pens: pens.map((pen) => pen.id),
      roomOf: (index) => {
        if (otherRoom === null || isGuest[index] !== true) return room;
        return guests.walk && walks.chance(0.5) ? room : otherRoom;
      },
    });
    this.seats = Array.from({ length: faults.viewers.count }, (_, index) => this.#seat(index, random.fork(`seat ${index}`)));
    const { fleet } = faults;
    this.services = [
      this.#service("gateway", faults.gatewayDiesEveryMs, (life) => this.#runGateway(life, room)),
      ...(otherRoom === null
        ? []
        : [this.#service("other gateway", faults.gatewayDiesEveryMs, (life) => this.#runGateway(life, otherRoom))]),
      ...namesOf("processor", fleet.processors).map((name) =>
        this.#service(name, faults.processorDiesEveryMs, (life) => this.#runProcessor(life), fleet.pausesEveryMs),
      ),
      ...namesOf("dashboard", fleet.dashboards).map((name) =>
        this.#service(name, faults.dashboardDiesEveryMs, (life) => this.#runDashboard(name, life)),
      ),
    ];
  }

  /** Everything begins to run; time does not pass yet. */
  start(): void {
    this.log.put("setup", this.setup.records);
    const { signal } = this.#end;
    for (const service of this.services) service.start();
    void this.radio.run(signal);
    for (const seat of this.seats) void seat.run(signal);
    void this.#disturb(signal);
    void this.#killInSync(signal);
    for (const { atMs, records } of this.setup.later) {
      void this.clock.sleep(atMs - this.clock.nowMs()).then(() => this.log.put("setup", records));
    }
  }

  /** The weather clears up: nothing fails and nobody dies from here on. */
  rest(): void {
    this.#quiet = true;
    this.trace.note("the world rests");
    this.log.quiet = true;
    this.history.quiet = true;
    this.disk.quiet = true;
    this.radio.quiet = true;
    for (const sockets of this.#sockets.values()) sockets.quiet = true;
    for (const service of this.services) service.rest();
    for (const seat of this.seats) seat.quiet = true;
  }

  /** Nothing is on its way any more: not in the air, not in the log, not to history, not to a viewer. */
  get isSettled(): boolean {
    return (
      this.radio.silent &&
      this.services.every((service) => service.life !== null) &&
      this.history.writing === 0 &&
      this.disk.isDelivered &&
      this.log.inkIsRead() &&
      this.isShown
    );
  }

  /** Every viewer has the youngest board that any of those at its dashboard has. */
  get isShown(): boolean {
    const youngest = new Map<SimulatedSockets, number>();
    const shown = this.seats.map(({ viewer, at }) => ({ at, seq: viewer.board?.seq ?? -1 }));
    for (const { at, seq } of shown) if (at !== null) youngest.set(at, Math.max(seq, youngest.get(at) ?? -1));
    return shown.every(({ at, seq }) => at !== null && seq >= 0 && seq === youngest.get(at));
  }

  /** Asks every service to end in good order. */
  async stop(): Promise<void> {
    for (const service of this.services) service.life?.stop();
    await Promise.all(this.services.map((service) => service.stop()));
  }

  /** Ends what the world itself does. */
  end(): void {
    this.#end.abort();
  }

  #seat(index: number, random: Random): Seat {
    const { students, worksheet, room } = this.setup;
    const { viewers } = this.faults;
    const page = random.pick(worksheet.pages).address;
    const watched = random.chance(0.7) ? { student: random.pick(students).id, page: pageKeyOf(page) } : null;
    const isSlow = index > 0 && random.chance(viewers.slow);
    return new Seat({
      viewer: this.#plant.viewer?.(watched) ?? new Viewer(watched),
      room,
      clock: this.clock,
      random,
      habits: {
        bytesPerSecond: isSlow ? random.between(1000, 10_000) : 1e6,
        bufferBytes: isSlow ? random.integer(200, 4000) : 65_536,
        latencyMs: random.between(1, 60),
      },
      vanishEveryMs: viewers.vanishEveryMs,
      sockets: () => {
        const [first = null, ...others] = this.#sockets.values();
        return first === null || others.length === 0 ? first : random.pick([first, ...others]);
      },
    });
  }

  #service(
    name: string,
    diesEveryMs: number,
    run: (life: Incarnation) => Promise<void>,
    pausesEveryMs = Number.POSITIVE_INFINITY,
  ): Service {
    /** Its groups give up on who is dead or stopped for longer than a session. */
    const missed = (life: Incarnation) =>
      void this.clock.sleep(SESSION_MS).then(() => {
        if (!life.alive || life.isPaused) this.log.evict(life);
      });
    return new Service({
      name,
      clock: this.clock,
      trace: this.trace,
      random: this.#random.fork(name),
      diesEveryMs,
      pausesEveryMs,
      pauseMsMax: this.faults.fleet.pauseMsMax,
      run,
      onDeath: (life) => {
        this.radio.detach(life);
        this.#sockets.get(name)?.shutDown();
        this.#sockets.delete(name);
        missed(life);
      },
      onPause: missed,
      onGoingOn: (life) => void this.clock.sleep(this.#random.between(0, HEARTBEAT_MS)).then(() => this.log.readmit(life)),
      failed: (what) => void this.failures.push(what),
    });
  }

  #logOf(life: Incarnation): EventLog {
    const client = this.log.client(life);
    return this.#plant.log?.(client, life) ?? client;
  }

  #historyOf(life: Incarnation): History {
    const client = this.history.client(life);
    return this.#plant.history?.(client, life) ?? client;
  }

  async #runGateway(life: Incarnation, room: RoomId): Promise<void> {
    const { gatewayRecordsMax: recordsMax } = this.faults;
    // One machine has an outbox on its disk.
    const outbox = room === this.setup.room ? this.faults.outbox : null;
    const { signal } = life;
    const clock = life.clock(this.clock);
    const behind = this.#logOf(life);
    const files = this.disk.files(life);
    const stored =
      outbox && (await openOutboxLog({ log: behind, directory: "/outbox", clock, files, limits: outbox, ending: signal }));
    const source = this.radio.source(life, room);
    const memory = { bytesMax: OUTBOX_BYTES_MAX, recordsMax };
    const delivery = () => stored?.delivery() ?? null;
    const notes = this.#notesOf(life, room);
    const pens = this.#plant.pens?.(notes) ?? notes;
    await runGateway({ source, log: stored ?? behind, clock, room, signal, outbox: memory, delivery, pens });
    await stored?.close();
  }

  /** The disk of the gateway's machine: it outlives the gateway, and a note takes its time. */
  #notesOf(life: Incarnation, room: RoomId): PenNotes {
    const random = this.#random.fork("notes");
    const kept = this.#clockNotes.get(room) ?? new Map<PenId, PenClockNote>();
    this.#clockNotes.set(room, kept);
    return {
      passwordOf: (pen) => this.radio.passwordOf(pen),
      settings: () => (this.seed % 2 === 0 ? { beep: false, autoOffMinutes: 30, ledColor: "ff00ff00" } : {}),
      clockOf: (pen) => kept.get(pen) ?? null,
      keepClock: (pen, note) =>
        life.cross("keep a note", async () => {
          await this.clock.sleep(random.between(0, 40));
          kept.set(pen, note);
        }),
      keepPassword: async () => {},
    };
  }

  #runProcessor(life: Incarnation): Promise<void> {
    const { signal } = life;
    return runProcessor({ log: this.#logOf(life), history: this.#historyOf(life), clock: life.clock(this.clock), signal });
  }

  #runDashboard(name: string, life: Incarnation): Promise<void> {
    const sockets = new SimulatedSockets({ clock: this.clock, trace: this.trace, random: this.#random.fork(life.name) });
    sockets.quiet = this.#quiet;
    this.#sockets.set(name, sockets);
    return runLive({
      log: this.#logOf(life),
      history: this.#historyOf(life),
      clock: life.clock(this.clock),
      signal: life.signal,
      transport: (events) => {
        if (life.alive) sockets.attach(events);
        return sockets;
      },
    });
  }

  /** Kills of the gateway in the middle of a transfer that are still to come. */
  get syncKillsLeft(): number {
    return this.#syncKillsLeft;
  }

  /** At any moment of any step of a transfer: the steps of one take a few ms each. */
  async #killInSync(signal: AbortSignal): Promise<void> {
    const random = this.#random.fork("kills in sync");
    const gateway = this.services.find(({ life }) => life?.name.startsWith("gateway") === true);
    while (!signal.aborted && this.#syncKillsLeft > 0 && !this.#quiet) {
      await this.clock.sleep(random.between(1, 120), signal);
      if (gateway?.life == null || !this.radio.isSyncing || this.#quiet) continue;
      this.#syncKillsLeft--;
      gateway.kill("in the middle of a transfer");
    }
  }

  /** Power cuts, rebalances, a history and a log that go away. */
  async #disturb(signal: AbortSignal): Promise<void> {
    const { clock } = this;
    const { powerCutEveryMs, log } = this.faults;
    const random = this.#random.fork("disturbances");
    const next = (everyMs: number) => clock.nowMs() - everyMs * Math.log(1 - random.unit());
    let cutMs = next(powerCutEveryMs);
    let rebalanceMs = next(log.rebalanceEveryMs);
    const { downEveryMs, downMsMax } = this.faults.history;
    let downMs = next(downEveryMs);
    let darkMs = next(log.darkEveryMs);
    const { fullEveryMs, fullMsMax } = this.faults.outbox ?? { fullEveryMs: Number.POSITIVE_INFINITY, fullMsMax: 0 };
    let fullMs = next(fullEveryMs);
    while (!signal.aborted && !this.#quiet) {
      await clock.sleep(50, signal);
      if (this.#quiet) return;
      if (clock.nowMs() >= cutMs) {
        cutMs = next(powerCutEveryMs);
        for (const service of this.services) service.kill("the power is cut");
        const cut = inkOfRecords(this.log.cutPower()).flatMap(({ looks, isPassedOn }) => (isPassedOn ? [] : looks));
        this.ledger.excuse(cut, "the power was cut before it was on disk");
        this.disk.cutPower();
      }
      if (clock.nowMs() >= downMs) {
        const lastsMs = random.between(1000, downMsMax * random.unit());
        downMs = lastsMs + next(downEveryMs);
        this.history.goDown(lastsMs);
      }
      if (clock.nowMs() >= darkMs) {
        const lastsMs = random.between(500, log.darkMsMax * random.unit() ** 2);
        darkMs = lastsMs + next(log.darkEveryMs);
        this.log.goDark(lastsMs);
      }
      if (clock.nowMs() >= fullMs) {
        const lastsMs = random.between(1000, fullMsMax * random.unit());
        fullMs = lastsMs + next(fullEveryMs);
        this.disk.fill(lastsMs);
      }
      if (clock.nowMs() >= rebalanceMs) {
        rebalanceMs = next(log.rebalanceEveryMs);
        this.log.rebalance();
      }
    }
  }
}
