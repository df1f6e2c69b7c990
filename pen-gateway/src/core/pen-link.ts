import type { PageAddress, PenId } from "@penlight/proto";

/**
 * Everything between one pen's notifications and its strokes: framing, handshake, event counter, clock, stroke state
 * machine, memory chunks. Sans-I/O: bytes and time in, values and frames to write out. PEN rules in SPEC.md.
 */
export type LinkEvent =
  /** Handshake done: notes are registered, live ink may come. */
  | { readonly kind: "ready" }
  /** A pen-down (or, `synthetic`, a reckoned one). `downMs` is pen clock. The page follows as its own event. */
  | {
      readonly kind: "stroke-start";
      readonly downMs: number;
      readonly tip: "pen" | "eraser";
      readonly color: number;
      readonly synthetic: boolean;
      readonly count: number | null;
    }
  /** The open stroke is on this page (or, with no stroke open, the pen hovers over it). */
  | { readonly kind: "page"; readonly page: PageAddress }
  /** Dots [from, to) of `PenLink.dots`, DOT_STRIDE numbers each, times relative to the open stroke's downMs. */
  | { readonly kind: "dots"; readonly from: number; readonly to: number }
  /** `upMs` is pen clock; `synthetic`: the pen-up was not heard. `dots`: dots heard in this stroke; 0 is a tap. */
  | {
      readonly kind: "stroke-end";
      readonly upMs: number;
      readonly synthetic: boolean;
      readonly dots: number;
      readonly lostDots: number;
    }
  | { readonly kind: "gap"; readonly from: number; readonly to: number; readonly lost: number };

export interface PenLinkOptions {
  readonly pen: PenId;
}
