export { type PenAir, Pupil } from "./pupil.ts";
export { addressOf } from "./room.ts";
export { VirtualAir } from "./virtual-air.ts";
