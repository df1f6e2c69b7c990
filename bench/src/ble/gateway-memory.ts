import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { addressOf, Pupil, VirtualAir } from "@penlight/infra/test-ble";
import { penIdsOf } from "@penlight/pen-gateway/simulator";
import { beginAll } from "./class-on-air.ts";
import { childrenOf, rssMibOf } from "./process-facts.ts";

const GATEWAY = fileURLToPath(import.meta.resolve("@penlight/infra/run/gateway"));
/** As the systemd unit starts it: a small young generation, so that garbage does not pile up in it. */
const NODE = ["--max-semi-space-size=2", "--max-old-space-size=256", "--import", "tsx"];
const ROOM = "bench";
const TURN_MS = 15;
const TIP_DOWN = 0.42;

export interface Memory {
  readonly gatewayMib: number;
  /** The largest of them. */
  readonly adapterMib: number;
}

/** `npm run gateway -- --pens bluetooth` as a process, while its pens write; without a broker, so that the outbox works too. */
export async function gatewayMemory(pens: number, adapters: number, durationMs: number): Promise<Memory> {
  const air = await VirtualAir.open(adapters);
  const folder = mkdtempSync(path.join(tmpdir(), "penlight-ble-"));
  const ids = penIdsOf("bench", pens);
  const kept = path.join(folder, `class-${ROOM}`);
  mkdirSync(kept);
  writeFileSync(path.join(kept, `pens-${ROOM}.json`), JSON.stringify({ pens: ids }));
  const names = air.adapters.map((adapter) => `hci${adapter}`).join(",");
  const args = ["--pens", "bluetooth", "--adapters", names, "--room", ROOM, "--data", folder, "--ops-port", "0"];
  const gateway = spawn(process.execPath, [...NODE, GATEWAY, ...args, "--kafka-brokers", "127.0.0.1:9"], {
    env: air.env,
    stdio: "ignore",
  });
  const nowMs = () => performance.timeOrigin + performance.now();
  const pupils = ids.map((pen) => new Pupil({ air, pen }));
  air.hear = (news) => pupils.find(({ pen }) => pen.pen === news.pen)?.hear(news, nowMs());
  const turns = setInterval(() => {
    for (const pupil of pupils) pupil.turn(nowMs());
  }, TURN_MS);
  try {
    for (const [index, pen] of ids.entries()) {
      air.pen({ pen, address: addressOf(index), mtu: 247 });
      air.advertise(pen);
    }
    while (!pupils.every(({ pen }) => pen.registered)) await sleep(50);
    beginAll(pupils, durationMs, TIP_DOWN);
    while (pupils.some((pupil) => pupil.isBusy)) await sleep(50);
    const pid = gateway.pid ?? 0;
    return { gatewayMib: rssMibOf(pid), adapterMib: Math.max(...childrenOf(pid, "radio-process").map(rssMibOf)) };
  } finally {
    clearInterval(turns);
    gateway.kill("SIGTERM");
    await once(gateway, "exit");
    await air.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
