/** Opcodes of the Wacom pads' live service and command channel, from public facts; never tried on a device. PEN-21. */
export const WACOM = {
  samples: 0xa1,
  proximity: 0xa2,
  register: 0xe6,
  mode: 0xb1,
  battery: 0xb9,
} as const;

/** x, y, pressure: u16 each, little endian. */
export const WACOM_SAMPLE_BYTES = 6;
/** Opcode and length, one byte each. */
const HEAD_BYTES = 2;

export interface WacomFrame {
  readonly opcode: number;
  readonly data: Uint8Array;
}

/** Frames of opcode, length, data, out of notifications cut anywhere. At most one frame (257 bytes) is kept. PEN-21. */
export class WacomFrames {
  #rest = new Uint8Array(0);

  reset(): void {
    this.#rest = new Uint8Array(0);
  }

  push(bytes: Uint8Array): WacomFrame[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const frames: WacomFrame[] = [];
    let at = 0;
    while (at + HEAD_BYTES <= all.length && at + HEAD_BYTES + (all[at + 1] as number) <= all.length) {
      const end = at + HEAD_BYTES + (all[at + 1] as number);
      frames.push({ opcode: all[at] as number, data: all.slice(at + HEAD_BYTES, end) });
      at = end;
    }
    this.#rest = all.slice(at);
    return frames;
  }
}

export function wacomCommand(opcode: number, data: readonly number[]): Uint8Array {
  return Uint8Array.of(opcode, data.length, ...data);
}
