import { OUTBOX_RECORDS_MAX } from "@penlight/pen-gateway";
import { Random } from "@penlight/proto";

/** More than a simulated lesson has. */
const ROOMY_BYTES = 2 ** 20;

/** An outbox that is small, and a disk that is full now and then. */
export interface OutboxFaults {
  readonly segmentBytes: number;
  readonly bytesMax: number;
  readonly handoverRecords: number;
  /** Mean time between two moments at which the disk is full for a while. */
  readonly fullEveryMs: number;
  readonly fullMsMax: number;
}

/** How bad the world is in one seed. Rates are per event unless the name says otherwise; times in ms. SIM-4. */
export interface Faults {
  readonly link: {
    readonly lost: number;
    readonly cut: number;
    readonly doubled: number;
    readonly delayed: number;
    /** Mean time between two drops of a pen's link; Infinity: never. */
    readonly dropEveryMs: number;
  };
  readonly log: {
    readonly latencyMs: number;
    readonly fails: number;
    /** The records are in the log, the caller is told that they are not. */
    readonly failsAfterTheEffect: number;
    readonly stalls: number;
    /** Mean time between two moments at which a consumer's partitions are taken away and given back. */
    readonly rebalanceEveryMs: number;
    /** A commit of an offset that is lost. */
    readonly commitLost: number;
    /** Mean time between two moments at which nobody reaches it for a while. */
    readonly darkEveryMs: number;
    readonly darkMsMax: number;
  };
  readonly history: {
    readonly latencyMs: number;
    readonly fails: number;
    readonly failsAfterTheEffect: number;
    readonly slow: number;
    /** Mean time between two moments at which it goes away for a while. */
    readonly downEveryMs: number;
    readonly downMsMax: number;
  };
  /** Mean time between two deaths of a service; Infinity: never. */
  readonly gatewayDiesEveryMs: number;
  readonly processorDiesEveryMs: number;
  readonly dashboardDiesEveryMs: number;
  /** Records that a gateway keeps in memory while the log does not take them: with few it often stops reading its pens. EVT-13. */
  readonly gatewayRecordsMax: number;
  /** The gateway's disk outbox; null: it has none, and its memory fills while the log does not answer. */
  readonly outbox: OutboxFaults | null;
  /** How many there are of a service that shares its work with others, and how often a processor stops for a while. */
  readonly fleet: {
    readonly processors: number;
    readonly dashboards: number;
    /** Mean time between two stops of a processor. */
    readonly pausesEveryMs: number;
    readonly pauseMsMax: number;
  };
  /** Pupils whose pens another room's gateway hears. REG-8, ANS-14. */
  readonly guests: {
    /** Part of the pens. */
    readonly share: number;
    /** They come and go: each link is to the one gateway or to the other. */
    readonly walk: boolean;
  };
  /** Everything dies at once, and what the log had not synced is gone. */
  readonly powerCutEveryMs: number;
  readonly viewers: {
    readonly count: number;
    /** Part of the viewers that read slowly. */
    readonly slow: number;
    readonly vanishEveryMs: number;
  };
}

export const CALM: Faults = {
  link: { lost: 0, cut: 0, doubled: 0, delayed: 0, dropEveryMs: Number.POSITIVE_INFINITY },
  log: {
    latencyMs: 2,
    fails: 0,
    failsAfterTheEffect: 0,
    stalls: 0,
    rebalanceEveryMs: Number.POSITIVE_INFINITY,
    commitLost: 0,
    darkEveryMs: Number.POSITIVE_INFINITY,
    darkMsMax: 0,
  },
  history: { latencyMs: 3, fails: 0, failsAfterTheEffect: 0, slow: 0, downEveryMs: Number.POSITIVE_INFINITY, downMsMax: 0 },
  fleet: { processors: 1, dashboards: 1, pausesEveryMs: Number.POSITIVE_INFINITY, pauseMsMax: 0 },
  gatewayRecordsMax: OUTBOX_RECORDS_MAX,
  outbox: null,
  guests: { share: 0, walk: false },
  gatewayDiesEveryMs: Number.POSITIVE_INFINITY,
  processorDiesEveryMs: Number.POSITIVE_INFINITY,
  dashboardDiesEveryMs: Number.POSITIVE_INFINITY,
  powerCutEveryMs: Number.POSITIVE_INFINITY,
  viewers: { count: 2, slow: 0, vanishEveryMs: Number.POSITIVE_INFINITY },
};

