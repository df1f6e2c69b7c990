const VERSION = /^(\d{1,3})\.(\d{1,3})/;

/** `2.12` -> 2012, so that levels compare as numbers and "2.9" is below "2.12"; 0 where the text is no version. PEN-7. */
export function protocolLevel(text: string): number {
  const match = VERSION.exec(text);
  return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2]);
}

/** From here on pens send pen-down, page, dot and pen-up as packets of their own, with a counter. */
export const LEVEL_COUNTED_EVENTS = 2012;
/** From here on hover has a packet of its own. */
export const LEVEL_HOVER_PACKET = 2018;
