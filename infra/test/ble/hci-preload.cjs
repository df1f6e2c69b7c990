// Loaded into the process of an adapter before anything else: the socket of its HCI is a TCP connection to air.py.
// The port is in PENLIGHT_TEST_HCI_PORT; the first byte says which adapter it is.
const { EventEmitter } = require("node:events");
const { connect } = require("node:net");
const Module = require("node:module");

const HEADER_BYTES = { 2: 5, 4: 3 };
const lengthOf = { 2: (bytes) => bytes.readUInt16LE(3), 4: (bytes) => bytes.readUInt8(2) };

class TcpHciSocket extends EventEmitter {
  #socket = null;
  #bytes = Buffer.alloc(0);
  #isUp = true;

  bindRaw(adapter) {
    this.#socket = connect({ port: Number(process.env.PENLIGHT_TEST_HCI_PORT), host: "127.0.0.1", noDelay: true });
    this.#socket.write(Buffer.from([adapter]));
    this.#socket.on("data", (bytes) => this.#take(bytes));
    for (const event of ["error", "close"])
      this.#socket.on(event, () => {
        this.#isUp = false;
      });
  }

  start() {}
  stop() {}
  setFilter() {}
  isDevUp() {
    return this.#isUp;
  }
  write(packet) {
    this.#socket.write(packet);
  }

  /** What comes is a stream; noble wants a packet at a time. */
  #take(bytes) {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    let at = 0;
    while (this.#bytes.length - at >= 5 || (this.#bytes[at] === 4 && this.#bytes.length - at >= 3)) {
      const kind = this.#bytes[at];
      const length = HEADER_BYTES[kind] + lengthOf[kind](this.#bytes.subarray(at));
      if (this.#bytes.length - at < length) break;
      this.emit("data", this.#bytes.subarray(at, at + length));
      at += length;
    }
    this.#bytes = this.#bytes.subarray(at);
  }
}

if (process.env.PENLIGHT_TEST_HCI_PORT !== undefined) {
  const load = Module._load;
  Module._load = (name, ...rest) =>
    name === "@abandonware/bluetooth-hci-socket" ? TcpHciSocket : load.call(Module, name, ...rest);
}
