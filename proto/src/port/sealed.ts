import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from "node:crypto";

/**
 * Text that only one reader can open: X25519 with a fresh key for each text, HKDF-SHA256, AES-256-GCM. `about` is bound to it:
 * what was sealed about one thing does not open as another. The reader's key lives as long as its object, nowhere else.
 */

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Each key seals one text, so one nonce is enough. */
const NONCE = Buffer.alloc(12);
/** Texts are filled up to a multiple of this: how long one is tells nothing. */
const BLOCK_BYTES = 128;
/** DER of an X25519 public key before its 32 bytes. RFC 8410. */
const SPKI = Buffer.from("302a300506032b656e032100", "hex");

export class SealKey {
  /** 32 bytes; anybody may know it. */
  readonly publicKey: Uint8Array;
  readonly #privateKey: KeyObject;

  constructor() {
    const pair = generateKeyPairSync("x25519");
    this.#privateKey = pair.privateKey;
    this.publicKey = rawOf(pair.publicKey);
  }

  /** Null: not sealed to this key, or about something else, or damaged. */
  open(sealed: string, about: string): string | null {
    const bytes = Buffer.from(sealed, "base64");
    if (bytes.length < KEY_BYTES + TAG_BYTES) return null;
    const sender = bytes.subarray(0, KEY_BYTES);
    try {
      const shared = diffieHellman({ privateKey: this.#privateKey, publicKey: keyOf(sender) });
      const opener = createDecipheriv(CIPHER, derived(shared, sender, this.publicKey), NONCE);
      opener.setAAD(Buffer.from(about));
      opener.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
      const text = Buffer.concat([opener.update(bytes.subarray(KEY_BYTES, bytes.length - TAG_BYTES)), opener.final()]);
      return text.toString("utf8").trimEnd();
    } catch {
      return null;
    }
  }
}

/** @param publicKey of the reader. @returns base64. @throws Error no such key */
export function seal(text: string, publicKey: Uint8Array, about: string): string {
  const own = generateKeyPairSync("x25519");
  const sender = rawOf(own.publicKey);
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey: keyOf(publicKey) });
  const cipher = createCipheriv(CIPHER, derived(shared, sender, publicKey), NONCE);
  cipher.setAAD(Buffer.from(about));
  const bytes = Buffer.from(text);
  const filled = Buffer.alloc(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES, " ");
  bytes.copy(filled);
  const body = Buffer.concat([cipher.update(filled), cipher.final()]);
  return Buffer.concat([sender, body, cipher.getAuthTag()]).toString("base64");
}

function derived(shared: Uint8Array, sender: Uint8Array, reader: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", shared, Buffer.concat([sender, reader]), "penlight seal 1", 32));
}

function keyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" });
}

function rawOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(SPKI.length));
}
