import type { InkBody, InkRecord } from "@penlight/proto";
import { printOf } from "./sequence.ts";

/**
 * One life of a gateway, from its start to its end or death: numbers what it writes, so that a record that is missing in
 * the log is a hole. EVT-14.
 */
export class GatewayLife {
  /** Name of the gateway, the same in all its lives. */
  readonly gateway: string;
  /** Differs from start to start, and between gateways: 1 to 2^32 - 1. */
  readonly life: number;
  #written = 0;

  constructor(gateway: string, startMs: number) {
    this.gateway = gateway;
    const text = new TextEncoder().encode(`${gateway} ${startMs}`);
    this.life = printOf(text, 0, text.length) >>> 0 || 1;
  }

  number(receivedMs: number, body: InkBody): InkRecord {
    return { receivedMs, body, origin: { life: this.life, seq: ++this.#written } };
  }
}
