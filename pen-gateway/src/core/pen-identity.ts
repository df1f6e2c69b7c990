import type { PenId } from "@penlight/proto";
import { isGap } from "./gap-list.ts";
import type { LinkEvent } from "./link-event.ts";

/**
 * Whether whoever is connected as a pen is that pen by its own word: the MAC in its version response. Nothing of another one
 * is taken, nor ink of one that has not said yet who it is: no pen sends any before it was asked for that. Pure. PEN-2.
 */
export class PenIdentity {
  readonly #pen: PenId;
  #said: "nothing" | "itself" | "another";
  /** The stroke that is open began after the pen had said who it is. */
  #isOwnInk = false;
  readonly #isTrusted: boolean;

  /** @param isTrusted a family whose pens do not say who they are */
  constructor(pen: PenId, isTrusted: boolean) {
    this.#pen = pen;
    this.#isTrusted = isTrusted;
    this.#said = isTrusted ? "itself" : "nothing";
  }

  get isAnother(): boolean {
    return this.#said === "another";
  }

  /** The link is new. */
  open(): void {
    this.#said = this.#isTrusted ? "itself" : "nothing";
    this.#isOwnInk = false;
  }

  /** False: this is not to be taken. */
  admits(event: LinkEvent): boolean {
    switch (event.kind) {
      case "version":
        this.#said = event.version.mac === this.#pen ? "itself" : "another";
        break;
      case "stroke-start":
        this.#isOwnInk = this.#said === "itself";
        return this.#isOwnInk;
      case "page":
      case "dots":
        return this.#isOwnInk && !this.isAnother;
      case "stroke-end":
        return this.#isOwnInk;
      case "fault":
        // What nobody in particular lost is no ink of this pen's.
        if (this.#said === "nothing" && isGap(event.fault.kind)) return false;
    }
    return !this.isAnother;
  }
}
