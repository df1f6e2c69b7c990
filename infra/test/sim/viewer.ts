import type { Board, BoardCell, InkStroke, PageKey, ServerMessage, StudentId } from "@penlight/proto";
import type { SocketClient } from "./simulated-sockets.ts";

/** What a viewer follows. */
export interface Watched {
  readonly student: StudentId;
  readonly page: PageKey;
}

/**
 * A browser reduced to the rules of the socket: snapshot, deltas by number, a gap asks for a snapshot (LIVE-3, LIVE-4),
 * ink by index (LIVE-5). Written from the rules alone, so that it can judge the server and the page's own client. SIM-6.
 */
export class Viewer implements SocketClient {
  board: Board | null = null;
  /** Dots of the watched page: stroke id -> flat points. */
  readonly ink = new Map<string, number[]>();
  connected = false;
  /** What the server did against the rules of the socket. */
  readonly faults: string[] = [];
  readonly watched: Watched | null;
  #send: ((text: string) => void) | null = null;
  #asked = false;

  constructor(watched: Watched | null) {
    this.watched = watched;
  }

  opened(send: (text: string) => void): void {
    this.#send = send;
    this.connected = true;
    this.board = null;
    this.ink.clear();
    this.#asked = false;
    if (this.watched !== null) send(JSON.stringify({ type: "watch", students: [this.watched] }));
  }

  closed(): void {
    this.connected = false;
    this.#send = null;
  }

  received(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "snapshot") this.#begin(message.board);
    else if (message.type === "delta") this.delta(message);
    else if (message.type === "alive") this.#heartbeat(message.seq);
    else if (message.type === "ink") this.inkCame(message);
    else this.faults.push(`error ${message.code}: ${message.detail}`);
  }

  #begin(board: Board): void {
    this.#asked = false;
    this.board = board;
  }

  #heartbeat(seq: number): void {
    if (this.board !== null && this.board.seq !== seq) this.#resync();
  }

  delta(message: Extract<ServerMessage, { readonly type: "delta" }>): void {
    const board = this.board;
    if (board === null) return;
    if (message.seq !== board.seq + 1) {
      this.#resync();
      return;
    }
    this.board = {
      ...board,
      seq: message.seq,
      dataMs: message.dataMs,
      cells: replaced(board.cells, message.cells ?? [], cellKey),
      items: replaced(board.items, message.items ?? [], (item) => item.item),
      students: replaced(board.students, message.students ?? [], (student) => student.student),
      delays: message.delays ?? board.delays,
    };
  }

  inkCame(message: Extract<ServerMessage, { readonly type: "ink" }>): void {
    if (message.student !== this.watched?.student)
      return void this.faults.push(`ink of ${message.student}, who is not watched`);
    if (message.reset) this.ink.clear();
    for (const stroke of message.strokes) this.drawn(stroke);
  }

  drawn(stroke: InkStroke): void {
    if (stroke.page !== this.watched?.page) return void this.faults.push(`ink of ${stroke.page}, which is not watched`);
    const known = stroke.firstDot === 0 ? [] : this.ink.get(stroke.stroke);
    if (known === undefined || known.length < stroke.firstDot * 3) {
      this.faults.push(`ink of ${stroke.stroke} goes on at dot ${stroke.firstDot} and ${(known?.length ?? 0) / 3} are there`);
      return;
    }
    if (stroke.firstDot === 0 && stroke.points.length === 0) return void this.ink.delete(stroke.stroke);
    this.ink.set(stroke.stroke, [...known.slice(0, stroke.firstDot * 3), ...stroke.points]);
  }

  #resync(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#send?.(JSON.stringify({ type: "resync" }));
  }
}

function cellKey(cell: BoardCell): string {
  return `${cell.student}\n${cell.item}`;
}

function replaced<Row>(rows: readonly Row[], news: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  if (news.length === 0) return rows;
  const byKey = new Map(news.map((row) => [keyOf(row), row]));
  return rows.map((row) => byKey.get(keyOf(row)) ?? row);
}
