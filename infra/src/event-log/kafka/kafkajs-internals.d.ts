// What Penlight uses of kafkajs 2.2.4 below its Producer and Consumer (ADR 0011). The version is pinned.

declare module "kafkajs/src/cluster/index.js" {
  import type { WireCluster, WireClusterOptions } from "./wire.ts";

  const Cluster: new (options: WireClusterOptions) => WireCluster;
  export default Cluster;
}

declare module "kafkajs/src/network/requestQueue/index.js" {
  /** The requests of one connection. */
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}

declare module "kafkajs/src/protocol/requests/index.js" {
  import type { WireRequest } from "./wire.ts";

  interface Definition {
    protocol(options: { readonly version: number }): (payload: object) => WireRequest;
  }
  const module: {
    readonly requests: { readonly Produce: Definition; readonly Fetch: Definition; readonly ListOffsets: Definition };
  };
  export default module;
}

declare module "kafkajs/src/loggers/index.js" {
  import type { WireLogger, WireLogLine } from "./wire.ts";

  const module: {
    readonly LEVELS: { readonly WARN: number };
    createLogger(options: { readonly level: number; readonly logCreator: () => (line: WireLogLine) => void }): WireLogger;
  };
  export default module;
}

declare module "kafkajs/src/consumer/assignerProtocol.js" {
  const module: {
    readonly MemberMetadata: {
      encode(options: { readonly version: number; readonly topics: readonly string[]; readonly userData?: Buffer }): Buffer;
      decode(buffer: Buffer): { readonly topics: readonly string[]; readonly userData: Buffer };
    };
    readonly MemberAssignment: {
      encode(options: { readonly version: number; readonly assignment: Readonly<Record<string, readonly number[]>> }): Buffer;
      decode(buffer: Buffer): { readonly assignment: Readonly<Record<string, readonly number[]>> } | null;
    };
  };
  export default module;
}

declare module "kafkajs/src/network/socketFactory.js" {
  const createSocketFactory: () => unknown;
  export default createSocketFactory;
}
