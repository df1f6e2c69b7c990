import {
  Air,
  type AirFaults,
  type PaperStroke,
  type PupilAct,
  VirtualPen,
  type VirtualPenOptions,
} from "@penlight/pen-gateway/simulator";
import { DOT_STRIDE, type PenId, Random } from "@penlight/proto";
import type { AirNews, VirtualAir } from "./virtual-air.ts";

/** What a pen needs of the air. */
export type PenAir = Pick<VirtualAir, "notify" | "advertise" | "drop" | "move">;

export interface PupilOptions {
  readonly air: PenAir;
  readonly pen: PenId;
  readonly virtualPen?: Partial<VirtualPenOptions>;
  /** Several frames share a notification where the MTU allows it. */
  readonly packs?: boolean;
  readonly faults?: AirFaults;
  /** Where it comes back from after its pupil was away: the LE address of the nth turn. */
  readonly addressOf?: (turn: number) => string;
  /** Frames that never leave the pen: `frame[1]` is the command. */
  readonly loses?: (frame: Uint8Array) => boolean;
}

/** One link of a pen, as the pen saw it. */
export interface SentLink {
  readonly adapter: number;
  readonly service: string;
  readonly mtu: number;
  readonly notifications: Uint8Array[];
}

/** A pupil with a pen on the air: the simulator's pen is the brain, bumble is the radio. */
export class Pupil {
  readonly pen: VirtualPen;
  /** Strokes on paper, whether they were heard or not. */
  readonly paper: PaperStroke[] = [];
  readonly links: SentLink[] = [];
  readonly #options: PupilOptions;
  #radio: Air | null = null;
  #acts: Iterator<PupilAct> = [][Symbol.iterator]();
  #act: PupilAct | null = null;
  #startMs = 0;
  #backMs = Number.POSITIVE_INFINITY;
  handedIn = true;

  constructor(options: PupilOptions) {
    this.#options = options;
    this.pen = new VirtualPen({ pen: options.pen, ...options.virtualPen });
  }

  get dots(): number {
    return this.paper.reduce((sum, { dots }) => sum + dots.length / DOT_STRIDE, 0);
  }
  get isBusy(): boolean {
    return !this.handedIn || this.pen.writing || this.pen.hasFrames;
  }

  /** The lesson of this pupil begins at world time `startMs`. */
  begin(acts: Iterator<PupilAct>, startMs: number): void {
    this.#acts = acts;
    this.#startMs = startMs;
    this.handedIn = false;
    this.#act = this.#pull();
  }

  hear(news: AirNews, nowMs: number): void {
    switch (news.on) {
      case "subscribed": {
        const { adapter, service, mtu } = news;
        this.links.push({ adapter, service, mtu, notifications: [] });
        const { packs = true, faults, pen } = this.#options;
        const random = new Random(`air/${pen}/${this.links.length}`);
        this.#radio = new Air({ random, mtu, intervalMs: 15, jitter: 0, packs, ...(faults === undefined ? {} : { faults }) });
        this.pen.link();
        break;
      }
      case "written":
        this.pen.receive(Buffer.from(news.hex, "hex"), nowMs);
        this.#speak();
        break;
      case "lost":
        this.#radio = null;
        this.pen.unlink();
    }
  }

  /** The link is about to end: what is finished from now on stays in the pen, as it would when nobody acknowledges it. */
  silence(): void {
    this.#radio = null;
  }

  /** Everything that is due at world time `nowMs`. */
  turn(nowMs: number): void {
    const { pen } = this;
    while (pen.advance(nowMs) && this.#act !== null && this.#timeOf(this.#act) <= nowMs) {
      if (this.#act.kind === "stroke") {
        if (!pen.registered && this.paper.length === 0) break;
        const { page, downMs, upMs, dots } = this.#act.stroke;
        const stroke = { page, downMs: this.#startMs + downMs, upMs: this.#startMs + upMs, dots };
        this.paper.push(stroke);
        pen.begin(stroke);
      } else if (this.#act.kind === "away") this.#leave(this.#act.toMs);
      else if (this.#act.kind === "hand-in") this.handedIn = true;
      this.#act = this.#pull();
    }
    if (nowMs >= this.#backMs) this.#comeBack();
    this.#speak();
  }

  /** The pupil goes out of the radio's reach, and the pen takes another address meanwhile. */
  #leave(toMs: number): void {
    const { air, pen } = this.#options;
    this.silence();
    air.advertise(pen, false);
    air.drop(pen);
    this.#backMs = this.#startMs + toMs;
  }

  #comeBack(): void {
    const { air, pen, addressOf } = this.#options;
    this.#backMs = Number.POSITIVE_INFINITY;
    if (addressOf !== undefined) air.move(pen, addressOf(this.links.length));
    air.advertise(pen);
  }

  #speak(): void {
    const { air, loses, pen } = this.#options;
    const link = this.links.at(-1);
    if (this.#radio === null || link === undefined || !this.pen.hasFrames) return;
    const frames = this.pen.takeFrames();
    this.#radio.carry(loses === undefined ? frames : frames.filter((frame) => !loses(frame)), (bytes) => {
      link.notifications.push(bytes);
      air.notify(pen, bytes);
    });
  }

  #timeOf(act: PupilAct): number {
    return this.#startMs + (act.kind === "stroke" ? act.stroke.downMs : act.kind === "away" ? act.fromMs : act.atMs);
  }

  #pull(): PupilAct | null {
    const { value, done } = this.#acts.next();
    return done === true ? null : (value as PupilAct);
  }
}
