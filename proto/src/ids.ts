/** Branded ids: a `PenId` cannot be passed where a `StudentId` is wanted, though both are strings at run time. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The pen's identity MAC, 12 lower-case hex digits (never the rotating LE address). PEN-2. */
export type PenId = Branded<"PenId">;
export type StudentId = Branded<"StudentId">;
export type RoomId = Branded<"RoomId">;
export type ClassId = Branded<"ClassId">;
export type WorksheetId = Branded<"WorksheetId">;
export type AssignmentId = Branded<"AssignmentId">;
export type ItemId = Branded<"ItemId">;
export type BoxId = Branded<"BoxId">;
/** Text form of a stroke's identity, see {@link strokeIdOf}. EVT-3. */
export type StrokeId = Branded<"StrokeId">;
/** `section.owner.note.page`, the text form of a {@link PageAddress}. */
export type PageKey = Branded<"PageKey">;

/** What a pen says about where it is: its own vocabulary (NeoLAB protocol 2.x). */
export interface PageAddress {
  readonly section: number;
  readonly owner: number;
  readonly note: number;
  readonly page: number;
}

/** @example pageKeyOf({ section: 3, owner: 27, note: 603, page: 12 }) // "3.27.603.12" */
export function pageKeyOf(page: PageAddress): PageKey {
  return `${page.section}.${page.owner}.${page.note}.${page.page}` as PageKey;
}

export function samePage(a: PageAddress, b: PageAddress): boolean {
  return a.page === b.page && a.note === b.note && a.owner === b.owner && a.section === b.section;
}

/**
 * Identity of a stroke: pen, page and pen-down time on the pen's own clock, without the dot count, so that a longer
 * copy of the same stroke is a newer version of it and not a second stroke. EVT-3.
 */
export function strokeIdOf(pen: PenId, page: PageAddress | null, downMs: number): StrokeId {
  return `${pen}.${page === null ? "unknown" : pageKeyOf(page)}.${downMs}` as StrokeId;
}

const PEN_ID = /^[0-9a-f]{12}$/;

/** Accepts `9C:7B:D2:51:F4:1F`, `9c-7b-…` or 12 hex digits; anything else is null. */
export function parsePenId(text: string): PenId | null {
  const hex = text.replaceAll(/[:-]/g, "").toLowerCase();
  return PEN_ID.test(hex) ? (hex as PenId) : null;
}
