/** One Ncode unit in millimetres: 56/600 inch (NeoLAB protocol 2.x). */
export const MM_PER_NCODE_UNIT = (56 / 600) * 25.4;

/** Coordinates travel as whole hundredths of an Ncode unit, exactly as the pen sends them. EVT-5. */
export const MM_PER_CENTIUNIT = MM_PER_NCODE_UNIT / 100;
