import { type HostPacketOf, LEVEL_HOVER_PACKET, type PenPacketOf, protocolLevel } from "@penlight/proto/pen";
import type { PenClockNote } from "./pen-clock.ts";

/** What a school wants of its pens; what is left out stays as the pen has it. */
export interface PenSettings {
  /** Minutes, 1 to 3600. */
  readonly autoOffMinutes?: number;
  readonly beep?: boolean;
  /** The pen switches itself on by its tip or cap. */
  readonly autoPowerOn?: boolean;
  /** 0 to 4. */
  readonly sensitivity?: number;
  /** 8 hex digits, alpha first. A pen does not say which it has: it is sent once a connection. */
  readonly ledColor?: string;
  /** The pen tells where its tip is over the paper: it costs air time and is no ink. Left out: no. */
  readonly hover?: boolean;
}

/** Hover is off unless the school asks for it. PEN-12. */
export function hoverOf({ hover = false }: PenSettings): boolean {
  return hover;
}

/** Families whose bytes are understood. PEN-21. */
export type PenFamily = "neolab" | "wacom";

/** What is known of a pen before it is heard. */
export interface PenBackground {
  /** The password that its owner has stored; null: none. */
  readonly password: string | null;
  readonly settings: PenSettings;
  readonly clock: PenClockNote | null;
  readonly family: PenFamily;
}

export const WISHES = ["autoOffMinutes", "beep", "autoPowerOn", "sensitivity", "ledColor", "hover"] as const;
export type Wish = (typeof WISHES)[number];

/** Pens of older protocols refuse less, minutes. */
const OLD_AUTO_OFF_MIN = 5;
/** The sensitivity of such a pen cannot be set. */
const SENSITIVITY_FIXED = 255;

type Setting = HostPacketOf<"setSetting">["setting"];

/** What one pen says of itself. */
export interface PenTalk {
  readonly version: PenPacketOf<"version"> | null;
  readonly status: PenPacketOf<"status">;
}

/** The setting as this pen takes it; null: there is nothing to set. */
export function settingOf(wish: Wish, wanted: PenSettings, { version, status }: PenTalk): Setting | null {
  switch (wish) {
    case "autoOffMinutes": {
      if (wanted.autoOffMinutes === undefined) return null;
      const isOld = protocolLevel(version?.protocol ?? "") < LEVEL_HOVER_PACKET;
      const value = isOld ? Math.max(OLD_AUTO_OFF_MIN, wanted.autoOffMinutes) : wanted.autoOffMinutes;
      return value === status.autoOffMin ? null : { type: "autoOffMinutes", value };
    }
    case "beep":
      return wanted.beep === undefined || wanted.beep === status.beep ? null : { type: "beep", value: wanted.beep };
    case "autoPowerOn":
      return wanted.autoPowerOn === undefined || wanted.autoPowerOn === status.autoPowerOn
        ? null
        : { type: "autoPowerOn", value: wanted.autoPowerOn };
    case "sensitivity": {
      const value = wanted.sensitivity;
      if (value === undefined || status.sensitivity === SENSITIVITY_FIXED || value === status.sensitivity) return null;
      return { type: version?.sensor === "FSC" ? "fscSensitivity" : "sensitivity", value };
    }
    case "ledColor":
      return wanted.ledColor === undefined ? null : { type: "ledColor", value: wanted.ledColor };
    case "hover":
      return hoverOf(wanted) === status.hover ? null : { type: "hover", value: hoverOf(wanted) };
  }
}
