import { connect, type Socket } from "node:net";

/**
 * A process of its own that opens sockets and counts what comes, byte by byte and without looking at it, so that reading
 * costs as little as can be. Arguments: port, sockets a room, how many of each room read nothing, rooms. Messages:
 * `{"until": n}` is answered with `"reached"` once the reading sockets got n bytes more than when all were open.
 */
/** A pong nobody asked for (RFC 6455, 5.5.3), masked: the server's heartbeat takes the viewer for alive. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const PONG_MS = 5000;

const [port = "", perRoom = "", slowPerRoom = "", ...rooms] = process.argv.slice(2);
let bytes = 0;
let base = 0;
let until = Number.POSITIVE_INFINITY;
let opening = rooms.length * Number(perRoom);

process.on("message", (message: { readonly until: number }) => {
  if (message.until === 0) base = bytes;
  until = message.until;
  look();
});

function look(): void {
  if (bytes - base < until) return;
  until = Number.POSITIVE_INFINITY;
  process.send?.("reached");
}

for (const room of rooms) {
  for (let i = 0; i < Number(perRoom); i++) {
    const socket = connect(Number(port), "127.0.0.1");
    socket.setNoDelay(true);
    socket.write(
      `GET /api/v1/rooms/${room}/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
    socket.once("data", () => opened(socket, i < Number(slowPerRoom)));
    socket.on("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    });
  }
}

function opened(socket: Socket, isSlow: boolean): void {
  if (isSlow) socket.pause();
  else {
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      look();
    });
  }
  setInterval(() => socket.write(PONG), PONG_MS);
  if (--opening === 0) process.send?.("open");
}