/** One seed in ten is calm; in the others each kind of fault is there with one chance in two, and as bad as the seed says. */
export function drawFaults(seed: number): Faults {
  const random = new Random(`faults ${seed}`);
  if (random.chance(0.1)) return CALM;
  const bad = (worst: number) => (random.chance(0.5) ? worst * random.unit() ** 2 : 0);
  const every = (shortestMs: number) => (random.chance(0.5) ? shortestMs * (1 + 6 * random.unit()) : Number.POSITIVE_INFINITY);
  const inkCanBeLost = random.chance(0.6);
  const loss = (worst: number) => (inkCanBeLost ? bad(worst) : 0);
  const { fleet, down, dark } = drawFleet(new Random(`fleet ${seed}`));
  const link = {
    lost: loss(0.05),
    cut: loss(0.03),
    doubled: loss(0.02),
    delayed: bad(0.1),
    dropEveryMs: every(4_000),
  };
  // A piece of a stroke is not known as one where the outbox gave up a part of the whole. OUT-4.
  const maySkip = inkCanBeLost && link.lost === 0 && link.cut === 0;
  return {
    link,
    log: {
      latencyMs: random.between(0.2, 20),
      fails: bad(0.1),
      failsAfterTheEffect: bad(0.1),
      stalls: bad(0.01),
      rebalanceEveryMs: every(4_000),
      commitLost: bad(0.5),
      ...dark,
    },
    history: {
      latencyMs: random.between(0.5, 50),
      fails: bad(0.3),
      failsAfterTheEffect: bad(0.3),
      slow: bad(0.2),
      ...down,
    },
    fleet,
    gatewayRecordsMax: drawRecordsMax(new Random(`outbox ${seed}`)),
    outbox: drawOutbox(new Random(`disk outbox ${seed}`), maySkip),
    guests: drawGuests(new Random(`guests ${seed}`)),
    gatewayDiesEveryMs: inkCanBeLost ? every(6_000) : Number.POSITIVE_INFINITY,
    processorDiesEveryMs: every(2_500),
    dashboardDiesEveryMs: every(3_000),
    powerCutEveryMs: inkCanBeLost ? every(15_000) : Number.POSITIVE_INFINITY,
    viewers: {
      count: random.integer(2, 4),
      slow: random.chance(0.5) ? random.unit() : 0,
      vanishEveryMs: every(3_000),
    },
  };
}

/** Drawn apart, too: a full outbox in one seed of two. */
function drawRecordsMax(random: Random): number {
  return random.chance(0.5) ? random.integer(1, 16) : OUTBOX_RECORDS_MAX;
}

/** Drawn apart as well: in one seed of three; where it may skip ink, most are so small that they do. OUT-4. */
function drawOutbox(random: Random, maySkip: boolean): OutboxFaults | null {
  if (random.chance(2 / 3)) return null;
  const segmentBytes = random.integer(300, 3000);
  const isTight = maySkip && random.chance(0.7);
  return {
    segmentBytes,
    bytesMax: isTight ? 4 * segmentBytes : ROOMY_BYTES,
    handoverRecords: random.integer(1, 40),
    fullEveryMs: random.chance(0.5) ? 10_000 * (1 + 6 * random.unit()) : Number.POSITIVE_INFINITY,
    fullMsMax: 20_000,
  };
}

/** Drawn apart: in one seed of three. */
function drawGuests(random: Random): Faults["guests"] {
  return random.chance(1 / 3) ? { share: random.between(0.3, 1), walk: random.chance(0.5) } : CALM.guests;
}

/** Drawn apart from the rest, so that the weather of older seeds stays what it was. */
function drawFleet(random: Random) {
  const every = (shortestMs: number) => (random.chance(0.5) ? shortestMs * (1 + 6 * random.unit()) : Number.POSITIVE_INFINITY);
  return {
    fleet: {
      processors: random.chance(0.6) ? 2 : 1,
      dashboards: random.chance(0.5) ? 2 : 1,
      pausesEveryMs: every(4_000),
      pauseMsMax: 60_000,
    },
    down: { downEveryMs: every(15_000), downMsMax: 120_000 },
    dark: { darkEveryMs: every(20_000), darkMsMax: 60_000 },
  };
}

/** Whether ink can be gone in this weather before any gateway has it in the log; where it cannot, the board equals the truth. SIM-7. */
export function canLoseInk(faults: Faults): boolean {
  const { link } = faults;
  const deadly = Number.isFinite(faults.gatewayDiesEveryMs) || Number.isFinite(faults.powerCutEveryMs);
  const gaveUp = faults.outbox !== null && faults.outbox.bytesMax < ROOMY_BYTES;
  return deadly || gaveUp || link.lost > 0 || link.cut > 0 || link.doubled > 0;
}
