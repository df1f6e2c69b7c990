import { Transform, type TransformCallback } from "node:stream";
import { Fault } from "./fault.ts";

/** A match reaches at most so far back: what must be kept of what was decoded before. */
const WINDOW_BYTES = 65_536;
const FRAME_MAGIC = 0x184d2204;
const BLOCK_BYTES_MAX = [65_536, 262_144, 1_048_576, 4_194_304];

/**
 * Decodes one LZ4 block behind `at` and resolves to where it ends; matches may reach into what stands before it.
 * @throws Fault 271
 */
export function decodeLz4Block(source: Uint8Array, out: Uint8Array, at: number): number {
  let from = 0;
  let to = at;
  const length = (nibble: number): number => {
    if (nibble < 15) return nibble;
    let total = 15;
    for (let byte = 255; byte === 255; total += byte) byte = source[from++] ?? broken("it ends in the middle");
    return total;
  };
  while (from < source.length) {
    const token = source[from++] as number;
    const literals = length(token >> 4);
    if (from + literals > source.length || to + literals > out.length) broken("its literals reach too far");
    out.set(source.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // The last sequence of a block has literals only.
    if (from === source.length) break;
    const distance = (source[from] as number) | ((source[from + 1] ?? broken("it ends in the middle")) << 8);
    from += 2;
    const matched = length(token & 15) + 4;
    if (distance === 0 || distance > to || to + matched > out.length) broken("a match reaches too far");
    // A match may overlap what it makes: byte by byte then.
    if (distance >= matched) out.copyWithin(to, to - distance, to - distance + matched);
    else for (let i = 0; i < matched; i++) out[to + i] = out[to + i - distance] as number;
    to += matched;
  }
  return to;
}

interface Frame {
  readonly hasBlockSums: boolean;
  readonly hasSum: boolean;
  /** The window, and room for a block behind it. */
  readonly out: Buffer;
}

/** The frames of the LZ4 command line and of Python's lz4. Their checksums are read over: TCP has its own. */
export class Lz4FrameDecoder extends Transform {
  #input: Buffer = Buffer.alloc(0);
  /** Null: between two frames. */
  #frame: Frame | null = null;
  /** Bytes of the window that are filled. */
  #window = 0;

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    try {
      while (this.#frame === null ? this.#beginFrame() : this.#block(this.#frame));
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    const isWhole = this.#frame === null && this.#input.length === 0;
    done(isWhole ? null : fault("it ends in the middle of a frame"));
  }

  /** False: more bytes are needed. */
  #beginFrame(): boolean {
    const input = this.#input;
    if (input.length < 7) return false;
    if (input.readUInt32LE(0) !== FRAME_MAGIC) broken("it is no LZ4 frame");
    const [flags, sizes] = [input[4] as number, input[5] as number];
    if (flags >> 6 !== 1 || (flags & 1) === 1) broken("its version is not known");
    const headBytes = (flags & 8) === 0 ? 7 : 15;
    if (input.length < headBytes) return false;
    const blockBytes = BLOCK_BYTES_MAX[((sizes >> 4) & 7) - 4] ?? broken("its blocks have no size");
    const out = Buffer.allocUnsafe(WINDOW_BYTES + blockBytes);
    this.#frame = { hasBlockSums: (flags & 16) !== 0, hasSum: (flags & 4) !== 0, out };
    this.#window = 0;
    this.#input = input.subarray(headBytes);
    return true;
  }

  #block({ hasBlockSums, hasSum, out }: Frame): boolean {
    const input = this.#input;
    if (input.length < 4) return false;
    const word = input.readUInt32LE(0);
    const bytes = word & 0x7fffffff;
    if (word === 0) {
      const end = hasSum ? 8 : 4;
      if (input.length < end) return false;
      this.#input = input.subarray(end);
      this.#frame = null;
      return true;
    }
    if (bytes > out.length) broken("a block is longer than its frame allows");
    const end = 4 + bytes + (hasBlockSums ? 4 : 0);
    if (input.length < end) return false;
    const packed = input.subarray(4, 4 + bytes);
    const isPacked = word >>> 31 === 0;
    const stop = isPacked ? decodeLz4Block(packed, out, this.#window) : this.#window + packed.copy(out, this.#window);
    this.push(Buffer.from(out.subarray(this.#window, stop)));
    this.#window = Math.min(stop, WINDOW_BYTES);
    out.copyWithin(0, stop - this.#window, stop);
    this.#input = input.subarray(end);
    return true;
  }
}

function fault(why: string): Fault {
  return new Fault(271, "CANNOT_DECOMPRESS", `Cannot decompress the body: ${why}`);
}

function broken(why: string): never {
  throw fault(why);
}
