import { type ClientMessage, pageKeyOf, type ServerMessage, WATCHED_MAX } from "@penlight/proto";
import WebSocket from "ws";

/**
 * A process of its own, so that reading does not slow down what is measured: VIEWERS_PER_ROOM sockets for each room named
 * on the command line, each watching four pupils. Says `ready` when every socket has its snapshot.
 */
const VIEWERS_PER_ROOM = 2;
const [address, ...rooms] = process.argv.slice(2);
let waiting = rooms.length * VIEWERS_PER_ROOM;
for (const room of rooms) {
  for (let viewer = 0; viewer < VIEWERS_PER_ROOM; viewer++) {
    const socket = new WebSocket(`${address}/api/v1/rooms/${room}/live`);
    let watching = false;
    socket.on("message", (data) => {
      if (watching) return;
      const message = JSON.parse(String(data)) as ServerMessage;
      if (message.type !== "snapshot" || message.worksheet === null) return;
      watching = true;
      const page = message.worksheet.pages[0];
      if (page === undefined) throw new Error("the worksheet has no page");
      const students = message.board.students.slice(viewer * WATCHED_MAX, (viewer + 1) * WATCHED_MAX);
      const watch: ClientMessage = {
        type: "watch",
        students: students.map(({ student }) => ({ student, page: pageKeyOf(page.address) })),
      };
      socket.send(JSON.stringify(watch));
      waiting--;
      if (waiting === 0) process.stdout.write("ready\n");
    });
    socket.on("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    });
  }
}
