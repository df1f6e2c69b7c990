import type { Clock, Random, RoomId } from "@penlight/proto";
import type { SimulatedSockets, Socket, SocketHabits } from "./simulated-sockets.ts";
import type { Viewer } from "./viewer.ts";

export interface SeatOptions {
  readonly viewer: Viewer;
  readonly room: RoomId;
  readonly clock: Clock;
  readonly random: Random;
  readonly habits: SocketHabits;
  readonly vanishEveryMs: number;
  /** The sockets of the dashboard that lives now; null: none does. */
  readonly sockets: () => SimulatedSockets | null;
}

const VANISHED_HEARD_MS = [50, 6000] as const;

/** Somebody in front of a board: connects, goes away without a word now and then, comes back. */
export class Seat {
  readonly viewer: Viewer;
  quiet = false;
  readonly #options: SeatOptions;
  #socket: { readonly socket: Socket; readonly sockets: SimulatedSockets } | null = null;

  constructor(options: SeatOptions) {
    this.#options = options;
    this.viewer = options.viewer;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, room, habits, viewer, vanishEveryMs } = this.#options;
    while (!signal.aborted) {
      const sockets = this.#options.sockets();
      const socket = sockets?.connect(room, viewer, habits) ?? null;
      if (sockets === null || socket === null) {
        await clock.sleep(random.between(100, 1500), signal);
        continue;
      }
      this.#socket = { socket, sockets };
      const leavesMs = clock.nowMs() - vanishEveryMs * Math.log(1 - random.unit());
      while (viewer.connected && !signal.aborted && (this.quiet || clock.nowMs() < leavesMs)) await clock.sleep(100, signal);
      if (viewer.connected && !signal.aborted) {
        sockets.vanish(socket, random.between(VANISHED_HEARD_MS[0], VANISHED_HEARD_MS[1]));
        viewer.closed();
      }
      this.#socket = null;
      await clock.sleep(random.between(50, 2000), signal);
    }
  }

  /** Where it is connected; null: nowhere. */
  get at(): SimulatedSockets | null {
    return this.#socket?.sockets ?? null;
  }

  hangUp(): void {
    if (this.#socket !== null) this.#socket.sockets.hangUp(this.#socket.socket);
  }
}
