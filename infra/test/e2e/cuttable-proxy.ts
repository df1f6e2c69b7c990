import net from "node:net";

/** A TCP proxy on loopback between a browser and Penlight: the test decides when the wire is cut. */
export interface CuttableProxy {
  readonly port: number;
  /** Ends every connection now and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  /** Ends every connection and leads new ones to another port, as a load balancer does. */
  moveTo(targetPort: number): void;
  close(): Promise<void>;
}

export async function openCuttableProxy(firstPort: number): Promise<CuttableProxy> {
  const sockets = new Set<net.Socket>();
  let isCut = false;
  let targetPort = firstPort;
  const server = net.createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = net.connect(targetPort, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut() {
      isCut = true;
      destroyAll();
    },
    mend() {
      isCut = false;
    },
    moveTo(port) {
      targetPort = port;
      destroyAll();
    },
    async close() {
      destroyAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
