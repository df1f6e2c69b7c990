import { PEN_TROUBLES, type PenTrouble } from "@penlight/proto";
import type { PenPacketOf } from "@penlight/proto/pen";
import type { LinkEvent } from "./link-event.ts";

/** At or below this a battery is low, unless it is charging. */
export const BATTERY_LOW_PERCENT = 10;
/** A memory that is as full as this will soon keep no more. */
export const MEMORY_FULL_PERCENT = 95;
/** So many frames without the pattern in a row of dots' time are no slip of the hand; after this without one it reads again, ms. */
export const CANNOT_READ_ERRORS = 20;
export const CANNOT_READ_MS = 5000;

const OFF: Readonly<Record<string, PenTrouble>> = {
  autoOff: "off-idle",
  lowBattery: "off-battery",
  firmwareUpdate: "off-update",
  powerKey: "off-key",
  capClosed: "off-cap",
  systemError: "off-fault",
  usbPlugged: "off-usb",
  passwordFailed: "off-wiped",
};

/** What is wrong with a pen, as it says itself or as its events show. EVT-25. */
export class PenTroubles {
  #battery: { readonly percent: number; readonly charging: boolean } | null = null;
  #memoryPercent = 0;
  #opticalErrors = 0;
  #opticalMs = Number.NEGATIVE_INFINITY;
  #isRefused = false;
  #off: PenTrouble | null = null;

  /** The link is new: what the pen said before it may be over. */
  open(): void {
    this.#off = null;
    this.#isRefused = false;
    this.#opticalErrors = 0;
  }

  take(event: LinkEvent, nowMs: number): void {
    switch (event.kind) {
      case "status": {
        const { batteryPct: percent, charging, usedStoragePct } = event.status;
        this.#battery = { percent, charging };
        this.#memoryPercent = usedStoragePct;
        break;
      }
      case "low-battery":
        this.#battery = { percent: event.percent, charging: false };
        break;
      case "optical-error":
        this.#opticalErrors = nowMs - this.#opticalMs < CANNOT_READ_MS ? this.#opticalErrors + 1 : 1;
        this.#opticalMs = nowMs;
        break;
      case "dots":
        this.#opticalErrors = 0;
        break;
      case "locked":
        this.#isRefused = event.usedTries > 0;
        break;
      case "power-off":
        this.#off = offOf(event.reason);
    }
  }

  /** In the order of PEN_TROUBLES. */
  at(nowMs: number): PenTrouble[] {
    const { percent = 100, charging = false } = this.#battery ?? {};
    const found = new Set<PenTrouble>();
    if (percent <= BATTERY_LOW_PERCENT && !charging) found.add("battery-low");
    if (this.#memoryPercent >= MEMORY_FULL_PERCENT) found.add("memory-full");
    if (this.#opticalErrors >= CANNOT_READ_ERRORS && nowMs - this.#opticalMs < CANNOT_READ_MS) found.add("cannot-read");
    if (this.#isRefused) found.add("password-refused");
    if (this.#off !== null) found.add(this.#off);
    return PEN_TROUBLES.filter((each) => found.has(each));
  }
}

/** A reason that is not known is an error of the pen's own. */
function offOf(reason: PenPacketOf<"powerOff">["reason"]): PenTrouble {
  return OFF[reason] ?? "off-fault";
}
